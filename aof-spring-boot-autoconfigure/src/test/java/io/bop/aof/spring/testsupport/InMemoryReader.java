package io.bop.aof.spring.testsupport;

import io.bop.aof.AofReader;
import io.bop.aof.AofRecord;
import io.bop.aof.AppendRequest;
import io.bop.aof.Cursor;
import io.bop.aof.ReadOptions;
import io.bop.aof.RecordHeaders;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Hands out one view that moves, as the engine's readers do. */
final class InMemoryReader implements AofReader {

  private final InMemoryStream stream;
  private final ReadOptions.Visibility visibility;
  private final Runnable onClose;
  private final View view = new View();
  private long next;
  private boolean closed;

  InMemoryReader(
      InMemoryStream stream, long start, ReadOptions.Visibility visibility, Runnable onClose) {
    this.stream = stream;
    this.next = start;
    this.visibility = visibility;
    this.onClose = onClose;
  }

  @Override
  public @Nullable AofRecord next() {
    return poll(Duration.ZERO);
  }

  @Override
  public @Nullable AofRecord poll(Duration timeout) {
    if (closed) {
      throw new IllegalStateException("reader is closed");
    }
    AppendRequest request = stream.await(next, visibility, timeout.toMillis());
    if (request == null) {
      return null;
    }
    view.offset = next++;
    view.request = request;
    return view;
  }

  @Override
  public long nextOffset() {
    return next;
  }

  @Override
  public void close() {
    if (closed) {
      throw new IllegalStateException("closed twice");
    }
    closed = true;
    onClose.run();
  }

  /** One record; changes with the reader unless it is a copy. */
  private static final class View implements AofRecord {

    private long offset;
    private AppendRequest request = AppendRequest.of(new byte[0]);

    @Override
    public long offset() {
      return offset;
    }

    @Override
    public Instant timestamp() {
      return Instant.EPOCH.plus(timestampMicros(), ChronoUnit.MICROS);
    }

    @Override
    public long timestampMicros() {
      Long micros = request.timestampMicros();
      return micros == null ? 0 : micros;
    }

    @Override
    public OptionalLong extId() {
      return request.extId();
    }

    @Override
    public ByteBuffer payload() {
      return ByteBuffer.wrap(request.payload()).asReadOnlyBuffer();
    }

    @Override
    public int payloadSize() {
      return request.payload().length;
    }

    @Override
    public byte[] payloadBytes() {
      return request.payload().clone();
    }

    @Override
    public Optional<byte[]> key() {
      return Optional.ofNullable(request.key()).map(byte[]::clone);
    }

    @Override
    public RecordHeaders headers() {
      return request.headers();
    }

    @Override
    public AofRecord copy() {
      View copy = new View();
      copy.offset = offset;
      copy.request = request;
      return copy;
    }
  }

  @Override
  public Cursor cursor() {
    return new Cursor(1, nextOffset());
  }
}
