package io.bop.aof.testkit.objectstore;

import io.bop.aof.io.Host;
import io.bop.aof.objectstore.ObjectBody;
import io.bop.aof.objectstore.ObjectPage;
import io.bop.aof.objectstore.ObjectStore;
import io.bop.aof.objectstore.ObjectStoreException;
import io.bop.aof.objectstore.ObjectStoreException.Reason;
import io.bop.aof.objectstore.ObjectStoreUsage;
import io.bop.aof.objectstore.ObjectSummary;
import io.bop.aof.objectstore.PutResult;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * An object store behind a network that takes its time for reads: so long until the first byte, so
 * many bytes a second on one connection, and so many on all of them. Thread-safe.
 */
public final class SlowNetwork implements ObjectStore {

  private final ObjectStore store;
  private final Host host;
  private final Link link;
  private final AtomicLong onTheWay = new AtomicLong();
  private final AtomicLong mostOnTheWay = new AtomicLong();
  private final AtomicLong lineIsFree;

  /**
   * What is slow about it.
   *
   * @param latency of each read
   * @param bytesPerSecond of each read; 0: as fast as it comes
   * @param lineBytesPerSecond of all reads together, one behind the other; 0: as fast as they come
   */
  public record Link(Duration latency, long bytesPerSecond, long lineBytesPerSecond) {

    /** As fast as it comes. */
    public static final Link LOOPBACK = new Link(Duration.ZERO, 0, 0);

    /** A link whose connections are each so fast. */
    public static Link ofConnections(Duration latency, long bytesPerSecond) {
      return new Link(latency, bytesPerSecond, 0);
    }

    /** A link whose connections share one line. */
    public static Link ofLine(Duration latency, long bytesPerSecond) {
      return new Link(latency, 0, bytesPerSecond);
    }

    @Override
    public String toString() {
      return latency.toMillis()
          + " ms"
          + (bytesPerSecond == 0 ? "" : ", " + bytesPerSecond / 1_000_000 + " MB/s a connection")
          + (lineBytesPerSecond == 0 ? "" : ", " + lineBytesPerSecond / 1_000_000 + " MB/s in all");
    }
  }

  /** Before that store; the link's time is the host's. */
  public SlowNetwork(ObjectStore store, Host host, Link link) {
    this.store = store;
    this.host = host;
    this.link = link;
    this.lineIsFree = new AtomicLong(host.time().nanoTime());
  }

  @Override
  public byte[] get(String key) throws ObjectStoreException {
    long began = host.time().nanoTime();
    byte[] bytes = store.get(key);
    travel(began, bytes.length);
    return bytes;
  }

  @Override
  public void getRange(String key, long position, ByteBuffer dst) throws ObjectStoreException {
    long began = host.time().nanoTime();
    int length = dst.remaining();
    long now = onTheWay.addAndGet(length);
    mostOnTheWay.accumulateAndGet(now, Math::max);
    try {
      store.getRange(key, position, dst);
      travel(began, length);
    } finally {
      onTheWay.addAndGet(-length);
    }
  }

  /** Most bytes of ranges that were on their way at once, since it was made. */
  public long mostOnTheWay() {
    return mostOnTheWay.get();
  }

  private void travel(long began, long bytes) throws ObjectStoreException {
    long firstByte = began + link.latency().toNanos();
    long lastByte = firstByte + nanos(bytes, link.bytesPerSecond());
    if (link.lineBytesPerSecond() > 0) {
      long onLine = nanos(bytes, link.lineBytesPerSecond());
      long through = lineIsFree.updateAndGet(free -> Math.max(free, firstByte) + onLine);
      lastByte = Math.max(lastByte, through);
    }
    long left = lastByte - host.time().nanoTime();
    if (left <= 0) {
      return;
    }
    try {
      host.threads().sleep(left);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ObjectStoreException(Reason.CANCELLED, "read was interrupted", e);
    }
  }

  private static long nanos(long bytes, long bytesPerSecond) {
    return bytesPerSecond == 0 ? 0 : bytes * TimeUnit.SECONDS.toNanos(1) / bytesPerSecond;
  }

  @Override
  public PutResult putIfAbsent(String key, ObjectBody body, Map<String, String> metadata)
      throws ObjectStoreException {
    return store.putIfAbsent(key, body, metadata);
  }

  @Override
  public Optional<ObjectSummary> head(String key) throws ObjectStoreException {
    return store.head(key);
  }

  @Override
  public ObjectPage list(String prefix, @Nullable String after, int limit)
      throws ObjectStoreException {
    return store.list(prefix, after, limit);
  }

  @Override
  public void delete(String key) throws ObjectStoreException {
    store.delete(key);
  }

  @Override
  public String describe() {
    return store.describe();
  }

  @Override
  public Map<String, String> features() {
    return store.features();
  }

  @Override
  public Optional<ObjectStoreUsage> usage() {
    return store.usage();
  }

  @Override
  public void close() {
    store.close();
  }
}
