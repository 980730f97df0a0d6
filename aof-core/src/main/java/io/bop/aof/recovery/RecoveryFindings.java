package io.bop.aof.recovery;

import io.bop.aof.RecoveryReport;
import io.bop.aof.Tier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What an open finds; becomes its {@link RecoveryReport}. Confined to the thread that opens. */
public final class RecoveryFindings {

  private static final int MOST_NAMED = 100;

  private final List<String> quarantined = new ArrayList<>();
  private final List<String> needsRecovery = new ArrayList<>();
  private int scannedSegments;
  private long recoveredRecords;
  private long truncatedBytes;
  private long unnamed;

  /** Nothing yet. */
  public RecoveryFindings() {}

  void scanned(long records, long tornBytes) {
    scannedSegments++;
    recoveredRecords += records;
    truncatedBytes += tornBytes;
  }

  void quarantined(String file) {
    quarantined.add(file);
  }

  void needsRecovery(String stream, long segment, Tier tier) {
    if (needsRecovery.size() < MOST_NAMED) {
      needsRecovery.add(stream + "/" + segment + ": " + tier);
    } else {
      unnamed++;
    }
  }

  /** The manifest's newest chunk ended in the middle of a record. */
  public void tornManifest(long bytes) {
    truncatedBytes += bytes;
  }

  /** All of it. */
  public RecoveryReport report(
      boolean created, boolean restored, int streams, long segments, Duration took) {
    List<String> named = new ArrayList<>(needsRecovery);
    if (unnamed > 0) {
      named.add("and " + unnamed + " more");
    }
    boolean clean = scannedSegments == 0 && truncatedBytes == 0 && quarantined.isEmpty();
    return new RecoveryReport(
        created,
        restored,
        clean,
        streams,
        segments,
        scannedSegments,
        recoveredRecords,
        truncatedBytes,
        quarantined,
        named,
        took);
  }
}
