package io.bop.aof.spring.core;

import io.bop.aof.ReadFrom;
import io.bop.aof.ReadOptions;
import java.time.Duration;
import java.util.Objects;
import java.util.function.BooleanSupplier;

/**
 * How to follow a stream. Immutable.
 *
 * @param from where to begin
 * @param readOptions how to read
 * @param stopWhen the tail ends when this is true; asked before each record and, while nothing
 *     comes, every {@code checkEvery}
 * @param checkEvery longest time between two questions, positive
 */
public record TailOptions(
    ReadFrom from, ReadOptions readOptions, BooleanSupplier stopWhen, Duration checkEvery) {

  private static final Duration CHECK_EVERY = Duration.ofMillis(100);

  /** Checks the interval. */
  public TailOptions {
    Objects.requireNonNull(from, "from");
    Objects.requireNonNull(readOptions, "readOptions");
    Objects.requireNonNull(stopWhen, "stopWhen");
    if (checkEvery.isNegative() || checkEvery.isZero()) {
      throw new IllegalArgumentException("checkEvery must be positive: " + checkEvery);
    }
  }

  /** Begins there and goes on until closed; asks every 100 ms. */
  public static TailOptions from(ReadFrom from) {
    return new TailOptions(from, ReadOptions.defaults(), () -> false, CHECK_EVERY);
  }

  /** Begins behind the newest record and goes on until closed. */
  public static TailOptions latest() {
    return from(ReadFrom.latest());
  }

  /** Begins at the oldest readable record and goes on until closed. */
  public static TailOptions earliest() {
    return from(ReadFrom.earliest());
  }

  /** These options with another stop condition. */
  public TailOptions stopWhen(BooleanSupplier value) {
    return new TailOptions(from, readOptions, value, checkEvery);
  }

  /** These options with other read options. */
  public TailOptions withReadOptions(ReadOptions value) {
    return new TailOptions(from, value, stopWhen, checkEvery);
  }

  /** These options with another interval. */
  public TailOptions withCheckEvery(Duration value) {
    return new TailOptions(from, readOptions, stopWhen, value);
  }
}
