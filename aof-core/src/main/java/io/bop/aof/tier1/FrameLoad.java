package io.bop.aof.tier1;

import io.bop.aof.io.Host;
import io.bop.aof.objectstore.ObjectStoreException;
import java.io.IOException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A load that one thread does and others wait for. Whoever loads has deadlines of its own, so the
 * others wait as long as it takes. Thread-safe.
 */
final class FrameLoad {

  private static final long LONG_NANOS = TimeUnit.HOURS.toNanos(1);

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
   * @throws IOException what the load met, as the waiter's own
   */
  Object await() throws IOException {
    waiting.add(Thread.currentThread());
    boolean interrupted = false;
    Object loaded = value;
    while (loaded == null && failure == null) {
      host.threads().parkForSignal(this, LONG_NANOS);
      interrupted |= Thread.interrupted();
      loaded = value;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return loaded == null ? rethrow(failure) : loaded;
  }

  /* The kind of the failure decides what the reader does next, so it stays. */
  private static Object rethrow(@Nullable Throwable met) throws IOException {
    if (met instanceof ObjectStoreException e) {
      throw new ObjectStoreException(e.reason(), String.valueOf(e.getMessage()), e);
    } else if (met instanceof RuntimeException e) {
      throw e;
    }
    throw new IOException("another thread's load failed: reason=" + met, met);
  }
}
