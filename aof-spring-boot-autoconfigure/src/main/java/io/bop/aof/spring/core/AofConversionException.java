package io.bop.aof.spring.core;

import io.bop.aof.AofException;
import org.jspecify.annotations.Nullable;

/** An object has no form as a payload, or a payload cannot be read as the class asked for. */
public class AofConversionException extends AofException {

  private static final long serialVersionUID = 1L;

  /** With a message: a phrase, then {@code key=value} facts. */
  public AofConversionException(String message) {
    super(message);
  }

  /** With a message and what caused it. */
  public AofConversionException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
