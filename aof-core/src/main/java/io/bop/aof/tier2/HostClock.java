package io.bop.aof.tier2;

import io.bop.aof.io.Time;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/** Monotonic time as Resilience4j wants it: a wall clock that is set must not open or close it. */
final class HostClock extends Clock {

  private final Time time;
  private final Instant anchor;
  private final long anchorNanos;

  HostClock(Time time) {
    this.time = time;
    this.anchor = Instant.EPOCH.plus(time.wallMicros(), ChronoUnit.MICROS);
    this.anchorNanos = time.nanoTime();
  }

  @Override
  public Instant instant() {
    return anchor.plusNanos(time.nanoTime() - anchorNanos);
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return Clock.fixed(instant(), zone);
  }
}
