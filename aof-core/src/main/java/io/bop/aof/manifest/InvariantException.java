package io.bop.aof.manifest;

import io.bop.aof.AofException;

/** A record or a ledger breaks an {@link Invariant}; nothing was written. */
public class InvariantException extends AofException {

  private static final long serialVersionUID = 1L;

  private final Invariant invariant;

  /** With the invariant and the facts, as {@code key=value}. */
  public InvariantException(Invariant invariant, String facts) {
    super("manifest invariant broken: invariant=" + invariant + " " + facts);
    this.invariant = invariant;
  }

  /** Which one. */
  public Invariant invariant() {
    return invariant;
  }
}
