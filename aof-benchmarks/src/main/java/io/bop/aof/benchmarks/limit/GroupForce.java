package io.bop.aof.benchmarks.limit;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.MappedByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * One log whose appends wait for the disk: whoever finds nobody forcing forces what is there for
 * everybody; the others park. Thread-safe.
 */
final class GroupForce {

  /* A waiter writes its wish, then looks whether somebody leads; a leader stops leading, then looks
  for wishes. Both are volatile accesses, so that one of the two sees the other, and no wish is left
  without a leader. */

  /* A successor that was woken and gets no processor must not hold up the others. */
  private static final long LONGEST_PARK_NANOS = 1_000_000;

  private static final VarHandle END = MethodHandles.arrayElementVarHandle(int[].class);

  private final RawFile file;
  private final MappedByteBuffer buffer;
  private final Claims claims;
  private final int[] ends;
  private final Waiter[] waiters;
  private final AtomicBoolean leading = new AtomicBoolean();
  private volatile int durable = RawFile.DATA_START;
  private int durableIndex;

  /**
   * An empty log.
   *
   * @param size bytes that may be used of the file
   * @param padded smallest record
   * @param threads how many threads append
   */
  GroupForce(RawFile file, int size, int padded, int threads) {
    this.file = file;
    this.buffer = file.buffer();
    this.claims = new Claims(size);
    this.ends = new int[size / padded + 1];
    this.waiters = new Waiter[threads];
    for (int i = 0; i < threads; i++) {
      waiters[i] = new Waiter();
    }
  }

  /** Appends a record and waits until it is durable; false when the file is full. */
  boolean append(int thread, RecordWriter writer, byte[] payload, int padded) {
    writer.prepare(payload);
    long claim = claims.claim(padded);
    if (claim == Claims.FULL) {
      return false;
    }
    int index = Claims.indexOf(claim);
    int at = Claims.positionOf(claim);
    writer.write(buffer, at, payload, index);
    END.setRelease(ends, index, at + padded);
    await(waiters[thread], at + padded);
    return true;
  }

  private void await(Waiter waiter, int end) {
    while (durable < end) {
      if (leading.compareAndSet(false, true)) {
        lead(end);
        continue;
      }
      waiter.thread = Thread.currentThread();
      waiter.wanted = end;
      if (leading.get() && durable < end) {
        LockSupport.parkNanos(this, LONGEST_PARK_NANOS);
      }
      waiter.wanted = Waiter.NOTHING;
    }
  }

  private void lead(int end) {
    try {
      if (durable < end) {
        forceCommitted();
      }
    } finally {
      leading.set(false);
    }
    wake();
  }

  /* Only what lies before the first record that is still being copied. */
  private void forceCommitted() {
    int index = durableIndex;
    int from = durable;
    int to = from;
    while (index < ends.length) {
      int end = (int) END.getAcquire(ends, index);
      if (end == 0) {
        break;
      }
      to = end;
      index++;
    }
    if (to > from) {
      file.force(from, to);
      durableIndex = index;
      durable = to;
    }
  }

  private void wake() {
    int reached = durable;
    boolean successor = false;
    for (Waiter waiter : waiters) {
      int wanted = waiter.wanted;
      if (wanted <= reached) {
        LockSupport.unpark(waiter.thread);
      } else if (wanted != Waiter.NOTHING && !successor) {
        successor = true;
        LockSupport.unpark(waiter.thread);
      }
    }
  }

  private static final class Waiter {
    static final int NOTHING = Integer.MAX_VALUE;

    @SuppressWarnings("NullAway.Init")
    private volatile Thread thread;

    private volatile int wanted = NOTHING;
  }
}
