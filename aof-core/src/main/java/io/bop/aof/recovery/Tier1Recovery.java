package io.bop.aof.recovery;

import io.bop.aof.SegmentState;
import io.bop.aof.Tier;
import io.bop.aof.format.ManifestRecord;
import io.bop.aof.format.ReasonCode;
import io.bop.aof.io.Host;
import io.bop.aof.manifest.ManifestLog;
import io.bop.aof.manifest.SegmentEntry;
import io.bop.aof.manifest.StreamLedger;
import io.bop.aof.tier1.WarmFileName;
import io.bop.aof.tier1.WarmFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Compares the warm files that are there with those that the manifest counts on. */
public final class Tier1Recovery {

  private static final Logger log = LoggerFactory.getLogger(Tier1Recovery.class);

  private final Host host;
  private final WarmFiles warm;
  private final ManifestLog manifest;
  private final RecoveryFindings findings;
  private final Set<Long> named = new HashSet<>();

  private Tier1Recovery(
      Host host, WarmFiles warm, ManifestLog manifest, RecoveryFindings findings) {
    this.host = host;
    this.warm = warm;
    this.manifest = manifest;
    this.findings = findings;
  }

  /** Removes files that nobody counts on, and marks those that are missing. */
  public static void run(Host host, WarmFiles warm, ManifestLog manifest, RecoveryFindings findings)
      throws IOException {
    new Tier1Recovery(host, warm, manifest, findings).run();
  }

  private void run() throws IOException {
    warm.sweep();
    for (WarmFileName file : warm.list()) {
      look(file);
    }
    for (StreamLedger stream : manifest.ledger().streams()) {
      for (SegmentEntry entry : List.copyOf(stream.segments())) {
        boolean living = entry.state() != SegmentState.RETIRED;
        if (living && entry.in(Tier.TIER1) && !warm.contains(entry.streamId(), entry.segmentId())) {
          needsRecovery(stream.name(), entry, ReasonCode.OBJECT_MISSING);
        }
      }
    }
  }

  private void look(WarmFileName file) throws IOException {
    StreamLedger stream = manifest.ledger().stream(file.streamId());
    SegmentEntry entry = manifest.ledger().segment(file.streamId(), file.segmentId());
    if (stream == null || !isWanted(entry, file.bytes())) {
      log.info(
          "warm file that the manifest does not count on is removed: streamId={} segment={}",
          file.streamId(),
          file.segmentId());
      warm.delete(file.streamId(), file.segmentId());
    } else if (entry != null && entry.in(Tier.TIER1)) {
      if (entry.compressedBytes() != file.bytes()) {
        needsRecovery(stream.name(), entry, ReasonCode.CORRUPT);
      }
    } else if (named.add(file.streamId())) {
      forceNames(warm.path(file.streamId(), file.segmentId()).getParent());
    }
  }

  /*
   * What is found may be the only copy soon, and a process that was killed may not have come to
   * force its name, or that of its folder.
   */
  private void forceNames(@Nullable Path folder) throws IOException {
    if (folder != null) {
      host.disk().createDirectories(folder);
      host.disk().syncDirectory(folder);
    }
  }

  private void needsRecovery(String stream, SegmentEntry entry, int reason) {
    findings.needsRecovery(stream, entry.segmentId(), Tier.TIER1);
    manifest.append(
        new ManifestRecord.NeedsRecovery(
            entry.streamId(),
            entry.segmentId(),
            host.time().wallMicros(),
            Tier.TIER1.ordinal(),
            reason));
  }

  /*
   * A copy of the object that was hydrated is not in the manifest, and welcome all the same. A file
   * of a segment that lacks a copy may be the last one there is: it is kept, and verified later.
   */
  private static boolean isWanted(@Nullable SegmentEntry entry, long bytes) {
    if (entry == null || !entry.isSealed() || entry.state() == SegmentState.RETIRED) {
      return false;
    }
    boolean surplus = entry.in(Tier.TIER2) && !entry.in(Tier.TIER1) && !entry.missing(Tier.TIER1);
    return !surplus || entry.compressedBytes() == bytes;
  }
}
