package io.bop.aof.read;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The bytes that all readers of a store together may have had fetched from Tier 2 before they need
 * them. Thread-safe.
 */
public final class FetchBudget {

  private final long limit;
  private final AtomicLong taken = new AtomicLong();
  private final AtomicInteger readers = new AtomicInteger();

  /** So many bytes at most. */
  public FetchBudget(long limit) {
    this.limit = limit;
  }

  /** One more reader goes from object to object. */
  void enter() {
    readers.incrementAndGet();
  }

  /** It does not any more; what it took it has given back. */
  void leave() {
    readers.decrementAndGet();
  }

  /** What one reader should take at most: that leaves as much for one that may come. */
  long share() {
    return limit / (Math.max(1, readers.get()) + 1);
  }

  /** Takes bytes, if there are that many. */
  boolean tryTake(long bytes) {
    long before = taken.get();
    while (before + bytes <= limit) {
      if (taken.compareAndSet(before, before + bytes)) {
        return true;
      }
      before = taken.get();
    }
    return false;
  }

  /** Gives bytes back. */
  void giveBack(long bytes) {
    taken.addAndGet(-bytes);
  }

  /** Bytes that are taken now. */
  public long taken() {
    return taken.get();
  }
}
