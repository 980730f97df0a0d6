package io.bop.aof.spring.core;

import io.bop.aof.AofException;
import org.jspecify.annotations.Nullable;

/**
 * A transaction was committed, and a record that waited for that could not be appended. Reaches
 * whoever made the transaction commit; the transaction stays committed, so that repeating it does
 * its work twice. The cause says why, the futures of the appends say of each whether it was made.
 */
public class AfterCommitAppendException extends AofException {

  private static final long serialVersionUID = 1L;

  /** With a message: a phrase, then {@code key=value} facts. */
  public AfterCommitAppendException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
