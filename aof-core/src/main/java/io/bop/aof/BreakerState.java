package io.bop.aof;

/** State of the circuit breaker that guards Tier 2. */
public enum BreakerState {
  /** Calls go through. */
  CLOSED,
  /** Calls fail at once; uploads wait. */
  OPEN,
  /** A few calls go through to find out whether Tier 2 is back. */
  HALF_OPEN
}
