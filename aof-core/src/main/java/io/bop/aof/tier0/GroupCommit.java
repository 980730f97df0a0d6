package io.bop.aof.tier0;

import io.bop.aof.AofException;
import io.bop.aof.FlushFailedException;
import io.bop.aof.format.DurableMarkCodec;
import io.bop.aof.segment.HotSegment;
import io.bop.aof.segment.SegmentBytes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Makes a stream durable, as a prefix. Thread-safe.
 *
 * <p>Leader and followers: whoever waits and finds no leader forces all that is committed so far;
 * the others wait for the result or lead the next round. So a thousand waiting threads cost a few
 * forces, and a lone one pays no hand-over. At most one force at a time, in segment order.
 */
public final class GroupCommit {

  private static final long LONGEST_PARK_NANOS = 1_000_000;

  private final HotStream stream;
  private final HotContext context;
  private final AtomicBoolean leading = new AtomicBoolean();
  private final AtomicBoolean requested = new AtomicBoolean();
  private final AtomicBoolean armed = new AtomicBoolean();
  private final AtomicReference<@Nullable Waiter> waiters = new AtomicReference<>();

  /* Written by the leader only; leadership passes them on. */
  private final DurableMarkCodec marks = new DurableMarkCodec();
  private HotSegment segment;
  private int forcedPosition = SegmentBytes.DATA_START;
  private int markSlot;

  private volatile boolean again;
  private volatile long durableOffset;
  private volatile long durableBytes;
  private volatile @Nullable AofException failure;

  GroupCommit(HotStream stream, HotContext context, HotSegment origin) {
    this.stream = stream;
    this.context = context;
    this.segment = origin;
    this.durableOffset = origin.baseOffset();
    this.durableBytes = origin.header().baseBytes();
  }

  /** All records below are durable. */
  public long durableOffset() {
    return durableOffset;
  }

  /** Record bytes of the stream below the durable offset. */
  long durableBytes() {
    return durableBytes;
  }

  /** Why nothing becomes durable any more. */
  @Nullable AofException failure() {
    return failure;
  }

  /**
   * Waits until all records below {@code target} are durable, forcing them itself when nobody else
   * does. An interrupt does not end it; the flag is set again on return.
   *
   * @param timeoutNanos bounds following, not leading: a force that hangs cannot be left
   * @return false when the time is over
   */
  public boolean await(long target, long timeoutNanos) {
    boolean interrupted = false;
    long deadline = Long.MIN_VALUE;
    try {
      while (durableOffset < target) {
        checkFailure();
        if (stream.nextOffset() < target) {
          throw new IllegalStateException("waited for a record that is not committed: " + stream);
        }
        if (leading.compareAndSet(false, true)) {
          lead();
          continue;
        }
        if (deadline == Long.MIN_VALUE) {
          deadline = context.host().time().nanoTime() + timeoutNanos;
        }
        Waiter waiter = new Waiter(target, Thread.currentThread(), null);
        push(waiter);
        while (!waiter.woken && durableOffset < target && failure == null && leading.get()) {
          long left = deadline - context.host().time().nanoTime();
          if (left <= 0) {
            waiter.woken = true;
            return durableOffset >= target;
          }
          context.host().threads().park(this, Math.min(left, LONGEST_PARK_NANOS));
          interrupted |= Thread.interrupted();
        }
        waiter.woken = true;
      }
      return true;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Runs {@code done} on a completion thread when all below {@code target} are durable. */
  public void whenDurable(long target, Completion done) {
    if (durableOffset >= target || failure != null) {
      AofException failed = durableOffset >= target ? null : failure;
      context.completions().execute(() -> done.complete(failed));
      return;
    }
    push(new Waiter(target, null, done));
    if (!leading.get()) {
      request();
    }
  }

  /** Has a flush worker force what is committed, soon. */
  void request() {
    if (requested.compareAndSet(false, true)) {
      context.flushWorkers().execute(this::runRequested);
    }
  }

  /* Whoever leads may have looked before the record came that this is for: then once more. */
  private void runRequested() {
    requested.set(false);
    if (leading.compareAndSet(false, true)) {
      lead();
    } else {
      again = true;
      if (!leading.get()) {
        request();
      }
    }
  }

  /** Has what was just committed forced after the interval, if nothing does it before. */
  void arm(long intervalNanos) {
    if (!armed.get() && armed.compareAndSet(false, true)) {
      // Not from here: the timer's queue has a lock, and appenders take none.
      context.flushWorkers().execute(() -> scheduleFlush(intervalNanos));
    }
  }

  private void scheduleFlush(long intervalNanos) {
    context
        .host()
        .threads()
        .schedule(
            intervalNanos,
            () -> {
              armed.set(false);
              if (durableOffset < stream.nextOffset()) {
                request();
              }
            });
  }

  private void lead() {
    try {
      if (failure == null) {
        forceCommitted();
      }
    } finally {
      leading.set(false);
      handOver();
      if (again) {
        again = false;
        request();
      }
    }
  }

  private void forceCommitted() {
    HotSegment current = segment;
    while (true) {
      boolean complete = current.isComplete();
      long committed = current.committed();
      int position = HotSegment.positionOf(committed);
      if (position > forcedPosition && !force(current, committed, position)) {
        return;
      }
      HotSegment following = complete ? current.next() : null;
      if (following == null) {
        return;
      }
      segment = following;
      forcedPosition = SegmentBytes.DATA_START;
      current = following;
    }
  }

  private boolean force(HotSegment current, long committed, int position) {
    long started = context.host().time().nanoTime();
    long bytes = position - (long) forcedPosition;
    if (!current.tryLease()) {
      // The store was closed without us; nothing more can become durable.
      fail(current, new IOException("segment is closed"));
      return false;
    }
    try {
      markSlot ^= 1;
      marks.write(current.bytes(), markSlot, current.header().salt(), forcedPosition);
      current.mapping().force(0, position);
    } catch (IOException e) {
      context.events().flushed(stream, bytes, context.host().time().nanoTime() - started, e);
      fail(current, e);
      return false;
    } finally {
      current.release();
    }
    forcedPosition = position;
    durableBytes = current.header().baseBytes() + position - SegmentBytes.DATA_START;
    durableOffset = current.baseOffset() + HotSegment.indexOf(committed);
    context.events().flushed(stream, bytes, context.host().time().nanoTime() - started, null);
    return true;
  }

  /*
   * The first failed force is final: the kernel has marked the pages clean, and a second force
   * would say yes.
   */
  private void fail(HotSegment current, IOException cause) {
    FlushFailedException failed =
        new FlushFailedException(stream.name(), current.segmentId(), durableOffset, cause);
    failure = failed;
    stream.fail(failed);
  }

  private void checkFailure() {
    AofException failed = failure;
    if (failed != null) {
      throw failed;
    }
  }

  private void push(Waiter waiter) {
    @Nullable Waiter old;
    do {
      old = waiters.get();
      waiter.below = old;
    } while (!waiters.compareAndSet(old, waiter));
  }

  /* Wakes those who have what they waited for, and one of the others to lead the next round. */
  private void handOver() {
    @Nullable Waiter waiter = waiters.get() == null ? null : waiters.getAndSet(null);
    List<Completion> done = new ArrayList<>();
    List<Completion> failed = new ArrayList<>();
    @Nullable Waiter nextLeader = null;
    boolean workerNeeded = false;
    while (waiter != null) {
      @Nullable Waiter below = waiter.below;
      Completion completion = waiter.completion;
      if (durableOffset >= waiter.target || failure != null) {
        if (completion == null) {
          wake(waiter);
        } else {
          (durableOffset >= waiter.target ? done : failed).add(completion);
        }
      } else if (completion != null) {
        push(waiter);
        workerNeeded = true;
      } else if (!waiter.woken) {
        if (nextLeader == null) {
          nextLeader = waiter;
        } else {
          push(waiter);
        }
      }
      waiter = below;
    }
    if (nextLeader != null) {
      wake(nextLeader);
    }
    if (workerNeeded) {
      // The next leader may find that another one has served it, and leave without looking here.
      request();
    }
    complete(done, null);
    complete(failed, failure);
    stream.wakeReaders();
  }

  private void wake(Waiter waiter) {
    Thread thread = waiter.thread;
    if (thread != null && !waiter.woken) {
      waiter.woken = true;
      context.host().threads().unpark(thread);
    }
  }

  /* The list is in the reverse order of the waits. */
  private void complete(List<Completion> done, @Nullable AofException cause) {
    if (done.isEmpty()) {
      return;
    }
    context
        .completions()
        .execute(
            () -> {
              for (int i = done.size() - 1; i >= 0; i--) {
                done.get(i).complete(cause);
              }
            });
  }

  /** What happens when a record is durable, or cannot become so. */
  public interface Completion {
    /** Told once; {@code failure} is null when it is durable. */
    void complete(@Nullable AofException failure);
  }

  private static final class Waiter {
    final long target;
    final @Nullable Thread thread;
    final @Nullable Completion completion;
    volatile boolean woken;
    @Nullable Waiter below;

    Waiter(long target, @Nullable Thread thread, @Nullable Completion completion) {
      this.target = target;
      this.thread = thread;
      this.completion = completion;
    }
  }
}
