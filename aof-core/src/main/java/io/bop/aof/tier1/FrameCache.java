package io.bop.aof.tier1;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import io.bop.aof.io.Host;
import io.bop.aof.zstd.SeekableTail;
import java.io.IOException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Decompressed frames and the tails of warm files and segment objects, bounded in bytes. Values are
 * shared: nobody may change an array that is or was in here. Thread-safe.
 */
public final class FrameCache {

  /*
   * Loads run outside of the cache, so that no lock of its map is held meanwhile: the thread whose
   * load gets into `loading` loads, the others wait for it. A value is in the cache before its
   * load leaves, so whoever finds neither may load.
   */

  private static final long LONG_NANOS = TimeUnit.HOURS.toNanos(1);

  /** Rough heap of an entry beside its bytes: key, future, node, queue links, array header. */
  private static final int ENTRY_OVERHEAD = 200;

  /** How many first requests are remembered, roughly; a power of two. */
  private static final int LATELY = 4096;

  private final long maxBytes;
  private final Cache<FrameKey, Object> cache;
  private final Host host;
  private final ConcurrentHashMap<FrameKey, FrameLoad> loading = new ConcurrentHashMap<>();
  private final AtomicLongArray lately = new AtomicLongArray(LATELY);
  private final LongAdder hits = new LongAdder();
  private final LongAdder misses = new LongAdder();
  private final LongAdder evictions = new LongAdder();

  /**
   * An empty cache.
   *
   * @param maxBytes bound of what it holds; 0 keeps nothing
   * @param executor runs the cache's short housekeeping; a worker pool's {@code execute}
   */
  public FrameCache(Host host, long maxBytes, Executor executor) {
    this.host = host;
    this.maxBytes = maxBytes;
    this.cache =
        Caffeine.newBuilder()
            .maximumWeight(maxBytes)
            .<FrameKey, Object>weigher((key, value) -> weight(value))
            .executor(executor)
            .ticker(host.time()::nanoTime)
            .evictionListener(this::evicted)
            .build();
  }

  /** Brings a value that is not cached. */
  @FunctionalInterface
  public interface Loader<T> {
    /** Called once for all that ask at the same time. */
    T load() throws IOException;
  }

  /**
   * The frame's records; the array must not be changed. If several ask for a frame that is not
   * cached, one of them loads it and the others wait.
   *
   * @throws IOException what the loader threw, for all who waited for it
   */
  public byte[] get(FrameKey key, Loader<byte[]> loader) throws IOException {
    return get(key, loader, farAway());
  }

  /**
   * As {@link #get(FrameKey, Loader)}, waiting for another one's load no longer than the deadline.
   *
   * @param deadlineNanos on the host's monotonic clock
   * @throws LoadTimeoutException when it passed
   */
  public byte[] get(FrameKey key, Loader<byte[]> loader, long deadlineNanos) throws IOException {
    if (key.frame() < 0) {
      throw new IllegalArgumentException("frame must not be negative: frame=" + key.frame());
    }
    return (byte[]) load(key, loader, deadlineNanos);
  }

  /** The frame's records if they are cached; a frame that is being loaded is not. */
  public byte @Nullable [] getIfPresent(FrameKey key) {
    Object value = cache.getIfPresent(key);
    if (value == null) {
      return null;
    }
    hits.increment();
    return (byte[]) value;
  }

  /** The tail if it is cached; see {@link FrameKey#tail}. */
  public @Nullable SeekableTail tailIfPresent(FrameKey key) {
    return (SeekableTail) cache.getIfPresent(key);
  }

  /**
   * Whether this was asked of the frame before, not too long ago: a frame that is wanted once is
   * not worth an array of its own. Bounded memory, so now and then the answer is a wrong no.
   */
  boolean wantedAgain(FrameKey key) {
    long mark = key.mark();
    return lately.getAndSet((int) (mark & (LATELY - 1)), mark) == mark;
  }

  /** The tail of a segment's file or object, loaded as by {@link #get}. */
  public SeekableTail tail(FrameKey key, Loader<SeekableTail> loader) throws IOException {
    return (SeekableTail) load(key, loader, farAway());
  }

  /* Loads that nobody gave a deadline have deadlines below. */
  private long farAway() {
    return host.time().nanoTime() + LONG_NANOS;
  }

  /** Forgets all frames and the tail of a segment. */
  public void invalidate(long streamId, long segmentId) {
    cache.asMap().keySet().removeIf(key -> key.isOf(streamId, segmentId));
  }

  /** Counters and bytes held. */
  public FrameCacheStats stats() {
    long bytes = cache.policy().eviction().orElseThrow().weightedSize().orElse(0L);
    return new FrameCacheStats(hits.sum(), misses.sum(), evictions.sum(), bytes, maxBytes);
  }

  /** Does outstanding housekeeping now; for tests and before reading {@link #stats} exactly. */
  public void cleanUp() {
    cache.cleanUp();
  }

  private Object load(FrameKey key, Loader<?> loader, long deadlineNanos) throws IOException {
    Object present = cache.getIfPresent(key);
    if (present != null) {
      hits.increment();
      return present;
    }
    FrameLoad mine = new FrameLoad(host);
    FrameLoad first = loading.putIfAbsent(key, mine);
    while (first != null) {
      Object loaded = first.await(deadlineNanos);
      if (loaded != null) {
        hits.increment();
        return loaded;
      }
      if (deadlineNanos - host.time().nanoTime() <= 0) {
        throw new LoadTimeoutException("no bytes within the read's deadline: frame=" + key);
      }
      // Whoever loaded ran out of its own time; this one has some left.
      loading.remove(key, first);
      first = loading.putIfAbsent(key, mine);
    }
    return load(key, loader, mine);
  }

  private Object load(FrameKey key, Loader<?> loader, FrameLoad mine) throws IOException {
    try {
      Object value = loadUnlessPresent(key, loader);
      mine.succeeded(value);
      return value;
    } catch (Throwable failure) {
      mine.failed(failure);
      throw failure;
    } finally {
      loading.remove(key, mine);
    }
  }

  /** Another load may have ended between the look into the cache and that into {@link #loading}. */
  private Object loadUnlessPresent(FrameKey key, Loader<?> loader) throws IOException {
    Object present = cache.getIfPresent(key);
    if (present != null) {
      hits.increment();
      return present;
    }
    misses.increment();
    Object value = loader.load();
    cache.put(key, value);
    return value;
  }

  private static int weight(Object value) {
    long bytes = value instanceof byte[] frame ? frame.length : ((SeekableTail) value).heapBytes();
    return (int) Math.min(Integer.MAX_VALUE, bytes + ENTRY_OVERHEAD);
  }

  private void evicted(@Nullable FrameKey key, @Nullable Object value, RemovalCause cause) {
    evictions.increment();
  }
}
