package io.bop.aof.spring.boot.metrics;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * Upper limits of histogram buckets that timers have by default. What the application sets below
 * {@code management.metrics.distribution} is taken instead.
 */
public enum Buckets {
  /** None: count, sum and maximum only. */
  NONE,
  /** Of what happens in memory: 1 µs to 1 s. */
  MEMORY(1, 2, 5, 10, 25, 50, 100, 1_000, 10_000, 100_000, 1_000_000),
  /** Of forces of a disk: 50 µs to 10 s. */
  DISK(50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 100_000, 1_000_000, 10_000_000),
  /** Of waits for room: 100 µs to 10 s. */
  WAIT(100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000),
  /** Of requests to another machine: 5 ms to 60 s. */
  REMOTE(
      5_000,
      10_000,
      25_000,
      50_000,
      100_000,
      250_000,
      500_000,
      1_000_000,
      2_500_000,
      10_000_000,
      60_000_000);

  // It is never handed out.
  @SuppressWarnings("ImmutableEnumChecker")
  private final long[] micros;

  Buckets(long... micros) {
    this.micros = micros;
  }

  /** The limits, rising. */
  public Duration[] limits() {
    return Arrays.stream(micros)
        .mapToObj(limit -> Duration.ofNanos(TimeUnit.MICROSECONDS.toNanos(limit)))
        .toArray(Duration[]::new);
  }
}
