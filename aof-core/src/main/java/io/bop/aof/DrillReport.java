package io.bop.aof;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * What a drill proved: that the store can be rebuilt from Tier 2 alone, as far as it was looked at.
 *
 * @param startedAt when it began
 * @param took how long it took
 * @param chunk newest manifest chunk that was applied; -1: none
 * @param streams streams in the catalogue that was rebuilt
 * @param segments segments in it that Tier 2 holds
 * @param segmentsRead how many of them were fetched and read to their end
 * @param recordsRead records that were read and found intact
 * @param bytesFetched bytes of the objects that were fetched
 * @param failures what could not be rebuilt, and where; empty: all was proved
 */
public record DrillReport(
    Instant startedAt,
    Duration took,
    long chunk,
    int streams,
    long segments,
    int segmentsRead,
    long recordsRead,
    long bytesFetched,
    List<String> failures) {

  /** Copies the list. */
  public DrillReport {
    failures = List.copyOf(failures);
  }

  /** Whether everything that was looked at is intact. */
  public boolean passed() {
    return failures.isEmpty();
  }
}
