package io.bop.aof;

import java.time.Duration;
import java.util.List;

/**
 * What an open found and did.
 *
 * @param created whether the store is new
 * @param restored whether it was brought back from Tier 2 by this open
 * @param cleanClose whether the last process closed the store
 * @param streams how many streams there are
 * @param segments how many segments the manifest counts
 * @param scannedSegments unsealed segments whose records were walked
 * @param recoveredRecords records found intact in them
 * @param truncatedBytes bytes of torn tails that were cut; records that were never acknowledged
 * @param quarantined files set aside, by name
 * @param needsRecovery what lacks a copy that the manifest counts: {@code stream/segment: tier}
 * @param took how long the open took
 */
public record RecoveryReport(
    boolean created,
    boolean restored,
    boolean cleanClose,
    int streams,
    long segments,
    int scannedSegments,
    long recoveredRecords,
    long truncatedBytes,
    List<String> quarantined,
    List<String> needsRecovery,
    Duration took) {

  /** Copies the lists. */
  public RecoveryReport {
    quarantined = List.copyOf(quarantined);
    needsRecovery = List.copyOf(needsRecovery);
  }
}
