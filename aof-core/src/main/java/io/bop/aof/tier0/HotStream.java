package io.bop.aof.tier0;

import io.bop.aof.AofException;
import io.bop.aof.AppendOutcomeUnknownException;
import io.bop.aof.BackpressureException;
import io.bop.aof.BackpressureKind;
import io.bop.aof.FlushFailedException;
import io.bop.aof.OffsetConflictException;
import io.bop.aof.RecordTooLargeException;
import io.bop.aof.StorageFullException;
import io.bop.aof.StreamPoisonedException;
import io.bop.aof.segment.HotSegment;
import io.bop.aof.segment.RecordBytes;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The hot part of one stream: where its records arrive. Thread-safe; appends take no lock.
 *
 * <p>Offsets given out here are readable when the call returns; durability is {@link #commits()}.
 */
public final class HotStream {

  private static final long NO_DEADLINE = Long.MIN_VALUE;
  private static final long STILL_NANOS = TimeUnit.MICROSECONDS.toNanos(100);
  private static final long TRY_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long FULL_WAIT_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final Duration RETRY_AFTER = Duration.ofMillis(10);

  private final long id;
  private final String name;
  private final HotContext context;
  private final HotOptions options;
  private final GroupCommit commits;
  private final WaitSet waits;
  private final SegmentChain chain;

  private final TailWatch tail;

  private volatile @Nullable AofException refusal;
  private volatile @Nullable StreamPoisonedException poison;

  /**
   * The hot part of a stream.
   *
   * @param origin where it continues, see {@link HotSegment#origin}
   */
  public HotStream(String name, HotContext context, HotOptions options, HotSegment origin) {
    this.id = origin.header().streamId();
    this.name = name;
    this.context = context;
    this.options = options;
    this.waits = new WaitSet(context.host());
    this.tail = new TailWatch(context.host().time(), options.appendTimeoutNanos());
    this.chain = new SegmentChain(this, context, options, origin);
    this.commits = new GroupCommit(this, context, origin);
  }

  /** The stream's number. */
  public long id() {
    return id;
  }

  /** The stream's name. */
  public String name() {
    return name;
  }

  /** Makes it durable. */
  public GroupCommit commits() {
    return commits;
  }

  /** Told when records are committed or durable. */
  public WaitSet waits() {
    return waits;
  }

  // ---- append

  /**
   * Appends one record; it is readable when this returns.
   *
   * @param expectedOffset the offset that it must get; negative: any
   * @param timeoutNanos how long to wait for a resource at most
   * @param flushSoon whether nobody is going to wait for the disk, so that the interval applies
   * @return its offset
   */
  public long append(
      RecordBytes record, long expectedOffset, long timeoutNanos, boolean flushSoon) {
    int size = record.paddedSize();
    long deadline = NO_DEADLINE;
    while (true) {
      HotSegment segment = chain.active();
      checkRefusal();
      if (overUnflushed(segment)) {
        deadline = deadline(deadline, timeoutNanos);
        awaitUnflushed(deadline);
      }
      long claim = segment.claim(1, size, expectedOffset);
      if (claim >= 0) {
        int index = HotSegment.indexOf(claim);
        int position = HotSegment.positionOf(claim);
        fill(segment, record, index, position);
        segment.commit(index, position + size);
        long offset = segment.baseOffset() + index;
        committed(segment, position + size, flushSoon);
        if (segment.committedOffset() <= offset || chain.prefix() != segment) {
          awaitCommitted(offset, deadline(deadline, timeoutNanos));
        }
        return offset;
      }
      if (claim == HotSegment.CONFLICT) {
        throw new OffsetConflictException(name, expectedOffset, segment.claimedOffset());
      }
      deadline = deadline(deadline, timeoutNanos);
      roll(segment, 1, size, deadline);
    }
  }

  private static void fill(HotSegment segment, RecordBytes record, int index, int position) {
    boolean written = false;
    try {
      segment.write(record, index, position);
      written = true;
    } finally {
      if (!written) {
        segment.writePadding(index, position, record.paddedSize());
        segment.commit(index, position + record.paddedSize());
      }
    }
  }

  /**
   * Appends records as one atomic batch.
   *
   * @param records encoded with the batch flag on all but the last
   * @return the offset of the first
   */
  public long appendAll(
      RecordBytes[] records, long expectedOffset, long timeoutNanos, boolean flushSoon) {
    long deadline = context.host().time().nanoTime() + timeoutNanos;
    long total = 0;
    for (RecordBytes record : records) {
      total += record.paddedSize();
    }
    if (!HotSegment.fits(
        records.length, total, options.largest().limit(), options.largest().bytes())) {
      throw new RecordTooLargeException(total, options.largest().limit());
    }
    int size = (int) total;
    while (true) {
      HotSegment segment = chain.active();
      checkRefusal();
      if (overUnflushed(segment)) {
        awaitUnflushed(deadline);
      }
      long claim = segment.claim(records.length, size, expectedOffset);
      if (claim >= 0) {
        commitBatch(segment, records, claim);
        int index = HotSegment.indexOf(claim);
        committed(segment, HotSegment.positionOf(claim) + size, flushSoon);
        awaitCommitted(segment.baseOffset() + index + records.length - 1, deadline);
        return segment.baseOffset() + index;
      }
      if (claim == HotSegment.CONFLICT) {
        throw new OffsetConflictException(name, expectedOffset, segment.claimedOffset());
      }
      roll(segment, records.length, size, deadline);
    }
  }

  /* From last to first, so that a walk over the table sees all of the batch or nothing. */
  static void commitBatch(HotSegment segment, RecordBytes[] records, long claim) {
    int first = HotSegment.indexOf(claim);
    int position = HotSegment.positionOf(claim);
    boolean written = false;
    try {
      for (int i = 0; i < records.length; i++) {
        segment.write(records[i], first + i, position);
        position += records[i].paddedSize();
      }
      written = true;
    } finally {
      if (!written) {
        int at = HotSegment.positionOf(claim);
        for (int i = 0; i < records.length; i++) {
          segment.writePadding(first + i, at, records[i].paddedSize());
          at += records[i].paddedSize();
        }
        position = at;
      }
      for (int i = records.length - 1; i > 0; i--) {
        segment.commitLater(first + i, position);
        position -= records[i].paddedSize();
      }
      segment.commit(first, position);
    }
  }

  /**
   * Appends without waiting for a resource.
   *
   * @return the offset; or, negative, {@code -1 - ordinal} of the {@link BackpressureKind}
   */
  public long tryAppend(RecordBytes record) {
    int size = record.paddedSize();
    while (true) {
      HotSegment segment = chain.active();
      AofException ended = refusal;
      if (ended != null) {
        BackpressureKind kind = kindOf(ended);
        if (kind == null) {
          throw ended;
        }
        return refuse(kind);
      }
      if (overUnflushed(segment)) {
        commits.request();
        return refuse(BackpressureKind.FLUSH);
      }
      if (chain.isTailStill(STILL_NANOS)) {
        poisonIfStuck();
        return refuse(BackpressureKind.TAIL);
      }
      long claim = segment.claim(1, size, -1);
      if (claim >= 0) {
        int index = HotSegment.indexOf(claim);
        int position = HotSegment.positionOf(claim);
        fill(segment, record, index, position);
        segment.commit(index, position + size);
        long offset = segment.baseOffset() + index;
        committed(segment, position + size, true);
        if (nextOffset() <= offset) {
          awaitCommitted(offset, context.host().time().nanoTime() + TRY_WAIT_NANOS);
        }
        return offset;
      }
      SizeClass wanted = chain.classFor(segment, 1, size);
      if (chain.active() == segment && !chain.tryRoll(segment, wanted)) {
        return refuse(waitKind());
      }
    }
  }

  private long refuse(BackpressureKind kind) {
    context.events().backpressure(this, kind, 0, true);
    return -1L - kind.ordinal();
  }

  private void committed(HotSegment segment, int end, boolean flushSoon) {
    waits.wakeAll();
    long unflushed = segment.header().baseBytes() + end - commits.durableBytes();
    if (unflushed >= options.watermark()) {
      commits.request();
    } else if (flushSoon) {
      commits.arm(options.intervalNanos());
    }
  }

  /* Clocks are only read when there is something to wait for. */
  private long deadline(long known, long timeoutNanos) {
    return known != NO_DEADLINE ? known : context.host().time().nanoTime() + timeoutNanos;
  }

  private void checkRefusal() {
    AofException reason = refusal;
    if (reason != null) {
      BackpressureKind kind = kindOf(reason);
      if (kind != null) {
        context.events().backpressure(this, kind, 0, true);
      }
      throw reason;
    }
  }

  /* The resource that will not come back before a reopen. */
  private static @Nullable BackpressureKind kindOf(AofException reason) {
    if (reason instanceof FlushFailedException) {
      return BackpressureKind.FLUSH;
    }
    return reason instanceof StreamPoisonedException ? BackpressureKind.TAIL : null;
  }

  private boolean overUnflushed(HotSegment segment) {
    return segment.claimedBytes() - commits.durableBytes() > options.maxUnflushed();
  }

  private void awaitUnflushed(long deadlineNanos) {
    commits.request();
    waitFor(
        BackpressureKind.FLUSH, () -> !overUnflushed(chain.active()) || isRefused(), deadlineNanos);
  }

  private boolean isRefused() {
    return refusal != null;
  }

  /* UNKNOWN: whatever a roll waits for, as it is when the wait ends. */
  private void waitFor(BackpressureKind resource, BooleanSupplier done, long deadlineNanos) {
    BackpressureKind before = waitKind();
    long started = context.host().time().nanoTime();
    WaitSet.Outcome outcome = waits.await(done, deadlineNanos, true);
    checkRefusal();
    BackpressureKind roll = before == BackpressureKind.ADMISSION ? before : waitKind();
    BackpressureKind kind = resource == BackpressureKind.UNKNOWN ? roll : resource;
    boolean refused = outcome != WaitSet.Outcome.DONE;
    context.events().backpressure(this, kind, context.host().time().nanoTime() - started, refused);
    if (outcome == WaitSet.Outcome.INTERRUPTED) {
      throw new AofException("append was interrupted, nothing was written: stream=" + name);
    }
    if (refused) {
      throw refusedFor(kind);
    }
  }

  private AofException refusedFor(BackpressureKind kind) {
    StorageFullException full =
        kind == BackpressureKind.ADMISSION ? context.slots().storageFull() : null;
    return full != null ? full : new BackpressureException(name, kind, RETRY_AFTER);
  }

  /* After the claim: nothing can be taken back, so an interrupt is only remembered. */
  private void awaitCommitted(long offset, long deadlineNanos) {
    if (nextOffset() > offset) {
      return;
    }
    long limit = Math.max(deadlineNanos, context.host().time().nanoTime() + TRY_WAIT_NANOS);
    tail.isStuck(nextOffset());
    waits.await(() -> nextOffset() > offset || poison != null, limit, false);
    if (nextOffset() > offset) {
      return;
    }
    poisonIfStuck();
    throw new AppendOutcomeUnknownException(name, offset);
  }

  private void poisonIfStuck() {
    long hole = nextOffset();
    if (poison == null && hole < chain.active().claimedOffset() && tail.isStuck(hole)) {
      poison();
    }
  }

  /**
   * A claim has not committed in time, and never may: takes no more appends. What is behind it is
   * lost at the next open.
   *
   * @return what appends get from now on
   */
  public AofException poison() {
    StreamPoisonedException reason = poison;
    if (reason == null) {
      reason =
          new StreamPoisonedException(
              name, "a claim did not commit in time: offset=" + nextOffset());
      poison = reason;
      fail(reason);
    }
    return reason;
  }

  /** Why it is poisoned; null: it is not. Also after something else made it refuse appends. */
  public @Nullable AofException poisoned() {
    return poison;
  }

  // ---- roll

  private void roll(HotSegment tripped, int count, int size, long deadlineNanos) {
    if (chain.active() != tripped) {
      return;
    }
    SizeClass wanted = chain.classFor(tripped, count, size);
    if (chain.tryRoll(tripped, wanted)) {
      return;
    }
    BooleanSupplier rolled = () -> chain.tryRoll(tripped, wanted) || isRefused();
    waitFor(
        BackpressureKind.UNKNOWN, () -> rolled.getAsBoolean() || isStorageFull(), deadlineNanos);
    if (isStorageFull() && chain.active() == tripped) {
      awaitRoom(rolled, deadlineNanos);
    }
  }

  /* What can be evicted is, when the disk is full; that takes a moment. */
  private void awaitRoom(BooleanSupplier rolled, long deadlineNanos) {
    long started = context.host().time().nanoTime();
    long limit = Math.min(deadlineNanos, started + FULL_WAIT_NANOS);
    if (waits.await(rolled, limit, true) == WaitSet.Outcome.DONE) {
      checkRefusal();
      return;
    }
    long waited = context.host().time().nanoTime() - started;
    BackpressureKind kind = waitKind();
    context.events().backpressure(this, kind, waited, true);
    StorageFullException full = context.slots().storageFull();
    throw full != null ? full : new BackpressureException(name, kind, RETRY_AFTER);
  }

  private boolean isStorageFull() {
    return context.slots().isStorageFull();
  }

  private BackpressureKind waitKind() {
    return context.slots().isExhausted() ? BackpressureKind.ADMISSION : BackpressureKind.ROLLOVER;
  }

  // ---- seal, fail, close

  /**
   * Ends the active segment, if it has records.
   *
   * @return it; null when there is nothing to seal
   */
  public @Nullable HotSegment tripActive() {
    HotSegment segment = chain.active();
    if (!segment.hasBytes() || !segment.tripUnlessEmpty()) {
      return null;
    }
    context.events().tripped(this, segment);
    return segment;
  }

  /** Takes no more appends, they get {@code reason}, and has the active segment sealed. */
  public void end(AofException reason) {
    refuse(reason);
    HotSegment segment = chain.active();
    segment.trip();
    if (segment.hasBytes()) {
      context.events().tripped(this, segment);
    }
  }

  /** Takes no more appends; they get {@code reason}. The first reason stays. */
  public void refuse(AofException reason) {
    if (refusal == null) {
      refusal = reason;
    }
    waits.wakeAll();
  }

  /** Takes no more appends because something broke. */
  void fail(AofException reason) {
    refuse(reason);
    chain.active().trip();
    context.events().failed(this, reason);
  }

  /** Why it takes no appends; null: it takes them. */
  public @Nullable AofException refusal() {
    return refusal;
  }

  /** Forgets a sealed segment: readers do not find it any more. */
  public void forget(HotSegment segment) {
    chain.forget(segment);
  }

  void wakeReaders() {
    waits.wakeAll();
  }

  // ---- reading

  /** First offset that is not committed: what comes next. */
  public long nextOffset() {
    return chain.nextOffset();
  }

  /** The mapped segment in which that offset lies; null when it is in none. */
  public @Nullable HotSegment find(long offset) {
    return chain.find(offset);
  }

  /** All mapped segments, oldest first. */
  public Collection<HotSegment> segments() {
    return chain.segments();
  }

  /** Record bytes appended and not yet durable. */
  public long unflushedBytes() {
    return Math.max(0, chain.active().claimedBytes() - commits.durableBytes());
  }

  /** The segment that receives records, or received the last ones. */
  public HotSegment active() {
    return chain.active();
  }

  @Override
  public String toString() {
    return "stream=" + name;
  }
}
