package io.bop.aof.tier1;

import io.bop.aof.io.Host;
import io.bop.aof.objectstore.ObjectStoreException;
import java.io.IOException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * A load that one thread does and others wait for, each with a deadline of its own. Thread-safe.
 */
final class FrameLoad {

  private final Host host;
  private final Queue<Thread> waiting = new ConcurrentLinkedQueue<>();
  private volatile @Nullable Object value;
  private volatile @Nullable Throwable failure;

  FrameLoad(Host host) {
    this.host = host;
  }

  void succeeded(Object loaded) {
    value = loaded;
    waiting.forEach(host.threads()::unpark);
  }

  void failed(Throwable why) {
    failure = why;
    waiting.forEach(host.threads()::unpark);
  }

  /**
   * Waits for the end, whatever interrupts there are; the flag is set again on return.
   *
   * @return null when the deadline passed, this one's or that of whoever loaded
   * @throws IOException what the load met, as the waiter's own
   */
  @Nullable Object await(long deadlineNanos) throws IOException {
    waiting.add(Thread.currentThread());
    boolean interrupted = false;
    Object loaded = value;
    long left = deadlineNanos - host.time().nanoTime();
    while (loaded == null && failure == null && left > 0) {
      host.threads().parkForSignal(this, left);
      interrupted |= Thread.interrupted();
      loaded = value;
      left = deadlineNanos - host.time().nanoTime();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    Throwable met = failure;
    if (loaded != null || met == null || met instanceof LoadTimeoutException) {
      return loaded;
    }
    return rethrow(met);
  }

  /* The kind of the failure decides what the reader does next, so it stays. */
  private static Object rethrow(Throwable met) throws IOException {
    if (met instanceof ObjectStoreException e) {
      throw new ObjectStoreException(e.reason(), String.valueOf(e.getMessage()), e);
    } else if (met instanceof RuntimeException e) {
      throw e;
    }
    throw new IOException("another thread's load failed: reason=" + met, met);
  }
}
