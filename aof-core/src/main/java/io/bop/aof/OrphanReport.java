package io.bop.aof;

import java.util.List;

/**
 * Segment objects in Tier 2 that no record names: uploads of writers that were killed or shut out.
 *
 * @param objects segment objects in Tier 2
 * @param bytes their bytes
 * @param orphans those that no record names, by key; of many only the first
 * @param orphanCount how many there are
 * @param orphanBytes their bytes
 * @param foreignKeys objects in the folder of the segments whose keys are none of this engine; they
 *     are never touched
 * @param deletesQueued how many of the orphans will be deleted, after the grace; 0 in a dry run
 */
public record OrphanReport(
    long objects,
    long bytes,
    List<Orphan> orphans,
    long orphanCount,
    long orphanBytes,
    long foreignKeys,
    long deletesQueued) {

  /** Copies the list. */
  public OrphanReport {
    orphans = List.copyOf(orphans);
  }

  /**
   * An object that no record names.
   *
   * @param key its key
   * @param bytes its size
   * @param epoch of the writer that made it
   */
  public record Orphan(String key, long bytes, long epoch) {}
}
