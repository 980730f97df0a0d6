package io.bop.aof;

/**
 * What an S3-compatible service can do, where it is less than S3. Immutable.
 *
 * @param conditionalPut how an object is created without overwriting another
 * @param requestChecksum how the service can tell that a body arrived unharmed
 * @param chunkedEncoding whether bodies are sent in {@code aws-chunked} encoding with their
 *     checksum behind them; no service needs it, and old gateways refuse it
 */
public record S3Compatibility(
    ConditionalPut conditionalPut, RequestChecksum requestChecksum, boolean chunkedEncoding) {

  private static final S3Compatibility DEFAULTS =
      new S3Compatibility(ConditionalPut.REQUIRED, RequestChecksum.AUTO, false);

  /** How an object is created without overwriting another. */
  public enum ConditionalPut {
    /** By {@code If-None-Match: *}; a service that does not honour it is refused. */
    REQUIRED,
    /**
     * By looking first, then putting. Two writers at the same time overwrite each other unnoticed,
     * and fencing does not work: only for a prefix that one process alone ever writes to.
     */
    EMULATED
  }

  /** How the service can tell that a body arrived unharmed. */
  public enum RequestChecksum {
    /** CRC32C, and MD5 where the service turns out not to check CRC32C. */
    AUTO,
    /** {@code x-amz-checksum-crc32c}. */
    CRC32C,
    /** {@code Content-MD5}; costs one more pass over each body. */
    MD5,
    /** Not at all. */
    NONE
  }

  /** Full S3, checksums as they work. */
  public static S3Compatibility defaults() {
    return DEFAULTS;
  }

  /** These settings with another {@code conditionalPut}. */
  public S3Compatibility withConditionalPut(ConditionalPut value) {
    return new S3Compatibility(value, requestChecksum, chunkedEncoding);
  }

  /** These settings with another {@code requestChecksum}. */
  public S3Compatibility withRequestChecksum(RequestChecksum value) {
    return new S3Compatibility(conditionalPut, value, chunkedEncoding);
  }

  /** These settings with another {@code chunkedEncoding}. */
  public S3Compatibility withChunkedEncoding(boolean value) {
    return new S3Compatibility(conditionalPut, requestChecksum, value);
  }
}
