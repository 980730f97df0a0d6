package io.bop.aof.recovery;

import io.bop.aof.SegmentState;
import io.bop.aof.Tier;
import io.bop.aof.format.ManifestRecord;
import io.bop.aof.format.ReasonCode;
import io.bop.aof.io.Host;
import io.bop.aof.manifest.Ledger;
import io.bop.aof.manifest.ManifestLog;
import io.bop.aof.manifest.SegmentEntry;
import io.bop.aof.manifest.StreamLedger;
import io.bop.aof.tier1.WarmFileName;
import io.bop.aof.tier1.WarmFiles;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Compares the warm files that are there with those that the manifest counts on. */
public final class Tier1Recovery {

  private static final Logger log = LoggerFactory.getLogger(Tier1Recovery.class);

  private Tier1Recovery() {}

  /** Removes files that nobody counts on, and marks those that are missing. */
  public static void run(Host host, WarmFiles warm, ManifestLog manifest, RecoveryFindings findings)
      throws IOException {
    Ledger ledger = manifest.ledger();
    warm.sweep();
    for (WarmFileName file : warm.list()) {
      SegmentEntry entry = ledger.segment(file.streamId(), file.segmentId());
      if (!isWanted(entry, file.bytes())) {
        log.info(
            "warm file that the manifest does not count on is removed: streamId={} segment={}",
            file.streamId(),
            file.segmentId());
        warm.delete(file.streamId(), file.segmentId());
      }
    }
    for (StreamLedger stream : ledger.streams()) {
      for (SegmentEntry entry : List.copyOf(stream.segments())) {
        if (entry.in(Tier.TIER1) && !warm.contains(entry.streamId(), entry.segmentId())) {
          findings.needsRecovery(stream.name(), entry.segmentId(), Tier.TIER1);
          manifest.append(
              new ManifestRecord.NeedsRecovery(
                  entry.streamId(),
                  entry.segmentId(),
                  host.time().wallMicros(),
                  Tier.TIER1.ordinal(),
                  ReasonCode.OBJECT_MISSING));
        }
      }
    }
  }

  /* A copy of the object that was hydrated is not in the manifest, and welcome all the same. */
  private static boolean isWanted(@Nullable SegmentEntry entry, long bytes) {
    return entry != null
        && entry.compressedBytes() == bytes
        && (entry.in(Tier.TIER1) || entry.state() == SegmentState.UPLOADED);
  }
}
