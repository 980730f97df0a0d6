package io.bop.aof;

/**
 * The deadline passed, or the store was closed, after the record had its place: it may or may not
 * survive, or not be as safe as asked. Read at {@link #offset()} to find out.
 */
public class AppendOutcomeUnknownException extends AofException {

  private static final long serialVersionUID = 1L;

  private final String stream;
  private final long offset;

  /** Builds the message from the facts. */
  public AppendOutcomeUnknownException(String stream, long offset) {
    super("append outcome unknown: stream=" + stream + " offset=" + offset);
    this.stream = stream;
    this.offset = offset;
  }

  /** The stream. */
  public String stream() {
    return stream;
  }

  /** The offset that the record has if it survives. */
  public long offset() {
    return offset;
  }
}
