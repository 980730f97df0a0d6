package io.bop.aof.segment;

import java.util.Arrays;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Pages of commit tables, used again so that steady writing makes no garbage. Thread-safe. */
public final class CommitTablePool {

  static final int SHIFT = 13;
  static final int PAGE_ENTRIES = 1 << SHIFT;
  static final int MASK = PAGE_ENTRIES - 1;

  private final ConcurrentLinkedQueue<int[]> free = new ConcurrentLinkedQueue<>();
  private final AtomicInteger count = new AtomicInteger();
  private final int limit;

  /** Keeps at most {@code limitBytes} of unused pages. */
  public CommitTablePool(long limitBytes) {
    this.limit = (int) Math.max(1, limitBytes / (PAGE_ENTRIES * (long) Integer.BYTES));
  }

  int[] take() {
    int @Nullable [] page = free.poll();
    if (page == null) {
      return new int[PAGE_ENTRIES];
    }
    count.decrementAndGet();
    return page;
  }

  void giveBack(int[] page) {
    if (count.get() < limit) {
      Arrays.fill(page, 0);
      count.incrementAndGet();
      free.add(page);
    }
  }
}
