package io.bop.aof.tier2;

/** What a successful put found. Either way the object is there with exactly these bytes. */
public enum PutOutcome {
  /** This call wrote it, as far as is known. */
  CREATED,
  /** It was there: from an attempt whose answer was lost, or from before a crash. */
  ALREADY_THERE
}
