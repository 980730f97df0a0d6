package io.bop.aof.testkit.proof;

import org.jspecify.annotations.Nullable;

/** Counts of one simulation; used by whoever has the turn. */
final class Tally {
  long steps;
  long turns;
  long trace = 1;
  long acknowledged;
  long read;
  long crashes;
  long kills;
  long closes;
  long faults;

  private @Nullable AssertionError violation;

  /** A promise was broken where nobody sees what is thrown. */
  void violated(AssertionError what) {
    violation = violation == null ? what : violation;
  }

  void check() {
    AssertionError found = violation;
    if (found != null) {
      throw found;
    }
  }

  SimulationResult result(long seed) {
    return new SimulationResult(
        seed, trace, steps, turns, acknowledged, read, crashes, kills, closes, faults);
  }
}
