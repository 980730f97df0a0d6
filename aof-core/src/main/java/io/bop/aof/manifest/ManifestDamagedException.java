package io.bop.aof.manifest;

import io.bop.aof.AofException;
import org.jspecify.annotations.Nullable;

/** The manifest is damaged or incomplete where no crash explains it. Nothing was changed. */
public class ManifestDamagedException extends AofException {

  private static final long serialVersionUID = 1L;

  private final String file;
  private final long position;
  private final String reason;

  /** Builds the message from the facts. */
  public ManifestDamagedException(
      String file, long position, String reason, @Nullable Throwable cause) {
    super(
        "manifest is damaged: file=" + file + " position=" + position + " reason=" + reason, cause);
    this.file = file;
    this.position = position;
    this.reason = reason;
  }

  /** The file. */
  public String file() {
    return file;
  }

  /** Bytes from its start. */
  public long position() {
    return position;
  }

  /** What is wrong. */
  public String reason() {
    return reason;
  }
}
