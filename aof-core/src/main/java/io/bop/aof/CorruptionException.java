package io.bop.aof;

import org.jspecify.annotations.Nullable;

/**
 * Bytes that were promised are damaged, and no other copy is intact. Records outside the range stay
 * readable.
 */
public class CorruptionException extends AofException {

  private static final long serialVersionUID = 1L;

  private final String stream;
  private final long segment;
  private final long position;
  private final String reason;

  /** Builds the message from the facts. */
  public CorruptionException(
      String stream, long segment, long position, String reason, @Nullable Throwable cause) {
    super(
        "corrupt data: stream="
            + stream
            + " segment="
            + segment
            + " position="
            + position
            + " reason="
            + reason,
        cause);
    this.stream = stream;
    this.segment = segment;
    this.position = position;
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

  /** Bytes from the start of the file or object to the damage. */
  public long position() {
    return position;
  }

  /** What was wrong. */
  public String reason() {
    return reason;
  }
}
