package io.bop.aof.io;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * The system's clocks.
 *
 * <p>Microseconds of wall time come from the monotonic clock and an anchor that is renewed every
 * second: the JDK's own way to ask for microseconds makes an object each time.
 */
final class SystemTime implements Time {

  private static final long ANCHOR_NANOS = 1_000_000_000L;

  private volatile Anchor anchor = Anchor.now();

  @Override
  public long wallMicros() {
    Anchor current = anchor;
    long elapsed = System.nanoTime() - current.nanos;
    if (elapsed > ANCHOR_NANOS) {
      current = Anchor.now();
      anchor = current;
      return current.micros;
    }
    return current.micros + elapsed / 1_000;
  }

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  private record Anchor(long nanos, long micros) {
    static Anchor now() {
      return new Anchor(System.nanoTime(), ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now()));
    }
  }
}
