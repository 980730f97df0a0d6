package io.bop.aof.spring.boot.metrics;

import io.bop.aof.AofSnapshot;
import io.bop.aof.AofStore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The state of a store, asked for at most once a second: one scrape reads some hundred meters from
 * one snapshot. Thread-safe.
 */
final class SnapshotCache {

  private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final AofStore store;
  private final LongSupplier nanoTime;
  private final Consumer<AofSnapshot> onNew;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable AofSnapshot last;
  private long takenAt;

  /**
   * Takes nothing yet.
   *
   * @param onNew told of each new snapshot, one at a time
   */
  SnapshotCache(AofStore store, LongSupplier nanoTime, Consumer<AofSnapshot> onNew) {
    this.store = store;
    this.nanoTime = nanoTime;
    this.onNew = onNew;
  }

  /** A snapshot that is not older than a second. */
  AofSnapshot get() {
    lock.lock();
    try {
      AofSnapshot current = last;
      long now = nanoTime.getAsLong();
      if (current == null || now - takenAt >= FRESH_NANOS) {
        current = store.snapshot();
        last = current;
        takenAt = now;
        onNew.accept(current);
      }
      return current;
    } finally {
      lock.unlock();
    }
  }
}
