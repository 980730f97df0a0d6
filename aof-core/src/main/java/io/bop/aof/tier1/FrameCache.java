package io.bop.aof.tier1;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import io.bop.aof.AofException;
import io.bop.aof.io.Host;
import io.bop.aof.zstd.SeekableTail;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Decompressed frames and the tails of warm files and segment objects, bounded in bytes. Values are
 * shared: nobody may change an array that is or was in here. Thread-safe.
 */
public final class FrameCache {

  /*
   * Entries are futures, so that no lock of the map is held while one is loaded: the thread whose
   * future got in loads, the others wait for it. A load that fails leaves no entry.
   */

  /** Rough heap of an entry beside its bytes: key, future, node, queue links, array header. */
  private static final int ENTRY_OVERHEAD = 200;

  private final long maxBytes;
  private final AsyncCache<FrameKey, Object> cache;
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
    this.maxBytes = maxBytes;
    this.cache =
        Caffeine.newBuilder()
            .maximumWeight(maxBytes)
            .<FrameKey, Object>weigher((key, value) -> weight(value))
            .executor(executor)
            .ticker(host.time()::nanoTime)
            .evictionListener(this::evicted)
            .buildAsync();
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
    if (key.frame() < 0) {
      throw new IllegalArgumentException("frame must not be negative: frame=" + key.frame());
    }
    return (byte[]) load(key, loader);
  }

  /** The frame's records if they are cached; a frame that is being loaded is not. */
  public byte @Nullable [] getIfPresent(FrameKey key) {
    CompletableFuture<Object> entry = cache.getIfPresent(key);
    if (entry == null || !entry.isDone() || entry.isCompletedExceptionally()) {
      return null;
    }
    hits.increment();
    return (byte[]) entry.join();
  }

  /** The tail of a segment's file or object, loaded as by {@link #get}. */
  public SeekableTail tail(long streamId, long segmentId, Loader<SeekableTail> loader)
      throws IOException {
    return (SeekableTail) load(FrameKey.tail(streamId, segmentId), loader);
  }

  /** Forgets all frames and the tail of a segment. */
  public void invalidate(long streamId, long segmentId) {
    cache.synchronous().asMap().keySet().removeIf(key -> key.isOf(streamId, segmentId));
  }

  /** Counters and bytes held. */
  public FrameCacheStats stats() {
    long bytes =
        cache.synchronous().policy().eviction().orElseThrow().weightedSize().orElse(0L);
    return new FrameCacheStats(hits.sum(), misses.sum(), evictions.sum(), bytes, maxBytes);
  }

  /** Does outstanding housekeeping now; for tests and before reading {@link #stats} exactly. */
  public void cleanUp() {
    cache.synchronous().cleanUp();
  }

  private Object load(FrameKey key, Loader<?> loader) throws IOException {
    CompletableFuture<Object> present = cache.getIfPresent(key);
    if (present != null) {
      hits.increment();
      return await(present);
    }
    CompletableFuture<Object> mine = new CompletableFuture<>();
    CompletableFuture<Object> first = cache.asMap().putIfAbsent(key, mine);
    if (first != null) {
      hits.increment();
      return await(first);
    }
    misses.increment();
    try {
      Object value = loader.load();
      mine.complete(value);
      return value;
    } catch (Throwable failure) {
      mine.completeExceptionally(failure);
      throw failure;
    }
  }

  private static Object await(CompletableFuture<Object> entry) throws IOException {
    try {
      return entry.join();
    } catch (CompletionException e) {
      Throwable cause = e.getCause();
      if (cause instanceof AofException damage) {
        throw damage;
      }
      throw new IOException("another thread's load failed: reason=" + cause, cause);
    }
  }

  private static int weight(Object value) {
    long bytes =
        value instanceof byte[] frame ? frame.length : ((SeekableTail) value).heapBytes();
    return (int) Math.min(Integer.MAX_VALUE, bytes + ENTRY_OVERHEAD);
  }

  private void evicted(
      @Nullable FrameKey key, @Nullable Object value, RemovalCause cause) {
    evictions.increment();
  }
}
