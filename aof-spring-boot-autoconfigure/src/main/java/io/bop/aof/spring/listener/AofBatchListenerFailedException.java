package io.bop.aof.spring.listener;

import io.bop.aof.AofException;

/**
 * Thrown by a batch listener that knows which record it failed at: those in front of it count as
 * handled, and are not delivered again.
 */
public class AofBatchListenerFailedException extends AofException {

  private static final long serialVersionUID = 1L;

  private final int index;

  /**
   * Names the record.
   *
   * @param index its place in the batch, from 0
   */
  public AofBatchListenerFailedException(int index, Throwable cause) {
    super("record of a batch was not handled: index=" + index, cause);
    this.index = index;
  }

  /** The place of the record in the batch, from 0. */
  public int index() {
    return index;
  }
}
