package io.bop.aof.io;

/** Clocks. Thread-safe. */
public interface Time {

  /** Microseconds since the Unix epoch. Allocates nothing. May jump when the clock is set. */
  long wallMicros();

  /** Monotonic nanoseconds from an arbitrary origin. */
  long nanoTime();
}
