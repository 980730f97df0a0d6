package io.bop.aof;

/** The wanted offset is not in the stream. */
public class OffsetOutOfRangeException extends AofException {

  private static final long serialVersionUID = 1L;

  private final String stream;
  private final long offset;
  private final long start;
  private final long next;

  /** Builds the message from the facts. */
  public OffsetOutOfRangeException(String stream, long offset, long start, long next) {
    super(
        "offset out of range: stream="
            + stream
            + " offset="
            + offset
            + " start="
            + start
            + " next="
            + next);
    this.stream = stream;
    this.offset = offset;
    this.start = start;
    this.next = next;
  }

  /** The stream. */
  public String stream() {
    return stream;
  }

  /** The wanted offset. */
  public long offset() {
    return offset;
  }

  /** The oldest readable offset. */
  public long start() {
    return start;
  }

  /** First after the newest. */
  public long next() {
    return next;
  }
}
