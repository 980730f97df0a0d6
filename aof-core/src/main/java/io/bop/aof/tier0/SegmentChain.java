package io.bop.aof.tier0;

import io.bop.aof.format.SegmentHeader;
import io.bop.aof.format.SegmentHeaderCodec;
import io.bop.aof.format.SlotState;
import io.bop.aof.segment.HotSegment;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The mapped segments of one stream, one behind the other, and how the next one is added.
 * Thread-safe, lock-free.
 */
final class SegmentChain {

  /*
   * A successor is linked by one CAS on its predecessor, then told and made findable, then made
   * active; any thread may finish what another began. It is told before it is active, so that
   * nobody can fill it, trip it and tell of the next one first. The prefix pointer follows behind:
   * it stands on the segment in which the first uncommitted record lies.
   */
  private static final long FAST_FILL_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final long SLOW_FILL_NANOS = TimeUnit.SECONDS.toNanos(60);

  private final HotStream stream;
  private final HotContext context;
  private final HotOptions options;
  private final ConcurrentSkipListMap<Long, HotSegment> findable = new ConcurrentSkipListMap<>();
  private final AtomicReference<HotSegment> active;
  private final AtomicReference<HotSegment> prefix;
  private final AtomicBoolean requested = new AtomicBoolean();

  private volatile SizeClass sizeClass;

  SegmentChain(HotStream stream, HotContext context, HotOptions options, HotSegment origin) {
    this.stream = stream;
    this.context = context;
    this.options = options;
    this.sizeClass = options.smallest();
    this.active = new AtomicReference<>(origin);
    this.prefix = new AtomicReference<>(origin);
  }

  // ---- where it stands

  /** The segment that receives records, or received the last ones. */
  HotSegment active() {
    return active.get();
  }

  /** The segment in which the first uncommitted record lies. */
  HotSegment prefix() {
    return prefix.get();
  }

  /** First offset that is not committed: what comes next. */
  long nextOffset() {
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

  /** The mapped segment in which that offset lies; null when it is in none. */
  @Nullable HotSegment find(long offset) {
    Map.Entry<Long, HotSegment> entry = findable.floorEntry(offset);
    if (entry == null) {
      return null;
    }
    HotSegment segment = entry.getValue();
    return offset < segment.committedOffset() ? segment : null;
  }

  /** Whether a claim was made and the prefix stands still behind it for that long. */
  boolean isTailStill(long nanos) {
    HotSegment segment = prefix();
    long committed = segment.committed();
    if (HotSegment.indexOf(committed) == HotSegment.indexOf(segment.tail())) {
      return false;
    }
    long until = context.host().time().nanoTime() + nanos;
    while (context.host().time().nanoTime() < until) {
      if (segment.committed() != committed) {
        return false;
      }
      Thread.onSpinWait();
    }
    return true;
  }

  /** All mapped segments, oldest first. */
  Collection<HotSegment> segments() {
    return findable.values();
  }

  /** Readers do not find the segment any more. */
  void forget(HotSegment segment) {
    segment.markForgotten();
    findable.remove(segment.baseOffset(), segment);
  }

  // ---- roll

  /** The class of the segment that follows, large enough for records of that size. */
  SizeClass classFor(HotSegment tripped, int count, int size) {
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

  /**
   * Has the tripped segment followed by another one.
   *
   * @return false when no slot is ready: one is asked for by then
   */
  boolean tryRoll(HotSegment tripped, SizeClass wanted) {
    if (finishRoll(tripped)) {
      return true;
    }
    ReadySlot slot = context.slots().tryTake(wanted);
    if (slot != null) {
      if (install(tripped, slot)) {
        context.events().activated(stream, 0);
      } else {
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
    if (active.get() != tripped) {
      return true;
    }
    context.events().installed(stream, following);
    // A segment that was tripped while it was empty has the same base offset as the one behind it.
    findable.merge(following.baseOffset(), following, SegmentChain::younger);
    if (following.isForgotten()) {
      // We slept here while others made it active, and it was filled, sealed and evicted since.
      findable.remove(following.baseOffset(), following);
    }
    if (active.compareAndSet(tripped, following)) {
      sizeClass = SizeClass.of(following.slot().size());
      if (tripped.hasBytes()) {
        context.events().tripped(stream, tripped);
      }
      stream.waits().wakeAll();
    }
    return true;
  }

  private static HotSegment younger(HotSegment one, HotSegment other) {
    return one.segmentId() >= other.segmentId() ? one : other;
  }

  private boolean install(HotSegment tripped, ReadySlot ready) {
    if (stream.refusal() != null || !tripped.isTripped()) {
      return false;
    }
    SegmentHeader header =
        new SegmentHeader(
            context.storeId(),
            ready.salt(),
            stream.id(),
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
   * Whatever is tripped when the slot comes gets it: the segment that asked may have been followed
   * by another one meanwhile, which trips before this request is out of the way.
   */
  private final class RollRequest implements SlotPool.Request {
    private final SizeClass wanted;
    private final long asked;

    RollRequest(SizeClass wanted) {
      this.wanted = wanted;
      this.asked = context.host().time().nanoTime();
    }

    @Override
    public SizeClass sizeClass() {
      return wanted;
    }

    @Override
    public boolean grant(ReadySlot slot) {
      try {
        boolean installed = install(active.get(), slot);
        if (installed) {
          context.events().activated(stream, context.host().time().nanoTime() - asked);
        }
        return installed;
      } finally {
        requested.set(false);
        stream.waits().wakeAll();
      }
    }
  }
}
