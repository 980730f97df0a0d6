package io.bop.aof.recovery;

import io.bop.aof.AofException;
import io.bop.aof.SalvageRange;
import io.bop.aof.StaleWriterException;
import io.bop.aof.follower.BucketManifest;
import io.bop.aof.follower.FollowedManifest;
import io.bop.aof.format.ObjectKeys;
import io.bop.aof.manifest.Ledger;
import io.bop.aof.manifest.StreamLedger;
import io.bop.aof.tier2.Tier2;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.ToLongFunction;

/** Finds what a root holds that was taken over before it reached Tier 2. */
public final class Salvage {

  private Salvage() {}

  /**
   * The records behind what the chain says up to the chunk at which this root was shut out.
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
      long from = Math.max(stream.startOffset(), mine.archivedOffset(stream.streamId()));
      long to = nextOffset.applyAsLong(stream);
      if (!stream.deleted() && from < to) {
        ranges.add(new SalvageRange(stream.name(), from, to));
      }
    }
    ranges.sort(Comparator.comparing(SalvageRange::stream));
    return ranges;
  }
}
