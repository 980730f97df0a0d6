package io.bop.aof.testkit.simulation;

import io.bop.aof.io.Time;

/**
 * The clocks of a simulated machine. They move when the scheduler moves them, and a little with
 * each look, so that a loop that waits for a time ends. Used only by whoever has the turn.
 */
final class SimulatedTime implements Time {

  private static final long LOOK_NANOS = 50;

  private long nanos;
  private long wallOffsetMicros;

  SimulatedTime(long nanos, long wallOffsetMicros) {
    this.nanos = nanos;
    this.wallOffsetMicros = wallOffsetMicros;
  }

  @Override
  public long wallMicros() {
    return wallOffsetMicros + nanos / 1_000;
  }

  @Override
  public long nanoTime() {
    nanos += LOOK_NANOS;
    return nanos;
  }

  long now() {
    return nanos;
  }

  long wallOffsetMicros() {
    return wallOffsetMicros;
  }

  void advanceTo(long at) {
    nanos = Math.max(nanos, at);
  }

  void advance(long by) {
    nanos += by;
  }

  void setWallClock(long byMicros) {
    wallOffsetMicros += byMicros;
  }
}
