package io.bop.aof;

/**
 * How far a segment has come. Which tiers hold its bytes is a different question, see {@link Tier}.
 *
 * <pre>
 *   ACTIVE → SEALING → SEALED → COMPRESSED → UPLOADED → RETIRED
 *                        └────────────┴───────────┴──────→ RETIRED
 * </pre>
 */
public enum SegmentState {
  /** Receives records. */
  ACTIVE,
  /** Receives nothing any more; is being made durable and immutable. */
  SEALING,
  /** Immutable, durable, with index and footer. */
  SEALED,
  /** Has a verified warm file. */
  COMPRESSED,
  /** The object store confirmed its object, and the manifest says so. */
  UPLOADED,
  /** Removed by retention, truncation or deletion. */
  RETIRED
}
