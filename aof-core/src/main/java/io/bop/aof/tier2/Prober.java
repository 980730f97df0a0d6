package io.bop.aof.tier2;

import io.bop.aof.BreakerState;
import io.bop.aof.io.Host;
import io.bop.aof.io.Threads.Timer;
import io.bop.aof.io.Threads.WorkerPool;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Probes directions whose breaker is not closed: when an open one would let a call through, and
 * every second while it is half open. Does nothing, and holds no thread, while all are closed.
 * Thread-safe.
 */
final class Prober {

  private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Host host;
  private final List<Gate> gates;
  private final Consumer<Gate> probe;
  private final WorkerPool thread;
  private final long pauseNanos;
  private final AtomicBoolean armed = new AtomicBoolean();
  private final AtomicBoolean probing = new AtomicBoolean();
  private volatile @Nullable Timer timer;
  private volatile boolean ended;

  /**
   * Begins when it is {@link #arm}ed.
   *
   * @param openFor how long a breaker stays open
   */
  Prober(Host host, List<Gate> gates, Consumer<Gate> probe, Duration openFor) {
    this.host = host;
    this.gates = gates;
    this.probe = probe;
    this.pauseNanos = Math.min(LONGEST_PAUSE_NANOS, openFor.toNanos());
    this.thread = host.threads().pool("aof-tier2-probe", 1);
  }

  /** Has the next probe come in its time, if one is needed. */
  void arm() {
    if (!ended && nanosToNext() != Long.MAX_VALUE && armed.compareAndSet(false, true)) {
      Timer next = host.threads().schedule(nanosToNext(), this::due);
      timer = next;
      if (ended) {
        next.cancel();
      }
    }
  }

  private void due() {
    armed.set(false);
    if (!ended) {
      now();
    }
  }

  /** Probes on its own thread, unless it does already. */
  void now() {
    if (probing.compareAndSet(false, true)) {
      thread.execute(this::run);
    }
  }

  private void run() {
    try {
      for (Gate gate : gates) {
        boolean down = gate.breaker().state() != BreakerState.CLOSED;
        if (down && gate.breaker().nanosToNextTry() == 0) {
          probe.accept(gate);
        }
      }
    } finally {
      probing.set(false);
      arm();
    }
  }

  /* Long.MAX_VALUE: there is nothing to find out. */
  private long nanosToNext() {
    long soonest = Long.MAX_VALUE;
    for (Gate gate : gates) {
      if (gate.breaker().state() != BreakerState.CLOSED) {
        soonest = Math.min(soonest, Math.max(pauseNanos, gate.breaker().nanosToNextTry()));
      }
    }
    return soonest;
  }

  void shutdown(Duration limit) {
    ended = true;
    Timer waiting = timer;
    if (waiting != null) {
      // A breaker may stay open for long, and the timer knows all of Tier 2.
      waiting.cancel();
    }
    thread.shutdown(limit);
  }
}
