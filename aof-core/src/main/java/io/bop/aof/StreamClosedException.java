package io.bop.aof;

/** The stream was deleted. */
public class StreamClosedException extends AofException {

  private static final long serialVersionUID = 1L;

  private final String stream;

  /** Builds the message from the facts. */
  public StreamClosedException(String stream) {
    super("stream was deleted: stream=" + stream);
    this.stream = stream;
  }

  /** The stream. */
  public String stream() {
    return stream;
  }
}
