package io.bop.aof.io;

import java.io.IOException;

/** The disk is full. */
public class NoSpaceException extends IOException {

  private static final long serialVersionUID = 1L;

  /** With the path and what the system said. */
  public NoSpaceException(String message, Throwable cause) {
    super(message, cause);
  }

  /** With the path and what is missing: nothing was written, so that a reserve stays free. */
  public NoSpaceException(String message) {
    super(message);
  }
}
