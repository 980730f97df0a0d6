package io.bop.aof.testkit;

import io.bop.aof.io.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/** Clocks that move only when they are told to. Thread-safe. */
public final class ManualClock implements Time {

  private static final long MICROS_PER_SECOND = 1_000_000;
  private static final long NANOS_PER_MICRO = 1_000;

  private final AtomicLong nanos = new AtomicLong();
  private final AtomicLong wallOffsetMicros;

  /** Begins at 2026-01-01T00:00:00Z. */
  public ManualClock() {
    this(Instant.parse("2026-01-01T00:00:00Z"));
  }

  /** Begins at that wall time; monotonic time begins at 0. */
  public ManualClock(Instant start) {
    long micros = start.getEpochSecond() * MICROS_PER_SECOND + start.getNano() / NANOS_PER_MICRO;
    this.wallOffsetMicros = new AtomicLong(micros);
  }

  /** Moves both clocks forward. */
  public void advance(Duration by) {
    advanceNanos(by.toNanos());
  }

  /** Moves both clocks forward; {@code by} is at least 0. */
  public void advanceNanos(long by) {
    if (by < 0) {
      throw new IllegalArgumentException("monotonic time does not go back: nanos=" + by);
    }
    nanos.addAndGet(by);
  }

  /** Sets the wall clock forward or back, as an administrator or NTP would. */
  public void shiftWall(Duration by) {
    wallOffsetMicros.addAndGet(by.toNanos() / NANOS_PER_MICRO);
  }

  @Override
  public long wallMicros() {
    return wallOffsetMicros.get() + nanos.get() / NANOS_PER_MICRO;
  }

  @Override
  public long nanoTime() {
    return nanos.get();
  }
}
