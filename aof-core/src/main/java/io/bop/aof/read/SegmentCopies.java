package io.bop.aof.read;

import io.bop.aof.BreakerState;
import io.bop.aof.Tier;
import io.bop.aof.format.MalformedException;
import io.bop.aof.io.Host;
import io.bop.aof.io.Threads.WorkerPool;
import io.bop.aof.manifest.SegmentEntry;
import io.bop.aof.segment.HotSegment;
import io.bop.aof.tier0.HotCopy;
import io.bop.aof.tier0.HotSet;
import io.bop.aof.tier1.FrameCache;
import io.bop.aof.tier1.FrameKey;
import io.bop.aof.tier1.WarmFiles;
import io.bop.aof.tier1.WarmSegmentReader;
import io.bop.aof.tier2.Tier2;
import io.bop.aof.zstd.RangeSource;
import io.bop.aof.zstd.SeekableTail;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Finds and opens the nearest copy of a sealed segment. Thread-safe; what it opens is confined. */
public final class SegmentCopies {

  private static final int COLD_FRAMES_PER_FETCH = 8;

  private final Host host;
  private final HotSet hot;
  private final WarmFiles warm;
  private final @Nullable Tier2 cold;
  private final FrameCache cache;
  private final WorkerPool pool;

  /** Over the tiers of one store. */
  public SegmentCopies(
      Host host,
      HotSet hot,
      WarmFiles warm,
      @Nullable Tier2 cold,
      FrameCache cache,
      WorkerPool pool) {
    this.host = host;
    this.hot = hot;
    this.warm = warm;
    this.cold = cold;
    this.cache = cache;
    this.pool = pool;
  }

  /**
   * How one reader wants to read.
   *
   * @param ahead lanes that work ahead
   * @param deadlineNanos until when it may wait now, on the monotonic clock
   */
  record Wish(int ahead, LongSupplier deadlineNanos) {}

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

  /** Whether reads from Tier 2 are let through. */
  BreakerState coldState() {
    return cold == null ? BreakerState.CLOSED : cold.readState();
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
            Tier.TIER1,
            bytes,
            tail,
            () -> warm.open(entry.streamId(), entry.segmentId(), cache),
            1);
    warm.touch(entry.streamId(), entry.segmentId());
    return new FrameRuns(copy, means(wish));
  }

  private RunSource openCold(SegmentEntry entry, Tier2 tier2, Wish wish) throws IOException {
    String key = entry.objectKey();
    RangeSource source =
        (position, dst, offset, length) ->
            tier2.getRange(key, position, ByteBuffer.wrap(dst, offset, length));
    SeekableTail tail = coldTail(entry, source, wish);
    requireSame(entry, tail);
    FrameRuns.Copy copy =
        new FrameRuns.Copy(
            entry.streamId(),
            entry.segmentId(),
            Tier.TIER2,
            entry.compressedBytes(),
            tail,
            () -> source,
            COLD_FRAMES_PER_FETCH);
    return new FrameRuns(copy, means(wish));
  }

  private SeekableTail coldTail(SegmentEntry entry, RangeSource source, Wish wish)
      throws IOException {
    long size = entry.compressedBytes();
    FrameKey key = FrameKey.tail(entry.streamId(), entry.segmentId(), size);
    SeekableTail known = cache.tailIfPresent(key);
    if (known != null) {
      return known;
    }
    PooledLoad<SeekableTail> load =
        new PooledLoad<>(
            host,
            pool,
            () ->
                cache.tail(
                    key,
                    () -> {
                      byte[] bytes = new byte[entry.tailLength()];
                      source.read(size - bytes.length, bytes, 0, bytes.length);
                      return SeekableTail.parse(bytes, size, entry.objectKey());
                    }));
    return load.await("tail of segment " + entry.segmentId(), wish.deadlineNanos().getAsLong());
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
    return new FrameRuns.Means(host, pool, cache, wish.ahead(), wish.deadlineNanos());
  }
}
