package io.bop.aof.spring.core;

import io.bop.aof.AofRecord;
import io.bop.aof.RecordHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A record with its payload converted. A copy: it stays valid when the reader moves.
 *
 * @param stream the stream it was read from
 * @param offset its number within the stream
 * @param timestamp append time, unless the caller gave one; exact to the microsecond
 * @param key the key, if there is one; shared, not copied: do not change it
 * @param extId the caller's own identifier, if one was given
 * @param headers the headers, those of the converter among them
 * @param payload the converted payload
 * @param <T> what the payload was converted to
 */
public record AofMessage<T>(
    String stream,
    long offset,
    Instant timestamp,
    Optional<byte[]> key,
    OptionalLong extId,
    RecordHeaders headers,
    T payload) {

  /** Stands for no key when two are compared; a key has at least one byte. */
  private static final byte[] NONE = {};

  /** Nothing may be null. */
  public AofMessage {
    Objects.requireNonNull(stream, "stream");
    Objects.requireNonNull(timestamp, "timestamp");
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(extId, "extId");
    Objects.requireNonNull(headers, "headers");
    Objects.requireNonNull(payload, "payload");
  }

  /** The record's parts with a converted payload. */
  static <T> AofMessage<T> of(String stream, AofRecord record, T payload) {
    return new AofMessage<>(
        stream,
        record.offset(),
        record.timestamp(),
        record.key(),
        record.extId(),
        record.headers(),
        payload);
  }

  /** The key read as UTF-8, if there is one. */
  public Optional<String> keyText() {
    return key.map(bytes -> new String(bytes, StandardCharsets.UTF_8));
  }

  /** The value of the last header of that name, read as UTF-8. */
  public Optional<String> header(String name) {
    return headers.lastString(name);
  }

  @Override
  public boolean equals(@Nullable Object o) {
    return o instanceof AofMessage<?> other
        && offset == other.offset
        && stream.equals(other.stream)
        && timestamp.equals(other.timestamp)
        && Arrays.equals(key.orElse(NONE), other.key.orElse(NONE))
        && extId.equals(other.extId)
        && headers.equals(other.headers)
        && payload.equals(other.payload);
  }

  @Override
  public int hashCode() {
    return Objects.hash(
        stream, offset, timestamp, Arrays.hashCode(key.orElse(NONE)), extId, headers, payload);
  }

  /** Leaves the payload out, which may be large or secret. */
  @Override
  public String toString() {
    return "AofMessage[stream=" + stream + ", offset=" + offset + ", timestamp=" + timestamp + "]";
  }
}
