package io.bop.aof;

/** How safe a record is when its append is acknowledged. */
public enum Durability {
  /** In the mapped file: survives the death of the process, not of the machine. */
  MEMORY,
  /** Forced to disk: survives the machine's loss of power. */
  FLUSHED,
  /** In Tier 2 and recorded there: as safe as the store behind Tier 2. */
  ARCHIVED
}
