package io.bop.aof.spring.core;

/**
 * Names of headers: those that the template writes into records, and those that a listener's
 * message has in addition to them.
 */
public final class AofMessageHeaders {

  /** Media type of the payload, for example {@code application/json}. */
  public static final String CONTENT_TYPE = "content-type";

  /**
   * Name of the Java class that was appended. It informs people and tools; reading never loads a
   * class by this name.
   */
  public static final String PAYLOAD_TYPE = "aof-type";

  /** In a listener's message: the stream, a {@link String}. */
  public static final String STREAM = "aof-stream";

  /** In a listener's message: the offset, a {@link Long}. */
  public static final String OFFSET = "aof-offset";

  /** In a listener's message: the record's timestamp, a {@link java.time.Instant}. */
  public static final String TIMESTAMP = "aof-timestamp";

  /**
   * In a listener's message: the key; a {@link String} if its bytes are UTF-8, else {@code byte[]};
   * absent when there is none.
   */
  public static final String KEY = "aof-key";

  /** In a listener's message: the caller's own identifier, a {@link Long}; absent without one. */
  public static final String EXT_ID = "aof-ext-id";

  /** In a listener's message: the id of the listener, a {@link String}. */
  public static final String LISTENER_ID = "aof-listener-id";

  private AofMessageHeaders() {}
}
