package io.bop.aof.coordinator;

import io.bop.aof.Tier;
import io.bop.aof.coordinator.SegmentLifecycle.Facts;
import io.bop.aof.manifest.SegmentEntry;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of damaged local copies, as pure functions.
 *
 * <p>A copy that the manifest counts on is only believed to be whole. If it is damaged too, in
 * other places, then the one that is known to be damaged holds what it lacks. So a damaged copy
 * stays where readers find it until another one has been read as a whole: for that, or when a new
 * one was made from it. If all are damaged, all stay.
 */
final class DamagedCopies {

  private DamagedCopies() {}

  /** The local tiers with a file that is known to be damaged. */
  static Set<Tier> files(SegmentEntry entry, Facts facts) {
    Set<Tier> tiers = EnumSet.noneOf(Tier.class);
    for (Tier tier : facts.present()) {
      if (entry.missing(tier) || facts.damaged().contains(tier)) {
        tiers.add(tier);
      }
    }
    return tiers;
  }

  /** Whether a tier has a copy that is believed to be whole. */
  static boolean isBelieved(SegmentEntry entry, Tier tier, Facts facts) {
    return switch (tier) {
      case TIER0 -> entry.in(Tier.TIER0) && facts.hot();
      // One that was hydrated is not in the manifest.
      case TIER1 -> facts.warm() && !entry.missing(Tier.TIER1);
      case TIER2 -> entry.in(Tier.TIER2) && facts.tier2();
    };
  }

  /** The copy to read as a whole so that damaged ones may go; null: none may, or there is none. */
  static @Nullable Tier witness(SegmentEntry entry, Facts facts) {
    if (files(entry, facts).isEmpty()) {
      return null;
    }
    for (Tier tier : Tier.values()) {
      if (isBelieved(entry, tier, facts)) {
        return tier;
      }
    }
    return null;
  }
}
