package io.bop.aof.coordinator;

import io.bop.aof.io.Time;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether ages by the wall clock mean anything: somebody may have set it. Confined to the
 * coordinator.
 *
 * <p>From one look to the next the wall clock may move five minutes more or less than the monotonic
 * one. After a larger step it is not believed until it is back where it would be, or the store is
 * opened again: retention that waits can be made up for, and history that is gone cannot.
 */
final class ClockWatch {

  /** The largest step that passes. */
  static final Duration LARGEST_STEP = Duration.ofMinutes(5);

  private static final Logger log = LoggerFactory.getLogger(ClockWatch.class);

  private final Time time;
  private long difference;
  private boolean steady = true;

  ClockWatch(Time time) {
    this.time = time;
    this.difference = difference();
  }

  /* Microseconds from the monotonic to the wall clock; the same for ever unless one is set. */
  private long difference() {
    return time.wallMicros() - TimeUnit.NANOSECONDS.toMicros(time.nanoTime());
  }

  /** Looks at both clocks; false: ages by the wall clock mean nothing now. */
  boolean isSteady() {
    long now = difference();
    long step = now - difference;
    boolean wasSteady = steady;
    steady = Math.abs(step) <= TimeUnit.SECONDS.toMicros(LARGEST_STEP.toSeconds());
    if (steady) {
      difference = now;
    }
    if (wasSteady && !steady) {
      log.warn(
          "wall clock was set, retention by age is suspended: stepSeconds={}"
              + " action=set the clock back, or reopen the store if it is right now",
          TimeUnit.MICROSECONDS.toSeconds(step));
    } else if (steady && !wasSteady) {
      log.info("wall clock is back, retention by age goes on");
    }
    return steady;
  }
}
