package io.bop.aof;

/** Which way a call to Tier 2 goes; each way has a circuit breaker of its own. */
public enum Tier2Direction {
  /** Puts and deletes. */
  WRITE,
  /** Everything that changes nothing. */
  READ
}
