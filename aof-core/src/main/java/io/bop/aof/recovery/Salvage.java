package io.bop.aof.recovery;

import io.bop.aof.AofException;
import io.bop.aof.SalvageRange;
import io.bop.aof.SegmentState;
import io.bop.aof.StaleWriterException;
import io.bop.aof.Tier;
import io.bop.aof.follower.BucketManifest;
import io.bop.aof.follower.FollowedManifest;
import io.bop.aof.format.ObjectKeys;
import io.bop.aof.manifest.Ledger;
import io.bop.aof.manifest.SegmentEntry;
import io.bop.aof.manifest.StreamLedger;
import io.bop.aof.tier2.Tier2;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Finds what a root holds that was taken over before it reached Tier 2. */
public final class Salvage {

  private Salvage() {}

  /**
   * The records that are not in Tier 2 by what the chain says up to the chunk at which this root
   * was shut out. By stream, and by rising offset.
   *
   * @param stale what is known of the takeover
   * @param local the root's own ledger
   * @param nextOffset where each stream ends in this root
   * @throws AofException when the note of the takeover does not name the chunk
   */
  public static List<SalvageRange> ranges(
      Path root,
      StaleWriterException stale,
      Tier2 tier2,
      Ledger local,
      ToLongFunction<StreamLedger> nextOffset)
      throws IOException {
    OptionalLong lost = ObjectKeys.parseManifestChunk(stale.owner());
    if (lost.isEmpty()) {
      throw new AofException(
          "what was lost cannot be told, the note of the takeover is damaged: root="
              + root
              + " owner="
              + stale.owner());
    }
    Ledger mine = FollowedManifest.at(BucketManifest.open(tier2), lost.getAsLong() - 1);
    List<SalvageRange> ranges = new ArrayList<>();
    for (StreamLedger stream : local.streams()) {
      if (!stream.deleted()) {
        StreamLedger known = mine.stream(stream.streamId());
        ranges.addAll(ranges(stream, known, nextOffset.applyAsLong(stream)));
      }
    }
    ranges.sort(Comparator.comparing(SalvageRange::stream).thenComparingLong(SalvageRange::from));
    return ranges;
  }

  /**
   * Of one stream. The writer that took over went on behind the last segment in Tier 2; what lacks
   * an object in front of that is lost there too.
   *
   * @param known the stream as the chain has it; null: not at all
   * @param end of the stream here
   */
  static List<SalvageRange> ranges(StreamLedger stream, @Nullable StreamLedger known, long end) {
    long takenOver = known == null ? 0 : Takeover.firstLost(known);
    List<SalvageRange> ranges = new ArrayList<>();
    if (known != null) {
      for (SegmentEntry entry : known.segments()) {
        boolean living = entry.isSealed() && entry.state() != SegmentState.RETIRED;
        if (living && !entry.in(Tier.TIER2)) {
          add(ranges, stream, entry.baseOffset(), Math.min(entry.nextOffset(), takenOver));
        }
      }
    }
    add(ranges, stream, takenOver, end);
    return ranges;
  }

  /* By rising offset. */
  private static void add(List<SalvageRange> ranges, StreamLedger stream, long first, long end) {
    long from = Math.max(first, stream.startOffset());
    if (from >= end) {
      return;
    }
    SalvageRange last = ranges.isEmpty() ? null : ranges.get(ranges.size() - 1);
    if (last != null && last.to() == from) {
      ranges.set(ranges.size() - 1, new SalvageRange(stream.name(), last.from(), end));
    } else {
      ranges.add(new SalvageRange(stream.name(), from, end));
    }
  }
}
