package io.bop.aof.spring.listener;

/** Names of the headers that a dead letter has in addition to its own. All values are UTF-8. */
public final class DeadLetterHeaders {

  /** The stream where the record lies. */
  public static final String STREAM = "aof-dlq-stream";

  /** Its offset there. */
  public static final String OFFSET = "aof-dlq-offset";

  /** Its timestamp there, in ISO 8601. */
  public static final String TIMESTAMP = "aof-dlq-timestamp";

  /** The listener that did not handle it. */
  public static final String LISTENER = "aof-dlq-listener";

  /** How often it was delivered. */
  public static final String ATTEMPTS = "aof-dlq-attempts";

  /** Class of the last failure. */
  public static final String EXCEPTION = "aof-dlq-exception";

  /** Message of the last failure, cut to 1,000 characters; absent when it has none. */
  public static final String MESSAGE = "aof-dlq-message";

  /** Stack trace of the last failure, cut to 8,000 characters; only when asked for. */
  public static final String STACK_TRACE = "aof-dlq-stack-trace";

  /**
   * {@code absent}: the record is so large that it does not fit beside these headers. Its payload,
   * its key and its own headers are at {@link #STREAM} and {@link #OFFSET}.
   */
  public static final String PAYLOAD = "aof-dlq-payload";

  private DeadLetterHeaders() {}
}
