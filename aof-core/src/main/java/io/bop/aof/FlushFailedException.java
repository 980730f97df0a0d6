package io.bop.aof;

import org.jspecify.annotations.Nullable;

/**
 * The disk refused to make records durable. The stream takes no appends until the store is opened
 * again.
 */
public class FlushFailedException extends AofException {

  private static final long serialVersionUID = 1L;

  private final String stream;
  private final long segment;
  private final long durableOffset;

  /** Builds the message from the facts. */
  public FlushFailedException(
      String stream, long segment, long durableOffset, @Nullable Throwable cause) {
    super(
        "flush failed: stream="
            + stream
            + " segment="
            + segment
            + " durableOffset="
            + durableOffset
            + " action=check the disk, then reopen the store",
        cause);
    this.stream = stream;
    this.segment = segment;
    this.durableOffset = durableOffset;
  }

  /** The stream. */
  public String stream() {
    return stream;
  }

  /** The segment id. */
  public long segment() {
    return segment;
  }

  /** All records below are durable. */
  public long durableOffset() {
    return durableOffset;
  }
}
