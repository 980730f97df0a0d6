package io.bop.aof.store;

import io.bop.aof.AofSnapshot;
import io.bop.aof.AofSnapshot.ManifestUsage;
import io.bop.aof.AofSnapshot.TierUsage;
import io.bop.aof.CompressionProfile;
import io.bop.aof.FollowerStatus;
import io.bop.aof.RecoveryReport;
import io.bop.aof.SegmentState;
import io.bop.aof.Tier;
import io.bop.aof.follower.FollowerParts;
import io.bop.aof.follower.FollowerStore;
import io.bop.aof.manifest.Ledger;
import io.bop.aof.manifest.LedgerCounts;
import io.bop.aof.tier2.Tier2;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Takes snapshots of followers, from memory only. */
final class FollowerSnapshots {

  private FollowerSnapshots() {}

  static AofSnapshot take(FollowerStore store, Duration openTook, GuardedListener listener) {
    FollowerParts parts = store.parts();
    Ledger ledger = parts.manifest().ledger();
    LedgerCounts counts = ledger.counts();
    Map<SegmentState, Long> states = new EnumMap<>(SegmentState.class);
    for (SegmentState state : SegmentState.values()) {
      states.put(state, counts.segments(state));
    }
    FollowerStatus status = store.status();
    Tier2 tier2 = parts.tier2();
    RecoveryReport recovery =
        new RecoveryReport(
            false,
            false,
            true,
            store.isClosed() ? 0 : store.streamNames().size(),
            counts.segments(),
            0,
            0,
            0,
            List.of(),
            List.of(),
            openTook);
    return new AofSnapshot(
        ledger.storeId().toString(),
        parts.config().root().toString(),
        !store.isClosed(),
        recovery,
        store.streamSnapshots(),
        tiers(parts, counts),
        states,
        counts.missing(Tier.TIER2),
        0,
        Map.of(),
        0,
        0,
        0,
        store.hydrating(),
        0,
        0,
        CompressionProfile.BALANCED,
        tier2.writeState(),
        tier2.readState(),
        tier2.lastError(),
        StoreSnapshots.tier2Usage(tier2, parts.config().tier2().prices(), null),
        new ManifestUsage(ledger.chunkIndex(), ledger.records(), status.failure()),
        new AofSnapshot.Repairs(0, 0, 0, 0, 0),
        StoreSnapshots.storageFull(parts.room(), place -> false),
        new AofSnapshot.Scrub(false, false, 0, 0, 0, 0, null),
        listener.failures(),
        store.lastDrill(),
        status);
  }

  private static Map<Tier, TierUsage> tiers(FollowerParts parts, LedgerCounts counts) {
    Map<Tier, TierUsage> tiers = new EnumMap<>(Tier.class);
    tiers.put(Tier.TIER0, new TierUsage(0, 0, 0));
    tiers.put(
        Tier.TIER1,
        new TierUsage(
            parts.warm().bytesUsed(), parts.config().tier1().maxBytes(), parts.warm().count()));
    tiers.put(Tier.TIER2, new TierUsage(counts.bytes(Tier.TIER2), 0, counts.in(Tier.TIER2)));
    return tiers;
  }
}
