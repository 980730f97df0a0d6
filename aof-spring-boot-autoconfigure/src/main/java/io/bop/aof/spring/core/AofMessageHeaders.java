package io.bop.aof.spring.core;

/** Names of the record headers that the template writes and reads. */
public final class AofMessageHeaders {

  /** Media type of the payload, for example {@code application/json}. */
  public static final String CONTENT_TYPE = "content-type";

  /**
   * Name of the Java class that was appended. It informs people and tools; reading never loads a
   * class by this name.
   */
  public static final String PAYLOAD_TYPE = "aof-type";

  private AofMessageHeaders() {}
}
