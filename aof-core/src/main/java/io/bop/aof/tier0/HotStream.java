package io.bop.aof.tier0;

import io.bop.aof.AofException;
import io.bop.aof.AppendOutcomeUnknownException;
import io.bop.aof.BackpressureException;
import io.bop.aof.BackpressureKind;
import io.bop.aof.OffsetConflictException;
import io.bop.aof.RecordTooLargeException;
import io.bop.aof.StorageFullException;
import io.bop.aof.StreamPoisonedException;
import io.bop.aof.format.SegmentHeader;
import io.bop.aof.format.SegmentHeaderCodec;
import io.bop.aof.format.SlotState;
import io.bop.aof.segment.HotSegment;
import io.bop.aof.segment.RecordBytes;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The hot part of one stream: where its records arrive. Thread-safe; appends take no lock.
 *
 * <p>Offsets given out here are readable when the call returns; durability is {@link #commits()}.
 */
public final class HotStream {

  /*
   * Segments form a chain by HotSegment.next. A successor is linked by one CAS on its predecessor,
   * then made findable, then made active; any thread may finish what another began. The prefix
   * pointer follows behind: it stands on the segment in which the first uncommitted record lies.
   */
  private static final long NO_DEADLINE = Long.MIN_VALUE;
  private static final long STILL_NANOS = TimeUnit.MICROSECONDS.toNanos(100);
  private static final long TRY_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final Duration RETRY_AFTER = Duration.ofMillis(10);
  private static final long FAST_FILL_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final long SLOW_FILL_NANOS = TimeUnit.SECONDS.toNanos(60);

  private final long id;
  private final String name;
  private final HotContext context;
  private final HotOptions options;
  private final GroupCommit commits;
  private final WaitSet waits;
  private final ConcurrentSkipListMap<Long, HotSegment> findable = new ConcurrentSkipListMap<>();
  private final AtomicReference<HotSegment> active;
  private final AtomicReference<HotSegment> prefix;
  private final AtomicBoolean requested = new AtomicBoolean();

  private volatile SizeClass sizeClass;
  private volatile @Nullable AofException refusal;

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
    this.sizeClass = options.smallest();
    this.active = new AtomicReference<>(origin);
    this.prefix = new AtomicReference<>(origin);
    this.waits = new WaitSet(context.host());
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
      HotSegment segment = active.get();
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
        if (segment.committedOffset() <= offset || prefix.get() != segment) {
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
      HotSegment segment = active.get();
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

  private static void commitBatch(HotSegment segment, RecordBytes[] records, long claim) {
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
      HotSegment segment = active.get();
      checkRefusal();
      if (overUnflushed(segment)) {
        commits.request();
        return refuse(BackpressureKind.FLUSH);
      }
      if (isTailStuck()) {
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
      SizeClass wanted = classFor(segment, 1, size);
      if (active.get() == segment && !tryRoll(segment, wanted)) {
        return refuse(waitKind());
      }
    }
  }

  private long refuse(BackpressureKind kind) {
    context.events().backpressure(this, kind, 0, true);
    return -1L - kind.ordinal();
  }

  /* Whether a claim was made and the prefix has stood still behind it for a while. */
  private boolean isTailStuck() {
    HotSegment segment = prefix.get();
    long committed = segment.committed();
    if (HotSegment.indexOf(committed) == HotSegment.indexOf(segment.tail())) {
      return false;
    }
    long until = context.host().time().nanoTime() + STILL_NANOS;
    while (context.host().time().nanoTime() < until) {
      if (segment.committed() != committed) {
        return false;
      }
      Thread.onSpinWait();
    }
    return true;
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
      throw reason;
    }
  }

  private boolean overUnflushed(HotSegment segment) {
    return segment.claimedBytes() - commits.durableBytes() > options.maxUnflushed();
  }

  private void awaitUnflushed(long deadlineNanos) {
    commits.request();
    waitFor(
        BackpressureKind.FLUSH, () -> !overUnflushed(active.get()) || isRefused(), deadlineNanos);
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
      throw new BackpressureException(name, kind, RETRY_AFTER);
    }
  }

  /* After the claim: nothing can be taken back, so an interrupt is only remembered. */
  private void awaitCommitted(long offset, long deadlineNanos) {
    if (nextOffset() > offset) {
      return;
    }
    long limit = Math.max(deadlineNanos, context.host().time().nanoTime() + TRY_WAIT_NANOS);
    long started = context.host().time().nanoTime();
    BooleanSupplier done = () -> nextOffset() > offset;
    if (waits.await(done, limit, false) == WaitSet.Outcome.DONE) {
      return;
    }
    if (context.host().time().nanoTime() - started >= options.appendTimeoutNanos()) {
      poison(offset);
    }
    throw new AppendOutcomeUnknownException(name, offset);
  }

  private void poison(long offset) {
    long hole = nextOffset();
    if (hole <= offset) {
      fail(new StreamPoisonedException(name, "a claim did not commit in time: offset=" + hole));
    }
  }

  // ---- roll

  private void roll(HotSegment tripped, int count, int size, long deadlineNanos) {
    if (active.get() != tripped) {
      return;
    }
    SizeClass wanted = classFor(tripped, count, size);
    if (tryRoll(tripped, wanted)) {
      return;
    }
    waitFor(
        BackpressureKind.UNKNOWN,
        () -> tryRoll(tripped, wanted) || isRefused() || isStorageFull(),
        deadlineNanos);
    StorageFullException full = context.slots().storageFull();
    if (full != null && active.get() == tripped) {
      throw full;
    }
  }

  private boolean isStorageFull() {
    return context.slots().storageFull() != null;
  }

  private BackpressureKind waitKind() {
    return context.slots().isExhausted() ? BackpressureKind.ADMISSION : BackpressureKind.ROLLOVER;
  }

  private SizeClass classFor(HotSegment tripped, int count, int size) {
    SizeClass wanted = nextClass(tripped);
    while (wanted != options.largest()
        && !HotSegment.fits(count, size, wanted.limit(), wanted.bytes())) {
      wanted = wanted.larger();
    }
    return wanted;
  }

  /* The class follows the write rate: a segment that filled fast is followed by a larger one. */
  private SizeClass nextClass(HotSegment tripped) {
    SizeClass current = sizeClass;
    if (!tripped.hasBytes()) {
      return current;
    }
    long age = context.host().time().nanoTime() - tripped.openedNanos();
    if (age < FAST_FILL_NANOS && current.compareTo(options.largest()) < 0) {
      return current.larger();
    }
    if (age > SLOW_FILL_NANOS && current.compareTo(options.smallest()) > 0) {
      return current.smaller();
    }
    return current;
  }

  private boolean tryRoll(HotSegment tripped, SizeClass wanted) {
    if (finishRoll(tripped)) {
      return true;
    }
    ReadySlot slot = context.slots().tryTake(wanted);
    if (slot != null) {
      if (!install(tripped, slot)) {
        context.slots().giveBack(slot);
      }
      return true;
    }
    if (requested.compareAndSet(false, true)) {
      context.slots().request(new RollRequest(wanted));
    }
    return false;
  }

  /** Makes the successor of a tripped segment active, if it has one; any thread may do that. */
  private boolean finishRoll(HotSegment tripped) {
    HotSegment following = tripped.next();
    if (following == null) {
      return active.get() != tripped;
    }
    findable.putIfAbsent(following.baseOffset(), following);
    if (active.compareAndSet(tripped, following)) {
      sizeClass = SizeClass.of(following.slot().size());
      context.events().installed(this, following);
      if (tripped.hasBytes()) {
        context.events().tripped(this, tripped);
      }
      waits.wakeAll();
    }
    return true;
  }

  private boolean install(HotSegment tripped, ReadySlot ready) {
    if (refusal != null || !tripped.isTripped()) {
      return false;
    }
    SegmentHeader header =
        new SegmentHeader(
            context.storeId(),
            ready.salt(),
            id,
            tripped.segmentId() + 1,
            tripped.claimedOffset(),
            tripped.claimedBytes(),
            ready.slot().size(),
            context.host().time().wallMicros(),
            context.epoch(),
            SlotState.IN_USE);
    SegmentHeaderCodec.encode(header, ready.mapping().buffer());
    HotSegment segment =
        new HotSegment(
            header,
            ready.slot(),
            ready.mapping(),
            SizeClass.of(ready.slot().size()).limit(),
            context.pages(),
            context.host().time().nanoTime());
    boolean linked = tripped.linkNext(segment);
    finishRoll(tripped);
    return linked;
  }

  /*
   * Whatever is tripped when the slot comes gets it: the segment that asked may have been followed by
   * another one meanwhile, which trips before this request is out of the way.
   */
  private final class RollRequest implements SlotPool.Request {
    private final SizeClass wanted;

    RollRequest(SizeClass wanted) {
      this.wanted = wanted;
    }

    @Override
    public SizeClass sizeClass() {
      return wanted;
    }

    @Override
    public boolean grant(ReadySlot slot) {
      try {
        return install(active.get(), slot);
      } finally {
        requested.set(false);
        waits.wakeAll();
      }
    }
  }

  // ---- seal, fail, close

  /**
   * Ends the active segment, if it has records.
   *
   * @return it; null when there is nothing to seal
   */
  public @Nullable HotSegment tripActive() {
    HotSegment segment = active.get();
    if (!segment.hasBytes() || !segment.tripUnlessEmpty()) {
      return null;
    }
    context.events().tripped(this, segment);
    return segment;
  }

  /** Takes no more appends, they get {@code reason}, and has the active segment sealed. */
  public void end(AofException reason) {
    refuse(reason);
    HotSegment segment = active.get();
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
    active.get().trip();
    context.events().failed(this, reason);
  }

  /** Why it takes no appends; null: it takes them. */
  public @Nullable AofException refusal() {
    return refusal;
  }

  /** Forgets a sealed segment: readers do not find it any more. */
  public void forget(HotSegment segment) {
    findable.remove(segment.baseOffset(), segment);
  }

  void wakeReaders() {
    waits.wakeAll();
  }

  // ---- reading

  /** First offset that is not committed: what comes next. */
  public long nextOffset() {
    HotSegment segment = prefix.get();
    while (segment.isComplete()) {
      HotSegment following = segment.next();
      if (following == null) {
        break;
      }
      prefix.compareAndSet(segment, following);
      segment = prefix.get();
    }
    return segment.committedOffset();
  }

  /** Record bytes appended and not yet durable. */
  public long unflushedBytes() {
    return Math.max(0, active.get().claimedBytes() - commits.durableBytes());
  }

  /** The segment that receives records, or received the last ones. */
  public HotSegment active() {
    return active.get();
  }

  /** The mapped segment in which that offset lies; null when it is in none. */
  public @Nullable HotSegment find(long offset) {
    Map.Entry<Long, HotSegment> entry = findable.floorEntry(offset);
    if (entry == null) {
      return null;
    }
    HotSegment segment = entry.getValue();
    return offset < segment.committedOffset() ? segment : null;
  }

  /** All mapped segments, oldest first. */
  public Collection<HotSegment> segments() {
    return findable.values();
  }

  @Override
  public String toString() {
    return "stream=" + name;
  }
}
