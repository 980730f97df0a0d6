package io.bop.aof.coordinator;

import io.bop.aof.io.Host;
import java.io.InterruptedIOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Holds the background verification to its rate, and ends its waits when the store is closed.
 * Confined to the one thread that waits, but for what says otherwise.
 */
final class ScrubPace implements CopyCheck.Pace {

  /*
   * Bytes that were read are paid for before the next ones are read, and nothing is saved up: after
   * a pause it goes on at its rate. The waits are not those of a WaitSet, which looks again every
   * millisecond: a pass waits most of the time. Who waits is published before it looks whether to
   * stop, and stop() says so before it looks who waits.
   */
  private static final long NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

  private final Host host;
  private final long bytesPerSecond;
  private volatile boolean stopped;
  private volatile @Nullable Thread waiter;
  private long nextReadAt;

  ScrubPace(Host host, long bytesPerSecond) {
    this.host = host;
    this.bytesPerSecond = bytesPerSecond;
    this.nextReadAt = host.time().nanoTime();
  }

  @Override
  public void next(int bytes) throws InterruptedIOException {
    if (!waitUntil(nextReadAt)) {
      throw new InterruptedIOException("store is being closed");
    }
    // A piece has at most 8 MiB: no overflow.
    nextReadAt = host.time().nanoTime() + bytes * NANOS_PER_SECOND / bytesPerSecond;
  }

  /** Waits that long; false: it is to stop. */
  boolean pause(long nanos) {
    return waitUntil(host.time().nanoTime() + nanos);
  }

  private boolean waitUntil(long nanoTime) {
    waiter = Thread.currentThread();
    try {
      while (!stopped) {
        long left = nanoTime - host.time().nanoTime();
        if (left <= 0) {
          return true;
        }
        host.threads().park(this, left);
      }
      return false;
    } finally {
      waiter = null;
    }
  }

  /** Whether it is to stop. From any thread. */
  boolean isStopped() {
    return stopped;
  }

  /** Ends the wait that is under way, and all later ones at once. From any thread. */
  void stop() {
    stopped = true;
    Thread waiting = waiter;
    if (waiting != null) {
      host.threads().unpark(waiting);
    }
  }
}
