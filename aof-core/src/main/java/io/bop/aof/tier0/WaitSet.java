package io.bop.aof.tier0;

import io.bop.aof.io.Host;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Threads that wait for a condition which others make true. Thread-safe, lock-free.
 *
 * <p>A waiter registers, looks again, and parks; whoever makes the condition true does so with a
 * volatile write and then looks for waiters. All four steps are sequentially consistent, so one of
 * the two sees the other; the bound that the real machine sets to such a park is for what nobody
 * thought of.
 */
public final class WaitSet {

  private static final int SPINS = 64;

  private final Host host;
  private final AtomicReference<@Nullable Waiter> head = new AtomicReference<>();
  private final AtomicInteger waiting = new AtomicInteger();

  /** An empty set. */
  public WaitSet(Host host) {
    this.host = host;
  }

  /** How a wait ended. */
  public enum Outcome {
    /** The condition is true. */
    DONE,
    /** The deadline passed. */
    TIMED_OUT,
    /** The thread was interrupted; its flag is still set. */
    INTERRUPTED
  }

  /**
   * Waits until the condition is true.
   *
   * @param deadlineNanos on the host's monotonic clock
   * @param interruptible whether an interrupt ends the wait; otherwise the flag is set again on
   *     return
   */
  public Outcome await(BooleanSupplier done, long deadlineNanos, boolean interruptible) {
    for (int i = 0; i < SPINS; i++) {
      if (done.getAsBoolean()) {
        return Outcome.DONE;
      }
      Thread.onSpinWait();
    }
    boolean interrupted = false;
    waiting.incrementAndGet();
    try {
      while (true) {
        Waiter waiter = new Waiter(Thread.currentThread());
        push(waiter);
        while (!waiter.woken) {
          if (done.getAsBoolean()) {
            waiter.woken = true;
            return Outcome.DONE;
          }
          long left = deadlineNanos - host.time().nanoTime();
          if (left <= 0) {
            waiter.woken = true;
            return Outcome.TIMED_OUT;
          }
          host.threads().parkForSignal(this, left);
          if (Thread.interrupted()) {
            interrupted = true;
            if (interruptible) {
              waiter.woken = true;
              return Outcome.INTERRUPTED;
            }
          }
        }
        if (done.getAsBoolean()) {
          return Outcome.DONE;
        }
      }
    } finally {
      waiting.decrementAndGet();
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /* Waiters that ended by themselves stay in the list; each push drops those it meets. */
  private void push(Waiter waiter) {
    @Nullable Waiter old;
    do {
      old = head.get();
      waiter.below = firstLive(old);
      for (Waiter live = waiter.below; live != null; live = live.below) {
        live.below = firstLive(live.below);
      }
    } while (!head.compareAndSet(old, waiter));
  }

  private static @Nullable Waiter firstLive(@Nullable Waiter from) {
    Waiter waiter = from;
    while (waiter != null && waiter.woken) {
      waiter = waiter.below;
    }
    return waiter;
  }

  /** Wakes all waiters, to look again. */
  public void wakeAll() {
    if (head.get() == null) {
      return;
    }
    @Nullable Waiter waiter = head.getAndSet(null);
    while (waiter != null) {
      if (!waiter.woken) {
        waiter.woken = true;
        host.threads().unpark(waiter.thread);
      }
      waiter = waiter.below;
    }
  }

  /** Threads waiting now. */
  public int size() {
    return waiting.get();
  }

  private static final class Waiter {
    final Thread thread;
    volatile boolean woken;
    volatile @Nullable Waiter below;

    Waiter(Thread thread) {
      this.thread = thread;
    }
  }
}
