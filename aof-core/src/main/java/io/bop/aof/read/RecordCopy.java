package io.bop.aof.read;

import io.bop.aof.AofRecord;
import io.bop.aof.RecordHeaders;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.OptionalLong;

/** A record that lasts. Immutable: what it hands out are copies. */
final class RecordCopy implements AofRecord {

  private final long offset;
  private final long timestampMicros;
  private final OptionalLong extId;
  private final Optional<byte[]> key;
  private final RecordHeaders headers;
  private final byte[] payload;

  RecordCopy(
      long offset,
      long timestampMicros,
      OptionalLong extId,
      Optional<byte[]> key,
      RecordHeaders headers,
      byte[] payload) {
    this.offset = offset;
    this.timestampMicros = timestampMicros;
    this.extId = extId;
    this.key = key;
    this.headers = headers;
    this.payload = payload;
  }

  @Override
  public long offset() {
    return offset;
  }

  @Override
  public Instant timestamp() {
    return Instant.EPOCH.plus(timestampMicros, ChronoUnit.MICROS);
  }

  @Override
  public long timestampMicros() {
    return timestampMicros;
  }

  @Override
  public OptionalLong extId() {
    return extId;
  }

  @Override
  public ByteBuffer payload() {
    return ByteBuffer.wrap(payload).asReadOnlyBuffer();
  }

  @Override
  public int payloadSize() {
    return payload.length;
  }

  @Override
  public byte[] payloadBytes() {
    return payload.clone();
  }

  @Override
  public Optional<byte[]> key() {
    return key.map(byte[]::clone);
  }

  @Override
  public RecordHeaders headers() {
    return headers;
  }

  @Override
  public AofRecord copy() {
    return this;
  }

  @Override
  public String toString() {
    return "offset=" + offset + " payloadSize=" + payload.length;
  }
}
