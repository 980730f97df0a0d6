package io.bop.aof.objectstore.s3;

import io.bop.aof.io.Disk;
import io.bop.aof.io.DiskFile;
import io.bop.aof.objectstore.ObjectBody;
import io.bop.aof.objectstore.ObjectMetadata;
import io.bop.aof.objectstore.ObjectStoreException;
import io.bop.aof.objectstore.ObjectStoreException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import software.amazon.awssdk.core.async.AsyncRequestBody;

/**
 * The body of one put, fed piece by piece by the thread that waits for the answer, as fast as the
 * connection asks for more. Demand comes from any thread, everything else is that thread's.
 *
 * <p>The last piece is held back until the checksum of the whole body is known to be right, so a
 * body that is not what it says never becomes an object, whatever the service checks.
 */
final class BodyFeed implements AsyncRequestBody, Exchange.Pump, AutoCloseable {

  /** Small enough that those underway, 16 at most, say little about a slow connection. */
  static final int PIECE = 64 * 1024;

  private final ObjectBody body;
  private final Exchange exchange;
  private final @Nullable DiskFile file;
  private final CRC32C crc = new CRC32C();
  private final AtomicLong demand = new AtomicLong();
  private final AtomicBoolean subscribed = new AtomicBoolean();
  private volatile @Nullable Subscriber<? super ByteBuffer> subscriber;
  private volatile boolean cancelled;
  private long at;
  private boolean complete;

  /** Opens the file, if the body is one. */
  BodyFeed(Disk disk, ObjectBody body, Exchange exchange) throws ObjectStoreException {
    this.body = body;
    this.exchange = exchange;
    try {
      this.file = body instanceof ObjectBody.OfFile of ? disk.openForRead(of.file()) : null;
    } catch (IOException e) {
      throw unreadable(exchange, e);
    }
    if (body.size() == 0) {
      check();
    }
  }

  @Override
  public Optional<Long> contentLength() {
    return Optional.of(body.size());
  }

  @Override
  public void subscribe(Subscriber<? super ByteBuffer> newcomer) {
    if (!subscribed.compareAndSet(false, true)) {
      // What the first one took is gone; half a body must never pass for a whole one.
      newcomer.onSubscribe(new Nothing());
      newcomer.onError(new IllegalStateException("a body is sent once"));
      return;
    }
    newcomer.onSubscribe(new Demand());
    // Only now, so that a piece never comes before the subscription.
    subscriber = newcomer;
    exchange.wake();
  }

  @Override
  public boolean pump() throws ObjectStoreException {
    @Nullable Subscriber<? super ByteBuffer> target = subscriber;
    if (target == null || complete || cancelled) {
      return false;
    }
    if (at < body.size()) {
      if (demand.get() == 0) {
        return false;
      }
      demand.decrementAndGet();
      feed(target);
    } else {
      check();
      complete = true;
      target.onComplete();
    }
    return true;
  }

  @Override
  public void close() {
    if (file != null) {
      try {
        file.close();
      } catch (IOException e) {
        exchange.failures().ignored("file of a body did not close", e);
      }
    }
  }

  private void feed(Subscriber<? super ByteBuffer> target) throws ObjectStoreException {
    int length = (int) Math.min(PIECE, body.size() - at);
    ByteBuffer piece = read(length);
    crc.update(piece.duplicate());
    at += length;
    if (at == body.size()) {
      check();
    }
    exchange.moved();
    exchange.meter().sent(length);
    target.onNext(piece);
  }

  private ByteBuffer read(int length) throws ObjectStoreException {
    if (body instanceof ObjectBody.OfBytes of) {
      return ByteBuffer.wrap(of.bytes(), (int) at, length).slice().asReadOnlyBuffer();
    }
    byte[] piece = new byte[length];
    try {
      fileOfBody().readFully(at, piece, 0, length);
    } catch (IOException e) {
      throw unreadable(exchange, e);
    }
    return ByteBuffer.wrap(piece);
  }

  private DiskFile fileOfBody() throws IOException {
    if (file == null) {
      throw new IOException("body has no file");
    }
    return file;
  }

  private void check() throws ObjectStoreException {
    int actual = (int) crc.getValue();
    if (actual != body.crc32c()) {
      throw exchange
          .failures()
          .of(
              Reason.CORRUPT,
              "body does not match its checksum",
              "expected="
                  + ObjectMetadata.crc32cText(body.crc32c())
                  + " actual="
                  + ObjectMetadata.crc32cText(actual));
    }
  }

  private static ObjectStoreException unreadable(Exchange exchange, IOException e) {
    return exchange.failures().of(Reason.CORRUPT, "body cannot be read", "error=" + e, e);
  }

  /** There is none of it left. */
  private static final class Nothing implements Subscription {
    @Override
    public void request(long pieces) {}

    @Override
    public void cancel() {}
  }

  /** What the connection says. */
  private final class Demand implements Subscription {
    @Override
    public void request(long pieces) {
      demand.accumulateAndGet(pieces, Demand::plus);
      exchange.wake();
    }

    @Override
    public void cancel() {
      cancelled = true;
    }

    private static long plus(long a, long b) {
      return a + b < 0 ? Long.MAX_VALUE : a + b;
    }
  }
}
