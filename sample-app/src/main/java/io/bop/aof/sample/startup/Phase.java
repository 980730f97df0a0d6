package io.bop.aof.sample.startup;

/** Where a start is. */
public enum Phase {
  /** The store is open; nothing was read yet. */
  STARTING,
  /** Reads and compares what an earlier start left. */
  VERIFYING,
  /** Appends flights. */
  APPENDING,
  /** Waits for the sealed segments to reach Tier 2. */
  MOVING,
  /** Reads everything from the start and compares. */
  REPLAYING,
  /** The start is over; HTTP goes on. */
  SERVING,
  /** The store does not hold what was written. */
  FAILED
}
