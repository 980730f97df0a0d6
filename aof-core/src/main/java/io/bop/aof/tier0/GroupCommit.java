package io.bop.aof.tier0;

import io.bop.aof.AofException;
import io.bop.aof.FlushFailedException;
import io.bop.aof.format.DurableMarkCodec;
import io.bop.aof.segment.HotSegment;
import io.bop.aof.segment.SegmentBytes;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
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
  private volatile @Nullable HotSegment broken;
  private volatile boolean rewritten;
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

  /** Why nothing becomes durable any more; null: it does. */
  public @Nullable AofException failure() {
    return failure;
  }

  // ---- a force that failed

  /**
   * Whether a force of the segment failed. Its file is never forced again; nothing of the stream
   * becomes durable until {@link #rewritten} or {@link #abandon} is called.
   */
  public boolean isBroken(HotSegment which) {
    return broken == which;
  }

  /** All records of the broken segment, which takes no more, are durable in another file. */
  public void rewritten(HotSegment which) {
    if (isBroken(which)) {
      rewritten = true;
      request();
    }
  }

  /** Nothing of the stream becomes durable any more; it takes no appends. */
  public void abandon(AofException reason) {
    // First of all: whoever hears of the failure must not be able to append once more.
    stream.refuse(reason);
    failure = reason;
    stream.fail(reason);
    request();
  }

  // ---- waiting

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
        if (broken == null && leading.compareAndSet(false, true)) {
          lead();
          continue;
        }
        if (deadline == Long.MIN_VALUE) {
          deadline = context.host().time().nanoTime() + timeoutNanos;
        }
        Waiter waiter = new Waiter(target, Thread.currentThread(), null);
        push(waiter);
        while (!waiter.woken && durableOffset < target && failure == null && isOthersTurn()) {
          long left = deadline - context.host().time().nanoTime();
          if (left <= 0 && waiter.leave()) {
            return durableOffset >= target;
          }
          if (!waiter.woken) {
            context.host().threads().parkForSignal(this, left);
          }
          interrupted |= Thread.interrupted();
        }
        waiter.leave();
      }
      return true;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private boolean isOthersTurn() {
    return leading.get() || broken != null;
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
  public void request() {
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
    if (broken != null) {
      if (!rewritten) {
        return;
      }
      forced(current, current.committed());
      rewritten = false;
      broken = null;
    }
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
      IOException cause = new IOException("segment is closed");
      abandon(new FlushFailedException(stream.name(), current.segmentId(), durableOffset, cause));
      return false;
    }
    try {
      markSlot ^= 1;
      marks.write(current.bytes(), markSlot, current.header().salt(), forcedPosition);
      current.mapping().force(0, position);
    } catch (IOException e) {
      context.events().flushed(stream, bytes, context.host().time().nanoTime() - started, e);
      forceFailed(current);
      return false;
    } catch (Error e) {
      // A mapping whose file was cut off, for one. Whatever it is, nobody may wait for it for ever.
      abandon(new FlushFailedException(stream.name(), current.segmentId(), durableOffset, e));
      throw e;
    } finally {
      current.release();
    }
    forced(current, committed);
    context.events().flushed(stream, bytes, context.host().time().nanoTime() - started, null);
    return true;
  }

  private void forced(HotSegment current, long committed) {
    forcedPosition = HotSegment.positionOf(committed);
    durableBytes = current.header().baseBytes() + forcedPosition - SegmentBytes.DATA_START;
    durableOffset = current.baseOffset() + HotSegment.indexOf(committed);
  }

  /*
   * The first failed force is final for the file: the kernel has marked the pages clean, and a
   * second force would say yes. Whoever seals the segment writes all of it to another file.
   */
  private void forceFailed(HotSegment current) {
    broken = current;
    current.trip();
    context.events().tripped(stream, current);
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

  /*
   * Wakes those who have what they waited for, and one of the others to lead the next round. While
   * we hold the list somebody may lead a whole round and find it empty; and whom we chose to lead
   * finds itself served and leaves. So once the others are back in the list we look again.
   */
  private void handOver() {
    List<Completion> done = new ArrayList<>();
    List<Completion> failed = new ArrayList<>();
    boolean looked = false;
    while (!looked) {
      long durable = durableOffset;
      AofException reason = failure;
      boolean othersWait = settle(durable, reason, done, failed);
      looked = !othersWait || durable == durableOffset && reason == failure;
    }
    complete(done, null);
    complete(failed, failure);
    stream.wakeReaders();
  }

  /* Whether others stay in the list. */
  private boolean settle(
      long durable, @Nullable AofException reason, List<Completion> done, List<Completion> failed) {
    @Nullable Waiter waiter = waiters.get() == null ? null : waiters.getAndSet(null);
    @Nullable Waiter nextLeader = null;
    boolean othersWait = false;
    boolean workerNeeded = false;
    while (waiter != null) {
      @Nullable Waiter below = waiter.below;
      Completion completion = waiter.completion;
      if (durable >= waiter.target || reason != null) {
        if (completion != null) {
          (durable >= waiter.target ? done : failed).add(completion);
        } else if (waiter.leave()) {
          unpark(waiter);
        }
      } else if (completion == null && nextLeader == null && waiter.leave()) {
        nextLeader = waiter;
      } else if (!waiter.woken) {
        push(waiter);
        othersWait = true;
        workerNeeded |= completion != null;
      }
      waiter = below;
    }
    if (nextLeader != null) {
      unpark(nextLeader);
    }
    if (workerNeeded && broken == null) {
      // The next leader may find that another one has served it, and leave without looking here.
      request();
    }
    return othersWait;
  }

  private void unpark(Waiter waiter) {
    Thread thread = waiter.thread;
    if (thread != null) {
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
    private static final VarHandle WOKEN;

    static {
      try {
        WOKEN = MethodHandles.lookup().findVarHandle(Waiter.class, "woken", boolean.class);
      } catch (ReflectiveOperationException e) {
        throw new ExceptionInInitializerError(e);
      }
    }

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

    /** It waits no more; true for the one who ended that: whom a leader chose has to go on. */
    boolean leave() {
      return WOKEN.compareAndSet(this, false, true);
    }
  }
}
