package io.bop.aof;

import org.jspecify.annotations.Nullable;

/** Another writer has taken over the store in Tier 2; this one takes no more appends. */
public class StaleWriterException extends AofException {

  private static final long serialVersionUID = 1L;

  private final long epoch;
  private final String owner;

  /** Builds the message from the facts. */
  public StaleWriterException(long epoch, String owner, @Nullable Throwable cause) {
    super(
        "stale writer: epoch="
            + epoch
            + " takenOverBy="
            + owner
            + " action=stop this process; the store belongs to another one",
        cause);
    this.epoch = epoch;
    this.owner = owner;
  }

  /** The epoch of the writer that was shut out. */
  public long epoch() {
    return epoch;
  }

  /** What is known of the new owner. */
  public String owner() {
    return owner;
  }
}
