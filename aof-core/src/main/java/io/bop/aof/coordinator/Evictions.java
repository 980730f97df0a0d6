package io.bop.aof.coordinator;

import io.bop.aof.SegmentState;
import io.bop.aof.Tier;
import io.bop.aof.manifest.Ledger;
import io.bop.aof.manifest.SegmentEntry;
import io.bop.aof.tier0.HotCopy;
import io.bop.aof.tier1.WarmFileName;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Chooses which local copies go, least recently used first. Confined to the coordinator. */
final class Evictions {

  private final Parts parts;
  private final Ledger ledger;
  private final CopyFacts copyFacts;

  Evictions(Parts parts, Ledger ledger, CopyFacts copyFacts) {
    this.parts = parts;
    this.ledger = ledger;
    this.copyFacts = copyFacts;
  }

  /**
   * Hot copies to drop so that the pressure falls below where eviction begins.
   *
   * @param wanted whether a segment waits for a slot: then at least one goes, and a segment that
   *     has only a warm copy will do
   */
  List<SegmentEntry> hot(boolean wanted) {
    long limit = (long) (parts.slots().maxBytes() * parts.config().tier0().evictAt());
    long surplus = parts.slots().inUseBytes() - limit;
    if (surplus <= 0 && !wanted) {
      return List.of();
    }
    List<SegmentEntry> chosen = choose(surplus, wanted, false);
    if (chosen.isEmpty() && wanted) {
      chosen = choose(surplus, true, true);
    }
    return chosen;
  }

  private List<SegmentEntry> choose(long surplusBytes, boolean atLeastOne, boolean warmWillDo) {
    List<SegmentEntry> chosen = new ArrayList<>();
    long left = surplusBytes;
    for (HotCopy copy : parts.hotSet().leastRecentlyUsed(c -> safeBelow(c, warmWillDo) != null)) {
      if (left <= 0 && !(atLeastOne && chosen.isEmpty())) {
        break;
      }
      SegmentEntry entry = safeBelow(copy, warmWillDo);
      if (entry != null) {
        chosen.add(entry);
        left -= copy.slot().size();
      }
    }
    return chosen;
  }

  private @Nullable SegmentEntry safeBelow(HotCopy copy, boolean warmWillDo) {
    SegmentEntry entry = ledger.segment(copy.streamId(), copy.segmentId());
    if (entry == null || !entry.in(Tier.TIER0)) {
      return null;
    }
    boolean archived = entry.state() == SegmentState.UPLOADED && entry.in(Tier.TIER2);
    boolean warm =
        entry.in(Tier.TIER1) && parts.warm().contains(entry.streamId(), entry.segmentId());
    boolean warmIsLast = parts.tier2() == null || warmWillDo;
    return archived || (warm && warmIsLast) ? entry : null;
  }

  /**
   * Warm files to drop so that {@code neededBytes} more fit.
   *
   * @param reservedBytes promised to jobs that are under way
   * @return null when they do not fit whatever is dropped
   */
  @Nullable List<SegmentEntry> warm(long neededBytes, long reservedBytes) {
    long free =
        parts.config().tier1().maxBytes() - parts.warm().bytesUsed() - reservedBytes - neededBytes;
    List<SegmentEntry> chosen = new ArrayList<>();
    Set<SegmentKey> taken = new HashSet<>();
    while (free < 0) {
      Optional<WarmFileName> file =
          parts
              .warm()
              .leastRecentlyUsed(
                  (stream, segment) ->
                      !taken.contains(new SegmentKey(stream, segment)) && mayGo(stream, segment));
      if (file.isEmpty()) {
        return null;
      }
      SegmentEntry entry = ledger.segment(file.get().streamId(), file.get().segmentId());
      if (entry == null) {
        return null;
      }
      taken.add(SegmentKey.of(entry));
      chosen.add(entry);
      free += file.get().bytes();
    }
    return chosen;
  }

  /*
   * A damaged file may hold what the object lacks, and goes when another copy was read as a whole.
   * That of a segment that lacks its warm copy is damaged, or about to be verified: without it the
   * segment would ask for room at once, and for this very file.
   */
  private boolean mayGo(long streamId, long segmentId) {
    SegmentEntry entry = ledger.segment(streamId, segmentId);
    return entry != null
        && entry.state() == SegmentState.UPLOADED
        && entry.in(Tier.TIER2)
        && !entry.missing(Tier.TIER1)
        && !copyFacts.damaged(SegmentKey.of(entry)).contains(Tier.TIER1);
  }
}
