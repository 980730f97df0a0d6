package io.bop.aof.recovery;

import io.bop.aof.Tier;
import io.bop.aof.format.ManifestRecord;
import io.bop.aof.format.ReasonCode;
import io.bop.aof.io.Host;
import io.bop.aof.manifest.Ledger;
import io.bop.aof.manifest.ManifestLog;
import io.bop.aof.manifest.SegmentEntry;
import io.bop.aof.manifest.StreamLedger;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The first words of a writer that goes on where another machine's manifest ends: each stream
 * continues behind what reached Tier 2, and the local copies of that machine count no more.
 */
final class Takeover {

  private static final Logger log = LoggerFactory.getLogger(Takeover.class);

  private final Host host;
  private final ManifestLog manifest;

  private Takeover(Host host, ManifestLog manifest) {
    this.host = host;
    this.manifest = manifest;
  }

  /** Records it; durable with the next force of the manifest. */
  static void run(Host host, ManifestLog manifest) {
    new Takeover(host, manifest).run();
  }

  private void run() {
    Ledger ledger = manifest.ledger();
    Map<Long, Long> firstOffsets = new HashMap<>();
    for (StreamLedger stream : ledger.streams()) {
      if (!stream.deleted()) {
        long first = firstLost(stream);
        firstOffsets.put(stream.streamId(), first);
        log.info("stream continues behind what is archived: stream={} at={}", stream.name(), first);
      }
    }
    // Drops what is beyond the first offsets; only then is everything that is left in Tier 2.
    manifest.append(
        new ManifestRecord.WriterEpoch(
            host.time().wallMicros(), manifest.epoch(), host.entropy().nextUuid(), firstOffsets));
    for (StreamLedger stream : ledger.streams()) {
      for (SegmentEntry entry : List.copyOf(stream.segments())) {
        forgetLocal(entry, Tier.TIER0);
        forgetLocal(entry, Tier.TIER1);
      }
    }
  }

  /** Where the stream goes on: behind the last of its segments that is in Tier 2. */
  static long firstLost(StreamLedger stream) {
    long first = stream.sealedOffset();
    for (SegmentEntry entry = stream.last();
        entry != null && !entry.in(Tier.TIER2);
        entry = stream.before(entry.segmentId())) {
      boolean settled = entry.isSettled() && !entry.isEmpty();
      if (settled) {
        break;
      }
      first = Math.min(first, entry.baseOffset());
    }
    return first;
  }

  private void forgetLocal(SegmentEntry listed, Tier tier) {
    SegmentEntry entry = manifest.ledger().segment(listed.streamId(), listed.segmentId());
    if (entry == null || !(entry.in(tier) || entry.missing(tier))) {
      return;
    }
    long now = host.time().wallMicros();
    boolean elsewhere = entry.isSettled() || entry.in(Tier.TIER2);
    manifest.append(
        elsewhere
            ? new ManifestRecord.LocalEvicted(
                entry.streamId(),
                entry.segmentId(),
                now,
                tier.ordinal(),
                tier == Tier.TIER0 ? entry.slot() : 0,
                0)
            : new ManifestRecord.NeedsRecovery(
                entry.streamId(),
                entry.segmentId(),
                now,
                tier.ordinal(),
                ReasonCode.OBJECT_MISSING));
  }
}
