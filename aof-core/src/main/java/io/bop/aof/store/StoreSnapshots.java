package io.bop.aof.store;

import io.bop.aof.AofException;
import io.bop.aof.AofSnapshot;
import io.bop.aof.AofSnapshot.ManifestUsage;
import io.bop.aof.AofSnapshot.Requests;
import io.bop.aof.AofSnapshot.StorageFull;
import io.bop.aof.AofSnapshot.Tier2Calls;
import io.bop.aof.AofSnapshot.Tier2Failure;
import io.bop.aof.AofSnapshot.Tier2Usage;
import io.bop.aof.AofSnapshot.TierUsage;
import io.bop.aof.AofSnapshot.Unarchived;
import io.bop.aof.RequestKind;
import io.bop.aof.RequestPrices;
import io.bop.aof.SegmentState;
import io.bop.aof.StoreClosedException;
import io.bop.aof.StreamClosedException;
import io.bop.aof.StreamSnapshot;
import io.bop.aof.Tier;
import io.bop.aof.Tier2Direction;
import io.bop.aof.coordinator.ArchiveLag;
import io.bop.aof.coordinator.Repairs;
import io.bop.aof.coordinator.ScrubProgress;
import io.bop.aof.io.DiskRoom;
import io.bop.aof.manifest.LedgerCounts;
import io.bop.aof.manifest.SegmentEntry;
import io.bop.aof.manifest.StreamLedger;
import io.bop.aof.objectstore.ObjectStoreUsage;
import io.bop.aof.segment.HotSegment;
import io.bop.aof.tier2.Tier2;
import io.bop.aof.tier2.Tier2Stats;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Takes snapshots, from memory only. */
final class StoreSnapshots {

  private StoreSnapshots() {}

  static AofSnapshot take(EngineStore store) {
    StoreParts parts = store.parts();
    List<StreamSnapshot> streams = new ArrayList<>();
    store.streams().forEach(stream -> streams.add(take(stream)));
    streams.sort(Comparator.comparing(StreamSnapshot::name));
    LedgerCounts counts = parts.ledger().counts();
    Map<SegmentState, Long> states = new EnumMap<>(SegmentState.class);
    for (SegmentState state : SegmentState.values()) {
      states.put(state, counts.segments(state));
    }
    long missing = 0;
    for (Tier tier : Tier.values()) {
      missing += counts.missing(tier);
    }
    ArchiveLag lag = lag(store);
    long now = parts.host().time().wallMicros();
    Tier2 tier2 = parts.tier2();
    return new AofSnapshot(
        parts.storeId().toString(),
        parts.config().root().toString(),
        !store.isClosed(),
        store.recovery(),
        streams,
        tiers(parts, counts),
        states,
        missing,
        parts.slots().pressure(),
        store.waits().snapshot(parts.slots().queueDepth(), parts.slots().isExhausted()),
        parts.slots().queueDepth(),
        parts.coordinator().compressing(),
        parts.coordinator().uploading(),
        parts.coordinator().hydrating(),
        lag.bytes(),
        lag.oldestMillis(now),
        parts.coordinator().compressionProfile(),
        tier2 == null ? null : tier2.writeState(),
        tier2 == null ? null : tier2.readState(),
        tier2 == null ? null : tier2.lastError(),
        tier2 == null
            ? null
            : tier2Usage(tier2, parts.config().tier2().prices(), unarchived(parts, lag, now)),
        new ManifestUsage(
            parts.ledger().chunkIndex(), parts.ledger().records(), parts.coordinator().failure()),
        repairs(parts),
        storageFull(parts.room(), place -> refusesAppends(parts, place)),
        scrub(parts),
        parts.listener().failures(),
        store.drills().last(),
        null);
  }

  private static AofSnapshot.Scrub scrub(StoreParts parts) {
    ScrubProgress progress = parts.coordinator().scrubProgress();
    long last = progress.lastPassMicros();
    return new AofSnapshot.Scrub(
        parts.config().scrub().enabled(),
        progress.isRunning(),
        progress.copies(),
        progress.bytes(),
        progress.damaged(),
        progress.unverified(),
        last == 0 ? null : Instant.EPOCH.plus(last, ChronoUnit.MICROS));
  }

  static Tier2Usage tier2Usage(
      Tier2 tier2, RequestPrices prices, @Nullable Unarchived oldestUnarchived) {
    ObjectStoreUsage usage = tier2.usage();
    Map<RequestKind, Requests> requests = new EnumMap<>(RequestKind.class);
    for (RequestKind kind : RequestKind.values()) {
      long count = usage.requests(kind);
      requests.put(kind, new Requests(count, prices.dollars(kind, count)));
    }
    Tier2Stats stats = tier2.stats();
    Map<Tier2Direction, Tier2Calls> calls = new EnumMap<>(Tier2Direction.class);
    calls.put(Tier2Direction.WRITE, calls(stats.writes()));
    calls.put(Tier2Direction.READ, calls(stats.reads()));
    return new Tier2Usage(
        tier2.describe(),
        tier2.features(),
        requests,
        usage.bytesSent(),
        usage.bytesReceived(),
        calls,
        stats.abandoned(),
        stats.stuck(),
        oldestUnarchived);
  }

  private static Tier2Calls calls(Tier2Stats.Calls calls) {
    Tier2Stats.Failure last = calls.lastFailure();
    return new Tier2Calls(
        calls.breaker(),
        calls.breakerAge(),
        calls.calls(),
        calls.failures(),
        calls.rejected(),
        calls.retries(),
        last == null ? null : new Tier2Failure(last.reason(), last.age()));
  }

  private static @Nullable Unarchived unarchived(StoreParts parts, ArchiveLag lag, long nowMicros) {
    SegmentEntry oldest = lag.oldest();
    StreamLedger stream = oldest == null ? null : parts.ledger().stream(oldest.streamId());
    return oldest == null || stream == null
        ? null
        : new Unarchived(
            stream.name(),
            oldest.segmentId(),
            Duration.of(lag.oldestMicros(nowMicros), ChronoUnit.MICROS));
  }

  private static AofSnapshot.Repairs repairs(StoreParts parts) {
    Repairs repairs = parts.coordinator().repairs();
    return new AofSnapshot.Repairs(
        repairs.damaged(),
        repairs.repaired(),
        parts.ledger().counts().withoutCopy(),
        repairs.quarantinedFiles(),
        repairs.quarantinedBytes());
  }

  private static boolean refusesAppends(StoreParts parts, Path place) {
    boolean blocks = parts.slots().isIn(place) || parts.slots().isExhausted();
    return blocks && parts.slots().queueDepth() > 0;
  }

  /** Where the disk is full, sorted by path. */
  static List<StorageFull> storageFull(DiskRoom room, Predicate<Path> refusesAppends) {
    List<StorageFull> all = new ArrayList<>();
    for (DiskRoom.Full full : room.all()) {
      boolean refuses = refusesAppends.test(full.place());
      all.add(
          new StorageFull(full.place().toString(), full.neededBytes(), full.freeBytes(), refuses));
    }
    all.sort(Comparator.comparing(StorageFull::path));
    return all;
  }

  private static Map<Tier, TierUsage> tiers(StoreParts parts, LedgerCounts counts) {
    Map<Tier, TierUsage> tiers = new EnumMap<>(Tier.class);
    tiers.put(
        Tier.TIER0,
        new TierUsage(
            parts.slots().allocatedBytes(), parts.slots().maxBytes(), counts.in(Tier.TIER0)));
    tiers.put(
        Tier.TIER1,
        new TierUsage(
            parts.warm().bytesUsed(), parts.config().tier1().maxBytes(), parts.warm().count()));
    tiers.put(Tier.TIER2, new TierUsage(counts.bytes(Tier.TIER2), 0, counts.in(Tier.TIER2)));
    return tiers;
  }

  private static ArchiveLag lag(EngineStore store) {
    if (store.parts().tier2() == null) {
      return new ArchiveLag(0, null);
    }
    List<StreamLedger> ledgers = new ArrayList<>();
    store.streams().forEach(stream -> ledgers.add(stream.view().ledger()));
    return ArchiveLag.of(ledgers);
  }

  static StreamSnapshot take(EngineStream stream) {
    List<StreamSnapshot.Segment> segments = new ArrayList<>();
    for (SegmentEntry entry : stream.view().ledger().segments()) {
      if (entry.state() != SegmentState.RETIRED) {
        segments.add(segment(stream, entry));
      }
    }
    return new StreamSnapshot(
        stream.name(),
        stream.hot().id(),
        stream.startOffset(),
        stream.nextOffset(),
        stream.durableOffset(),
        stream.archivedOffset(),
        stream.hot().unflushedBytes(),
        segments,
        failure(stream),
        stream.traffic());
  }

  /* With a stream that somebody deletes, or whose store was closed, nothing is wrong. */
  private static @Nullable String failure(EngineStream stream) {
    AofException refusal = stream.hot().refusal();
    boolean asked =
        refusal instanceof StreamClosedException || refusal instanceof StoreClosedException;
    return refusal == null || asked ? null : refusal.getMessage();
  }

  private static StreamSnapshot.Segment segment(EngineStream stream, SegmentEntry entry) {
    HotSegment active = entry.isSealed() ? null : hot(stream, entry);
    long next = active == null ? entry.nextOffset() : active.committedOffset();
    long bytes =
        active == null
            ? entry.bytes()
            : HotSegment.positionOf(active.committed()) - SegmentEntry.DATA_START;
    return new StreamSnapshot.Segment(
        entry.segmentId(),
        active != null && active.isTripped() ? SegmentState.SEALING : entry.state(),
        residency(stream, entry),
        entry.missing(Tier.TIER0) || entry.missing(Tier.TIER1) || entry.missing(Tier.TIER2),
        entry.baseOffset(),
        next,
        bytes,
        entry.compressedBytes(),
        entry.isSealed() ? entry.minTimestamp() : 0,
        entry.isSealed() ? entry.maxTimestamp() : 0,
        entry.in(Tier.TIER2) ? entry.objectKey() : null);
  }

  /* A warm file that was hydrated is there, although the manifest does not count on it. */
  private static Set<Tier> residency(EngineStream stream, SegmentEntry entry) {
    Set<Tier> tiers = EnumSet.noneOf(Tier.class);
    tiers.addAll(entry.residency());
    boolean warm = stream.warm().contains(entry.streamId(), entry.segmentId());
    if (warm && !entry.missing(Tier.TIER1)) {
      tiers.add(Tier.TIER1);
    }
    return tiers;
  }

  private static @Nullable HotSegment hot(EngineStream stream, SegmentEntry entry) {
    for (HotSegment segment : stream.hot().segments()) {
      if (segment.segmentId() == entry.segmentId()) {
        return segment;
      }
    }
    return null;
  }
}
