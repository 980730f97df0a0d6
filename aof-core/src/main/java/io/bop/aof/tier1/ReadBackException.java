package io.bop.aof.tier1;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A warm file that was just written does not read back as it was written. It has been removed. */
public class ReadBackException extends IOException {

  private static final long serialVersionUID = 1L;

  /** With file, expected and actual. */
  public ReadBackException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
