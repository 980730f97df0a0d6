package io.bop.aof;

import org.jspecify.annotations.Nullable;

/** Tier 2 does not answer; hot and warm data and appends go on. */
public class Tier2UnavailableException extends AofException {

  private static final long serialVersionUID = 1L;

  private final BreakerState breakerState;
  private final String reason;

  /** Builds the message from the facts. */
  public Tier2UnavailableException(
      BreakerState breakerState, String reason, @Nullable Throwable cause) {
    super("tier 2 unavailable: breaker=" + breakerState + " reason=" + reason, cause);
    this.breakerState = breakerState;
    this.reason = reason;
  }

  /** The state of the circuit breaker. */
  public BreakerState breakerState() {
    return breakerState;
  }

  /** What failed. */
  public String reason() {
    return reason;
  }
}
