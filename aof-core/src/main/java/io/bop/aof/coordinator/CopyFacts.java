package io.bop.aof.coordinator;

import io.bop.aof.Tier;
import io.bop.aof.manifest.SegmentEntry;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is known of copies beside the manifest: which files there are, and which of them are damaged
 * and stay because no other is known to be whole. Confined to the coordinator.
 */
final class CopyFacts {

  private final Parts parts;
  private final Map<SegmentKey, Set<Tier>> damaged = new HashMap<>();
  private final Map<SegmentKey, Set<Tier>> suspected = new HashMap<>();

  CopyFacts(Parts parts) {
    this.parts = parts;
  }

  /** The local tiers that have a file of it. */
  Set<Tier> present(SegmentKey key) {
    Set<Tier> tiers = EnumSet.noneOf(Tier.class);
    if (parts.hotSet().get(key.streamId(), key.segmentId()) != null) {
      tiers.add(Tier.TIER0);
    }
    if (parts.warm().contains(key.streamId(), key.segmentId())) {
      tiers.add(Tier.TIER1);
    }
    return tiers;
  }

  /** The tiers whose copy was found damaged and not replaced since. */
  Set<Tier> damaged(SegmentKey key) {
    return damaged.getOrDefault(key, Set.of());
  }

  /** Something happened to the segment. */
  void note(SegmentEntry entry, SegmentEvent event) {
    SegmentKey key = SegmentKey.of(entry);
    if (event instanceof SegmentEvent.CopyLost lost) {
      damaged.computeIfAbsent(key, k -> EnumSet.noneOf(Tier.class)).add(lost.tier());
    } else if (event instanceof SegmentEvent.Compressed || event instanceof SegmentEvent.Hydrated) {
      clear(key, Tier.TIER1);
    } else if (event instanceof SegmentEvent.Uploaded) {
      clear(key, Tier.TIER2);
    }
  }

  /** Somebody could not use a copy, and there is no looking at it now. */
  void suspect(SegmentKey key, Tier tier) {
    suspected.computeIfAbsent(key, k -> EnumSet.noneOf(Tier.class)).add(tier);
  }

  /** A tier that was suspected; null: none. */
  @Nullable Tier takeSuspicion(SegmentKey key) {
    Set<Tier> tiers = suspected.get(key);
    if (tiers == null) {
      return null;
    }
    Tier tier = tiers.iterator().next();
    remove(suspected, key, tier);
    return tier;
  }

  /** The damaged file is not there any more. */
  void clear(SegmentKey key, Tier tier) {
    remove(damaged, key, tier);
  }

  private static void remove(Map<SegmentKey, Set<Tier>> from, SegmentKey key, Tier tier) {
    from.computeIfPresent(
        key,
        (k, tiers) -> {
          tiers.remove(tier);
          return tiers.isEmpty() ? null : tiers;
        });
  }

  /** The segment is no more. */
  void forget(SegmentKey key) {
    damaged.remove(key);
    suspected.remove(key);
  }
}
