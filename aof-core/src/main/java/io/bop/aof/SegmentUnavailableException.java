package io.bop.aof;

import org.jspecify.annotations.Nullable;

/** No tier holds a readable copy of the segment; it needs recovery. */
public class SegmentUnavailableException extends AofException {

  private static final long serialVersionUID = 1L;

  private final String stream;
  private final long segment;
  private final String reason;

  /** Builds the message from the facts. */
  public SegmentUnavailableException(
      String stream, long segment, String reason, @Nullable Throwable cause) {
    super(
        "segment unavailable: stream=" + stream + " segment=" + segment + " reason=" + reason,
        cause);
    this.stream = stream;
    this.segment = segment;
    this.reason = reason;
  }

  /** The stream. */
  public String stream() {
    return stream;
  }

  /** The segment id. */
  public long segment() {
    return segment;
  }

  /** Why. */
  public String reason() {
    return reason;
  }
}
