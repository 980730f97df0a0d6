package io.bop.aof;

/**
 * A cursor lies beyond the place where another writer took the store over: what it had read before
 * that place is still the same, what it had read behind it is not in the store any more.
 */
public class OffsetDivergedException extends AofException {

  private static final long serialVersionUID = 1L;

  private final String stream;
  private final long from;

  /** Builds the message from the facts. */
  public OffsetDivergedException(String stream, Cursor cursor, long from) {
    super(
        "records below the cursor were replaced by a takeover: stream="
            + stream
            + " cursor="
            + cursor
            + " from="
            + from
            + " action=undo what was read from there on, and go on at that offset");
    this.stream = stream;
    this.from = from;
  }

  /** The stream. */
  public String stream() {
    return stream;
  }

  /** The first offset whose record is another one now. */
  public long from() {
    return from;
  }
}
