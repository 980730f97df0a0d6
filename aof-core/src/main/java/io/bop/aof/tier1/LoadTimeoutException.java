package io.bop.aof.tier1;

import java.io.IOException;

/** The time that a reader had was over before the bytes were there. Says nothing about the copy. */
public class LoadTimeoutException extends IOException {

  private static final long serialVersionUID = 1L;

  /** With what was waited for. */
  public LoadTimeoutException(String message) {
    super(message);
  }
}
