package io.bop.aof;

/** The stream was not at the offset that the append expected; nothing was written. */
public class OffsetConflictException extends AofException {

  private static final long serialVersionUID = 1L;

  private final String stream;
  private final long expected;
  private final long actual;

  /** Builds the message from the facts. */
  public OffsetConflictException(String stream, long expected, long actual) {
    super("offset conflict: stream=" + stream + " expected=" + expected + " actual=" + actual);
    this.stream = stream;
    this.expected = expected;
    this.actual = actual;
  }

  /** The stream. */
  public String stream() {
    return stream;
  }

  /** The offset that the caller expected. */
  public long expected() {
    return expected;
  }

  /** The offset that the next record would have got. */
  public long actual() {
    return actual;
  }
}
