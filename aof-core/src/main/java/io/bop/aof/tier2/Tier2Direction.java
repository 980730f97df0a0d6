package io.bop.aof.tier2;

/** Which way a call goes; each has a circuit breaker of its own. */
public enum Tier2Direction {
  /** Puts and deletes. */
  WRITE,
  /** Everything that changes nothing. */
  READ
}
