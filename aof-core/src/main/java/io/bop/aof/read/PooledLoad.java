package io.bop.aof.read;

import io.bop.aof.io.Host;
import io.bop.aof.io.Threads.WorkerPool;
import io.bop.aof.tier1.LoadTimeoutException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Something that is fetched on a worker while one thread waits, not longer than its deadline.
 *
 * @param <T> what is fetched
 */
final class PooledLoad<T> {

  /** Brings it. */
  interface Loader<T> {
    T load() throws IOException;
  }

  private final Host host;
  private final Thread waiter = Thread.currentThread();
  private volatile @Nullable T value;
  private volatile @Nullable Exception failure;

  /** Begins at once, for the calling thread. */
  PooledLoad(Host host, WorkerPool pool, Loader<T> loader) {
    this.host = host;
    pool.execute(() -> run(loader));
  }

  private void run(Loader<T> loader) {
    try {
      value = loader.load();
    } catch (IOException | RuntimeException e) {
      failure = e;
    }
    host.threads().unpark(waiter);
  }

  /**
   * Waits for it.
   *
   * @throws LoadTimeoutException when the deadline passed, or the thread was interrupted
   * @throws IOException what the worker met
   */
  T await(String what, long deadlineNanos) throws IOException {
    while (true) {
      T loaded = value;
      if (loaded != null) {
        return loaded;
      }
      Exception met = failure;
      if (met instanceof IOException e) {
        throw e;
      } else if (met instanceof RuntimeException e) {
        throw e;
      }
      long left = deadlineNanos - host.time().nanoTime();
      if (left <= 0 || Thread.currentThread().isInterrupted()) {
        throw new LoadTimeoutException("no bytes within the read's deadline: waitingFor=" + what);
      }
      host.threads().parkForSignal(this, left);
    }
  }
}
