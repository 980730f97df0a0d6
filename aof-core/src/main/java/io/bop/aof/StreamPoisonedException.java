package io.bop.aof;

/** An invariant of the stream broke; it takes no appends until the store is opened again. */
public class StreamPoisonedException extends AofException {

  private static final long serialVersionUID = 1L;

  private final String stream;
  private final String reason;

  /** Builds the message from the facts. */
  public StreamPoisonedException(String stream, String reason) {
    super(
        "stream is poisoned: stream=" + stream + " reason=" + reason + " action=reopen the store");
    this.stream = stream;
    this.reason = reason;
  }

  /** The stream. */
  public String stream() {
    return stream;
  }

  /** What broke. */
  public String reason() {
    return reason;
  }
}
