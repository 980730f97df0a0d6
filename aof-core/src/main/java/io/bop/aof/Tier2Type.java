package io.bop.aof;

/** The kind of object store behind Tier 2. */
public enum Tier2Type {
  /** A folder; the embedded default. */
  FILESYSTEM,
  /** Any S3-compatible service. */
  S3,
  /** No Tier 2: nothing leaves Tier 1 but by retention. */
  NONE
}
