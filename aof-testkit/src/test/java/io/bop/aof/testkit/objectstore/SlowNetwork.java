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
 * An object store behind a network that takes its time for reads: so long until the first byte, and
 * so many bytes a second on one connection. Thread-safe.
 */
public final class SlowNetwork implements ObjectStore {

  private final ObjectStore store;
  private final Host host;
  private final Link link;
  private final AtomicLong onTheWay = new AtomicLong();
  private final AtomicLong mostOnTheWay = new AtomicLong();

  /**
   * What is slow about it.
   *
   * @param latency of each read
   * @param bytesPerSecond of each read; 0: as fast as it comes
   */
  public record Link(Duration latency, long bytesPerSecond) {

    /** As fast as it comes. */
    public static final Link LOOPBACK = new Link(Duration.ZERO, 0);

    @Override
    public String toString() {
      return latency.toMillis()
          + " ms"
          + (bytesPerSecond == 0 ? "" : ", " + bytesPerSecond / 1_000_000 + " MB/s a connection");
    }
  }

  /** Before that store; the link's time is the host's. */
  public SlowNetwork(ObjectStore store, Host host, Link link) {
    this.store = store;
    this.host = host;
    this.link = link;
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
    long takes = link.latency().toNanos();
    if (link.bytesPerSecond() > 0) {
      takes += bytes * TimeUnit.SECONDS.toNanos(1) / link.bytesPerSecond();
    }
    long left = began + takes - host.time().nanoTime();
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
