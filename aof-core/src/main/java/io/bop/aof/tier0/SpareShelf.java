package io.bop.aof.tier0;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Ready slots of one class. Thread-safe, lock-free. */
final class SpareShelf {

  private final ConcurrentLinkedQueue<ReadySlot> ready = new ConcurrentLinkedQueue<>();
  private final AtomicInteger count = new AtomicInteger();
  private volatile boolean wanted;

  /** Somebody has asked for the class: spares of it are worth having. */
  void want() {
    wanted = true;
  }

  boolean isWanted() {
    return wanted;
  }

  int count() {
    return count.get();
  }

  void add(ReadySlot slot) {
    count.incrementAndGet();
    ready.add(slot);
  }

  @Nullable ReadySlot poll() {
    ReadySlot slot = ready.poll();
    if (slot != null) {
      count.decrementAndGet();
    }
    return slot;
  }
}
