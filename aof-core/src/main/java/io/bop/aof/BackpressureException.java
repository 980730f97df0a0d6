package io.bop.aof;

import java.time.Duration;

/** A bounded resource did not become free in time; nothing was written. */
public class BackpressureException extends AofException {

  private static final long serialVersionUID = 1L;

  private final String stream;
  private final BackpressureKind kind;
  private final Duration retryAfter;

  /** Builds the message from the facts. */
  public BackpressureException(String stream, BackpressureKind kind, Duration retryAfter) {
    super(
        "append refused: stream="
            + stream
            + " kind="
            + kind
            + " retryAfter="
            + retryAfter.toMillis()
            + "ms");
    this.stream = stream;
    this.kind = kind;
    this.retryAfter = retryAfter;
  }

  /** The stream. */
  public String stream() {
    return stream;
  }

  /** The resource that ran out. */
  public BackpressureKind kind() {
    return kind;
  }

  /** Trying again earlier is pointless. */
  public Duration retryAfter() {
    return retryAfter;
  }
}
