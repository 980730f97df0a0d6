package io.bop.aof;

import java.time.Duration;
import java.util.List;

/**
 * What a look at all copies of some segments found.
 *
 * @param segments sealed segments that were looked at
 * @param copies of them that are intact
 * @param bytes read for it
 * @param damaged copies that are not, as {@code segment tier: what}; each is looked at once more
 *     before it is called lost, and made again from another one then
 * @param unverified copies of which there was no telling, as {@code segment tier: why}
 * @param took how long it took
 */
public record VerifyReport(
    int segments,
    int copies,
    long bytes,
    List<String> damaged,
    List<String> unverified,
    Duration took) {

  /** Copies the lists. */
  public VerifyReport {
    damaged = List.copyOf(damaged);
    unverified = List.copyOf(unverified);
  }
}
