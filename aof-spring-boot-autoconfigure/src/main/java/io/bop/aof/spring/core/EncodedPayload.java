package io.bop.aof.spring.core;

import io.bop.aof.RecordHeaders;
import java.util.Objects;

/**
 * What an object becomes in a record.
 *
 * @param bytes the payload; shared, not copied: it must not change until the append returned
 * @param headers what a reader needs to know about the bytes; written before the caller's own
 */
public record EncodedPayload(byte[] bytes, RecordHeaders headers) {

  /** Neither part may be null. */
  public EncodedPayload {
    Objects.requireNonNull(bytes, "bytes");
    Objects.requireNonNull(headers, "headers");
  }

  /** Bytes with a media type. */
  public static EncodedPayload of(byte[] bytes, String contentType) {
    return new EncodedPayload(
        bytes, RecordHeaders.empty().with(AofMessageHeaders.CONTENT_TYPE, contentType));
  }
}
