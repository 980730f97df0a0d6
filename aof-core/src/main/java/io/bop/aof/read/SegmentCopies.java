package io.bop.aof.read;

import io.bop.aof.BreakerState;
import io.bop.aof.ReadOptions;
import io.bop.aof.Tier;
import io.bop.aof.format.MalformedException;
import io.bop.aof.io.Host;
import io.bop.aof.io.Threads.WorkerPool;
import io.bop.aof.manifest.SegmentEntry;
import io.bop.aof.manifest.StreamLedger;
import io.bop.aof.segment.HotSegment;
import io.bop.aof.tier0.HotCopy;
import io.bop.aof.tier0.HotSet;
import io.bop.aof.tier1.FrameCache;
import io.bop.aof.tier1.WarmFiles;
import io.bop.aof.tier1.WarmSegmentReader;
import io.bop.aof.zstd.SeekableTail;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds and opens the nearest copy of a sealed segment. Thread-safe; what it opens is confined. */
public final class SegmentCopies {

  private final Host host;
  private final HotSet hot;
  private final WarmFiles warm;
  private final @Nullable ColdTier cold;
  private final FrameCache cache;
  private final Ahead ahead;

  /**
   * How readers that go on have frames prepared.
   *
   * @param pool decompresses them
   * @param frames of one reader, unless its options say another number
   */
  public record Ahead(WorkerPool pool, int frames) {}

  /** Over the tiers of one store. */
  public SegmentCopies(
      Host host,
      HotSet hot,
      WarmFiles warm,
      @Nullable ColdTier cold,
      FrameCache cache,
      Ahead ahead) {
    this.host = host;
    this.hot = hot;
    this.warm = warm;
    this.cold = cold;
    this.cache = cache;
    this.ahead = ahead;
  }

  /** The nearest tier with a copy that is not among the {@code broken}; empty: there is none. */
  Optional<Tier> nearest(SegmentEntry entry, Set<Tier> broken) {
    for (Tier tier : Tier.values()) {
      if (!broken.contains(tier) && holds(entry, tier)) {
        return Optional.of(tier);
      }
    }
    return Optional.empty();
  }

  /* An object that is known to be lost may be damaged only in places, and is the last resort. */
  private boolean holds(SegmentEntry entry, Tier tier) {
    return switch (tier) {
      case TIER0, TIER1 -> has(entry.streamId(), entry.segmentId(), tier);
      case TIER2 ->
          cold != null
              && (entry.in(Tier.TIER2) || (entry.hasLostObject() && entry.tailLength() > 0));
    };
  }

  /**
   * Opens a damaged copy, to read what is around the damage.
   *
   * @return null when there is none
   */
  @Nullable RunSource salvage(SegmentEntry entry, Tier tier, Wish wish) throws IOException {
    if (tier != Tier.TIER0) {
      return holds(entry, tier) ? open(entry, tier, wish) : null;
    }
    HotCopy copy = hot.get(entry.streamId(), entry.segmentId());
    return copy == null ? null : SalvagedRuns.open(host.disk(), copy, entry);
  }

  /** Drops what is cached of the segment: it may have been damaged on its way. */
  void forget(long streamId, long segmentId) {
    cache.invalidate(streamId, segmentId);
  }

  /** How many frames are prepared ahead of a reader with these options. */
  int framesAhead(ReadOptions options) {
    int wanted = options.readAhead();
    return wanted == ReadOptions.AS_CONFIGURED ? ahead.frames() : wanted;
  }

  /** Whether reads from Tier 2 are let through. */
  BreakerState coldState() {
    return cold == null ? BreakerState.CLOSED : cold.tier2().readState();
  }

  /**
   * Opens the copy in that tier.
   *
   * @return null when it is gone by now
   * @throws IOException what the copy met; it may have been evicted meanwhile, see {@link #has}
   */
  @Nullable RunSource open(SegmentEntry entry, Tier tier, Wish wish) throws IOException {
    return switch (tier) {
      case TIER0 -> openHot(entry);
      case TIER1 -> openWarm(entry, wish);
      case TIER2 -> cold == null ? null : openCold(entry, cold, wish);
    };
  }

  private @Nullable RunSource openHot(SegmentEntry entry) {
    HotCopy copy = hot.get(entry.streamId(), entry.segmentId());
    if (copy == null) {
      return null;
    }
    copy.touch(host.time().nanoTime());
    HotSegment mapped = copy.mapped();
    return mapped != null ? new MappedRuns(mapped) : new SlotRuns(host.disk(), copy);
  }

  /** Whether the tier still has a copy; a read that failed met its end otherwise. */
  boolean has(long streamId, long segmentId, Tier tier) {
    return switch (tier) {
      case TIER0 -> hot.get(streamId, segmentId) != null;
      case TIER1 -> warm.contains(streamId, segmentId);
      case TIER2 -> true;
    };
  }

  /** Whether only Tier 2 has a copy. */
  boolean isCold(SegmentEntry entry) {
    return hot.get(entry.streamId(), entry.segmentId()) == null
        && !warm.contains(entry.streamId(), entry.segmentId());
  }

  private RunSource openWarm(SegmentEntry entry, Wish wish) throws IOException {
    SeekableTail tail;
    long bytes;
    try (WarmSegmentReader file = warm.open(entry.streamId(), entry.segmentId(), cache)) {
      tail = file.tail();
      bytes = file.bytes();
    }
    requireSame(entry, tail);
    FrameRuns.Copy copy =
        new FrameRuns.Copy(
            entry.streamId(),
            entry.segmentId(),
            bytes,
            tail,
            () -> warm.open(entry.streamId(), entry.segmentId(), cache));
    warm.touch(entry.streamId(), entry.segmentId());
    return new FrameRuns(copy, means(wish));
  }

  private RunSource openCold(SegmentEntry entry, ColdTier tier2, Wish wish) throws IOException {
    FetchAhead fetches = wish.fetched();
    if (fetches == null) {
      StreamLedger ledger = wish.ledger();
      fetches =
          new FetchAhead(
              host, tier2, cache, each -> coldAfter(ledger, each), wish.ahead() > 0, wish.taken());
      wish.fetched(fetches);
    }
    boolean goesOn = fetches.enter(entry);
    SeekableTail tail = fetches.tail(entry, wish.deadlineNanos().getAsLong());
    requireSame(entry, tail);
    return new ColdRuns(entry, tail, fetches, means(wish), goesOn);
  }

  private @Nullable SegmentEntry coldAfter(StreamLedger ledger, SegmentEntry entry) {
    SegmentEntry next = ledger.find(entry.nextOffset());
    return next != null && next.isSealed() && next.in(Tier.TIER2) && isCold(next) ? next : null;
  }

  /* What is cached of a wrong file must not stand for the right one in the next tier. */
  private void requireSame(SegmentEntry entry, SeekableTail tail) {
    try {
      CopyIdentity.require(entry, tail.footer());
    } catch (MalformedException e) {
      cache.invalidate(entry.streamId(), entry.segmentId());
      throw e;
    }
  }

  private FrameRuns.Means means(Wish wish) {
    return new FrameRuns.Means(host, ahead.pool(), cache, wish.ahead(), wish.deadlineNanos());
  }
}
