package io.bop.aof.format;

import io.bop.aof.AofException;

/** Bytes are not what the format says; callers add where they found them. */
public class MalformedException extends AofException {

  private static final long serialVersionUID = 1L;

  private final long position;

  /** With the place within what was decoded, in bytes, and what was wrong. */
  public MalformedException(long position, String reason) {
    super(reason);
    this.position = position;
  }

  /** Bytes from the start of what was decoded. */
  public long position() {
    return position;
  }
}
