package io.bop.aof;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A record to append, with what is special about it. Immutable; the arrays given are shared, not
 * copied, and must not change until the append returned.
 */
public final class AppendRequest {

  /** Longest key in bytes. */
  public static final int MAX_KEY_SIZE = 65_535;

  private final byte[] payload;
  private final byte @Nullable [] key;
  private final RecordHeaders headers;
  private final @Nullable Long timestampMicros;
  private final @Nullable Long extId;
  private final @Nullable Durability durability;
  private final @Nullable Long expectedOffset;
  private final @Nullable Duration timeout;

  private AppendRequest(Builder builder) {
    this.payload = builder.payload;
    this.key = builder.key;
    this.headers = builder.headers;
    this.timestampMicros = builder.timestampMicros;
    this.extId = builder.extId;
    this.durability = builder.durability;
    this.expectedOffset = builder.expectedOffset;
    this.timeout = builder.timeout;
  }

  /** A request with nothing but a payload. */
  public static AppendRequest of(byte[] payload) {
    return builder(payload).build();
  }

  /** Starts a request. */
  public static Builder builder(byte[] payload) {
    return new Builder(payload);
  }

  /** Starts another request with all parts of this one. */
  public Builder toBuilder() {
    Builder builder = new Builder(payload);
    builder.key = key;
    builder.headers = headers;
    builder.timestampMicros = timestampMicros;
    builder.extId = extId;
    builder.durability = durability;
    builder.expectedOffset = expectedOffset;
    builder.timeout = timeout;
    return builder;
  }

  /** The payload, shared. */
  public byte[] payload() {
    return payload;
  }

  /** The key, shared, or null. */
  public byte @Nullable [] key() {
    return key;
  }

  /** The headers. */
  public RecordHeaders headers() {
    return headers;
  }

  /** The record's time in microseconds since the epoch; null: the time of the append. */
  public @Nullable Long timestampMicros() {
    return timestampMicros;
  }

  /** The caller's own identifier. */
  public OptionalLong extId() {
    return extId == null ? OptionalLong.empty() : OptionalLong.of(extId);
  }

  /** How safe it must be before it is acknowledged; null: the stream's setting. */
  public @Nullable Durability durability() {
    return durability;
  }

  /** The offset it must get, or nothing is written. */
  public OptionalLong expectedOffset() {
    return expectedOffset == null ? OptionalLong.empty() : OptionalLong.of(expectedOffset);
  }

  /** How long to wait at most; null: the store's append timeout. */
  public @Nullable Duration timeout() {
    return timeout;
  }

  /** Collects the parts of a request; not thread-safe. */
  public static final class Builder {
    private final byte[] payload;
    private byte @Nullable [] key;
    private RecordHeaders headers = RecordHeaders.empty();
    private @Nullable Long timestampMicros;
    private @Nullable Long extId;
    private @Nullable Durability durability;
    private @Nullable Long expectedOffset;
    private @Nullable Duration timeout;

    private Builder(byte[] payload) {
      this.payload = Objects.requireNonNull(payload, "payload must not be null");
    }

    /** A key of 1 to {@link AppendRequest#MAX_KEY_SIZE} bytes. */
    public Builder key(byte[] value) {
      if (value.length == 0 || value.length > MAX_KEY_SIZE) {
        throw new IllegalArgumentException(
            "key must have 1 to " + MAX_KEY_SIZE + " bytes: size=" + value.length);
      }
      this.key = value;
      return this;
    }

    /** A key in UTF-8. */
    public Builder key(String value) {
      return key(value.getBytes(StandardCharsets.UTF_8));
    }

    /** Replaces all headers. */
    public Builder headers(RecordHeaders value) {
      this.headers = Objects.requireNonNull(value, "headers");
      return this;
    }

    /** Adds one header, its value in UTF-8. */
    public Builder header(String name, String value) {
      this.headers = headers.with(name, value);
      return this;
    }

    /** The record's time; cut to microseconds. */
    public Builder timestamp(Instant value) {
      return timestampMicros(ChronoUnit.MICROS.between(Instant.EPOCH, value));
    }

    /** The record's time in microseconds since the Unix epoch. */
    public Builder timestampMicros(long value) {
      this.timestampMicros = value;
      return this;
    }

    /** The caller's own identifier: a log index, an LSN, an upstream offset. */
    public Builder extId(long value) {
      this.extId = value;
      return this;
    }

    /** How safe the record must be before it is acknowledged. */
    public Builder durability(Durability value) {
      this.durability = Objects.requireNonNull(value, "durability");
      return this;
    }

    /** The offset that the record must get, at least 0. */
    public Builder expectedOffset(long value) {
      if (value < 0) {
        throw new IllegalArgumentException("expectedOffset must not be negative: " + value);
      }
      this.expectedOffset = value;
      return this;
    }

    /** How long to wait at most for room and for durability; positive. */
    public Builder timeout(Duration value) {
      if (value.isNegative() || value.isZero()) {
        throw new IllegalArgumentException("timeout must be positive: " + value);
      }
      this.timeout = value;
      return this;
    }

    /** The finished request. */
    public AppendRequest build() {
      return new AppendRequest(this);
    }
  }
}
