package io.bop.aof.read;

import io.bop.aof.AofRecord;
import io.bop.aof.RecordHeaders;
import io.bop.aof.format.HeadersCodec;
import io.bop.aof.format.RecordScanner;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The record that a reader stands on: a view of the reader's run. */
final class RecordView implements AofRecord {

  private final RecordScanner scanner;
  private static final byte[] NONE = new byte[0];

  private byte[] bytes = NONE;

  /* Made when first asked for: most readers of a single record take a copy. */
  private @Nullable ByteBuffer view;

  RecordView(RecordScanner scanner) {
    this.scanner = scanner;
  }

  /** The run's buffer may be another one now. */
  void rebase(byte[] buffer) {
    if (bytes != buffer) {
      bytes = buffer;
      view = null;
    }
  }

  @Override
  public long offset() {
    return scanner.offset();
  }

  @Override
  public Instant timestamp() {
    return Instant.EPOCH.plus(timestampMicros(), ChronoUnit.MICROS);
  }

  @Override
  public long timestampMicros() {
    return scanner.timestamp();
  }

  @Override
  public OptionalLong extId() {
    return scanner.hasExtId() ? OptionalLong.of(scanner.extId()) : OptionalLong.empty();
  }

  @Override
  public ByteBuffer payload() {
    int at = scanner.payloadAt();
    ByteBuffer current = view;
    if (current == null) {
      current = ByteBuffer.wrap(bytes).asReadOnlyBuffer();
      view = current;
    }
    return current.limit(at + scanner.payloadLength()).position(at);
  }

  @Override
  public int payloadSize() {
    return scanner.payloadLength();
  }

  @Override
  public byte[] payloadBytes() {
    int at = scanner.payloadAt();
    return Arrays.copyOfRange(bytes, at, at + scanner.payloadLength());
  }

  @Override
  public Optional<byte[]> key() {
    int length = scanner.keyLength();
    int at = scanner.keyAt();
    return length == 0 ? Optional.empty() : Optional.of(Arrays.copyOfRange(bytes, at, at + length));
  }

  @Override
  public RecordHeaders headers() {
    return HeadersCodec.decode(bytes, scanner.headersAt(), scanner.headersLength());
  }

  @Override
  public AofRecord copy() {
    return new RecordCopy(offset(), timestampMicros(), extId(), key(), headers(), payloadBytes());
  }

  @Override
  public String toString() {
    return "offset=" + offset() + " payloadSize=" + payloadSize();
  }
}
