package io.bop.aof;

/** The record or batch exceeds the limit; nothing was written. */
public class RecordTooLargeException extends AofException {

  private static final long serialVersionUID = 1L;

  private final long size;
  private final long limit;

  /** Builds the message from the facts. */
  public RecordTooLargeException(long size, long limit) {
    super("record too large: size=" + size + " limit=" + limit);
    this.size = size;
    this.limit = limit;
  }

  /** Its size in bytes. */
  public long size() {
    return size;
  }

  /** The largest allowed. */
  public long limit() {
    return limit;
  }
}
