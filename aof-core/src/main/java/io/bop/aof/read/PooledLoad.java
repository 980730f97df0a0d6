package io.bop.aof.read;

import io.bop.aof.io.Host;
import io.bop.aof.io.Threads.WorkerPool;
import io.bop.aof.tier1.LoadTimeoutException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Something that a worker brings while its owner does something else or waits, not longer than a
 * deadline. Confined to one thread at a time but for the worker's part.
 *
 * @param <T> what is brought
 */
final class PooledLoad<T> {

  /** Brings it. */
  interface Loader<T> {
    T load() throws IOException;
  }

  private final Host host;
  private volatile @Nullable T value;
  private long arrivedNanos;
  private long tookNanos;
  private volatile @Nullable Throwable failure;
  private volatile @Nullable Thread waiter;
  private volatile boolean cancelled;

  /** Begins as soon as the pool has a thread for it. */
  PooledLoad(Host host, WorkerPool pool, Loader<T> loader) {
    this.host = host;
    pool.execute(() -> run(loader));
  }

  private void run(Loader<T> loader) {
    if (cancelled) {
      return;
    }
    try {
      long began = host.time().nanoTime();
      T loaded = loader.load();
      arrivedNanos = host.time().nanoTime();
      tookNanos = arrivedNanos - began;
      // Last: who sees it sees the times as well.
      value = loaded;
    } catch (IOException | RuntimeException | Error e) {
      failure = e;
    }
    Thread thread = waiter;
    if (thread != null) {
      host.threads().unpark(thread);
    }
  }

  /** Nobody wants it any more; what has not begun does not begin. */
  void cancel() {
    cancelled = true;
  }

  /** Whether it has come, or has failed. */
  boolean isDone() {
    return value != null || failure != null;
  }

  /** Whether it has failed. */
  boolean hasFailed() {
    return failure != null;
  }

  /** What was brought; null: it has not come yet, or has failed. */
  @Nullable T now() {
    return value;
  }

  /** How long the worker took; 0: it has not come yet. */
  long tookNanos() {
    return value == null ? 0 : tookNanos;
  }

  /** When it came, on the monotonic clock; 0: it has not come yet. */
  long arrivedNanos() {
    return value == null ? 0 : arrivedNanos;
  }

  /**
   * Waits for it.
   *
   * @throws LoadTimeoutException when the deadline passed, or the thread was interrupted
   * @throws IOException what the worker met
   */
  T await(String what, long deadlineNanos) throws IOException {
    waiter = Thread.currentThread();
    while (true) {
      T loaded = value;
      if (loaded != null) {
        return loaded;
      }
      throwIfFailed();
      long left = deadlineNanos - host.time().nanoTime();
      if (left <= 0 || Thread.currentThread().isInterrupted()) {
        throw new LoadTimeoutException("no bytes within the read's deadline: waitingFor=" + what);
      }
      host.threads().parkForSignal(this, left);
    }
  }

  private void throwIfFailed() throws IOException {
    Throwable met = failure;
    if (met instanceof IOException e) {
      throw e;
    } else if (met instanceof RuntimeException e) {
      throw e;
    } else if (met instanceof Error e) {
      throw e;
    }
  }
}
