package io.bop.aof.tier2;

import io.bop.aof.Tier2Direction;

/** A kind of call. */
public enum Tier2Operation {
  /** Creating an object. */
  PUT(Tier2Direction.WRITE),
  /** Reading a whole object. */
  GET(Tier2Direction.READ),
  /** Reading a range of an object. */
  GET_RANGE(Tier2Direction.READ),
  /** Asking for size and metadata. */
  HEAD(Tier2Direction.READ),
  /** Listing keys. */
  LIST(Tier2Direction.READ),
  /** Removing an object. */
  DELETE(Tier2Direction.WRITE),
  /** Finding out whether Tier 2 is back; it counts for the direction that it tests. */
  PROBE(Tier2Direction.READ);

  private final Tier2Direction direction;

  Tier2Operation(Tier2Direction direction) {
    this.direction = direction;
  }

  /** Which way it goes. */
  public Tier2Direction direction() {
    return direction;
  }
}
