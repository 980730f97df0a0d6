package io.bop.aof.spring.listener;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Something changed; whoever waits looks again. Thread-safe. */
final class Signal {

  /*
   * The number of wakes is read before the look that finds nothing to do, so that a wake between
   * the look and the wait is not missed.
   */

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition woken = lock.newCondition();
  private long wakes;

  /** The number of wakes until now. */
  long wakes() {
    lock.lock();
    try {
      return wakes;
    } finally {
      lock.unlock();
    }
  }

  /** Ends all waits. */
  void wake() {
    lock.lock();
    try {
      wakes++;
      woken.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Waits until there was a wake after {@code seen}, or the time is over. */
  void await(long seen, long nanos) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long left = nanos;
      while (wakes == seen && left > 0) {
        left = woken.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Waits like {@link #await(long, long)}, in milliseconds. */
  void awaitMillis(long seen, long millis) throws InterruptedException {
    await(seen, TimeUnit.MILLISECONDS.toNanos(millis));
  }
}
