package io.bop.aof;

import org.jspecify.annotations.Nullable;

/** Root of everything that AOF throws, apart from {@link IllegalArgumentException}. Unchecked. */
public class AofException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** With a message: a phrase, then {@code key=value} facts. */
  public AofException(String message) {
    super(message);
  }

  /** With a message and what caused it. */
  public AofException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
