package io.bop.aof;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Where a reader begins. */
public sealed interface ReadFrom {

  /** The oldest readable record. */
  static ReadFrom earliest() {
    return new Earliest();
  }

  /** Behind the newest record. */
  static ReadFrom latest() {
    return new Latest();
  }

  /** That offset, at least 0. */
  static ReadFrom offset(long offset) {
    return new Offset(offset);
  }

  /** That place, if its records are still the same. */
  static ReadFrom cursor(Cursor cursor) {
    return new At(cursor);
  }

  /** The lowest offset whose timestamp is at least {@code time}; timestamps need not rise. */
  static ReadFrom timestamp(Instant time) {
    return new Timestamp(ChronoUnit.MICROS.between(Instant.EPOCH, time));
  }

  /** See {@link #earliest()}. */
  record Earliest() implements ReadFrom {}

  /** See {@link #latest()}. */
  record Latest() implements ReadFrom {}

  /**
   * See {@link #offset(long)}.
   *
   * @param offset at least 0
   */
  record Offset(long offset) implements ReadFrom {
    /** Checks the offset. */
    public Offset {
      if (offset < 0) {
        throw new IllegalArgumentException("offset must not be negative: " + offset);
      }
    }
  }

  /**
   * See {@link #cursor(Cursor)}.
   *
   * @param cursor the place
   */
  record At(Cursor cursor) implements ReadFrom {}

  /**
   * See {@link #timestamp(Instant)}.
   *
   * @param micros microseconds since the Unix epoch
   */
  record Timestamp(long micros) implements ReadFrom {}
}
