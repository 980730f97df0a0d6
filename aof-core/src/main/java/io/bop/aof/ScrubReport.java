package io.bop.aof;

import java.time.Duration;

/**
 * What one pass of the background verification found. Counts from the beginning of the pass, or
 * from the open where an earlier process began it.
 *
 * @param copies that are intact
 * @param bytes read for it
 * @param damaged copies that are not; each is looked at once more before it is called lost
 * @param unverified copies of which there was no telling, because Tier 2 did not answer or a file
 *     could not be opened
 * @param took how long it took, at its bounded rate
 */
public record ScrubReport(long copies, long bytes, long damaged, long unverified, Duration took) {}
