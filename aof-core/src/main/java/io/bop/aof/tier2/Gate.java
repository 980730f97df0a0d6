package io.bop.aof.tier2;

import io.bop.aof.io.Time;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** What all calls of one direction share: breaker, counters, the newest error. Thread-safe. */
final class Gate implements AutoCloseable {

  private final Breaker breaker;
  private final Counters counters = new Counters();
  private final LongAdder abandoned = new LongAdder();
  private final Time time;
  private volatile @Nullable LastError lastError;

  Gate(Time time, Breaker breaker) {
    this.time = time;
    this.breaker = breaker;
  }

  /**
   * An error and when it was.
   *
   * @param nanos monotonic
   */
  record LastError(String text, long nanos) {
    static @Nullable LastError newer(@Nullable LastError a, @Nullable LastError b) {
      if (a == null || b == null) {
        return a == null ? b : a;
      }
      return a.nanos - b.nanos > 0 ? a : b;
    }
  }

  Breaker breaker() {
    return breaker;
  }

  Tier2Stats.Calls stats() {
    @Nullable LastError last = lastError;
    return counters.snapshot(
        breaker,
        last == null
            ? null
            : new Tier2Stats.Failure(
                last.text(), Duration.ofNanos(Math.max(0, time.nanoTime() - last.nanos()))));
  }

  Counters counters() {
    return counters;
  }

  void abandonedOne() {
    abandoned.increment();
  }

  long abandoned() {
    return abandoned.sum();
  }

  void failed(Throwable failure) {
    lastError = new LastError(String.valueOf(failure.getMessage()), time.nanoTime());
  }

  @Nullable LastError lastError() {
    return lastError;
  }

  @Override
  public void close() {
    breaker.close();
  }
}
