package io.bop.aof.segment;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * Which records of a segment are committed, and where each ends: one {@code int} a record, its end
 * position, 0 while it is not committed. It is also the dense index that finds a record in O(1).
 *
 * <p>Thread-safe and lock-free. Pages come from a pool when a claim first needs them and go back
 * when nobody can use the segment any more.
 */
final class CommitTable {

  private static final VarHandle ENTRY = MethodHandles.arrayElementVarHandle(int[].class);
  private static final VarHandle PAGE = MethodHandles.arrayElementVarHandle(int[][].class);

  private final CommitTablePool pool;
  private final int[] @Nullable [] pages;

  CommitTable(CommitTablePool pool, int capacity) {
    this.pool = pool;
    this.pages = new int[(capacity + CommitTablePool.PAGE_ENTRIES - 1) >> CommitTablePool.SHIFT][];
  }

  /** Makes room for an entry; called before its claim, so that nothing can fail after it. */
  void prepare(int index) {
    int number = index >> CommitTablePool.SHIFT;
    if (pages[number] == null) {
      install(number);
    }
  }

  private void install(int number) {
    int[] page = pool.take();
    if (!PAGE.compareAndSet(pages, number, null, page)) {
      pool.giveBack(page);
    }
  }

  /** Publishes the record: its bytes were written before. */
  void commit(int index, int end) {
    ENTRY.setRelease(page(index), index & CommitTablePool.MASK, end);
  }

  /** End position of the record; 0: not committed. */
  int end(int index) {
    int @Nullable [] page = (int[]) PAGE.getAcquire(pages, index >> CommitTablePool.SHIFT);
    return page == null ? 0 : (int) ENTRY.getVolatile(page, index & CommitTablePool.MASK);
  }

  private int[] page(int index) {
    int @Nullable [] page = (int[]) PAGE.getAcquire(pages, index >> CommitTablePool.SHIFT);
    if (page == null) {
      throw new IllegalStateException("commit table page was not prepared: index=" + index);
    }
    return page;
  }

  /** Gives all pages back; nobody uses the table any more, but for late walks that a CAS stops. */
  void release() {
    for (int i = 0; i < pages.length; i++) {
      int @Nullable [] page = (int[]) PAGE.getAndSet(pages, i, null);
      if (page != null) {
        pool.giveBack(page);
      }
    }
  }
}
