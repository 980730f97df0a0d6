package io.bop.aof;

/** Where a copy of a segment can live. */
public enum Tier {
  /** Memory-mapped slots on the local disk. */
  TIER0,
  /** Compressed, seekable files on the local disk. */
  TIER1,
  /** Objects in the object store. */
  TIER2
}
