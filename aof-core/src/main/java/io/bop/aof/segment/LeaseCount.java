package io.bop.aof.segment;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * Counted rights to use something that will end. Thread-safe, lock-free. After {@link #retire} no
 * more are granted, and the last one that comes back runs what was given to it.
 */
public final class LeaseCount {

  private static final int RETIRED = 1 << 31;
  private static final VarHandle COUNT;
  private static final VarHandle WHEN_UNUSED;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      COUNT = lookup.findVarHandle(LeaseCount.class, "count", int.class);
      WHEN_UNUSED = lookup.findVarHandle(LeaseCount.class, "whenUnused", Runnable.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private volatile int count;
  private volatile @Nullable Runnable whenUnused;

  /** Takes a lease; false when it is ending. */
  public boolean tryAcquire() {
    while (true) {
      int current = count;
      if (current < 0) {
        return false;
      }
      if (COUNT.compareAndSet(this, current, current + 1)) {
        return true;
      }
    }
  }

  /** Gives a lease back. */
  public void release() {
    int before = (int) COUNT.getAndAdd(this, -1);
    if (before == (RETIRED | 1)) {
      end();
    }
  }

  /**
   * Grants no more; {@code action} runs when the last one is back, maybe at once.
   *
   * @return false when it was retired before: {@code action} does not run
   */
  public boolean retire(Runnable action) {
    if (!WHEN_UNUSED.compareAndSet(this, null, action)) {
      return false;
    }
    int before = (int) COUNT.getAndBitwiseOr(this, RETIRED);
    if (before == 0) {
      end();
    }
    return true;
  }

  private void end() {
    Runnable action = whenUnused;
    if (action != null) {
      action.run();
    }
  }
}
