package io.bop.aof.store;

import io.bop.aof.Durability;
import io.bop.aof.io.Time;
import io.bop.aof.tier0.HotStream;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Tells the engine's listener of one append out of many: nothing is timed and nothing is allocated
 * for the others, and nothing at all when nobody listens. Thread-safe.
 */
final class AppendSamples {

  /* Fibonacci hashing: 2^64 by the golden ratio; the highest 6 bits are 0 for one in 64. */
  private static final long SCRAMBLER = 0x9E3779B97F4A7C15L;
  private static final int UNUSED_BITS = Long.SIZE - 6;

  /** Begin of an append that is not in the sample. */
  static final long NONE = Long.MIN_VALUE;

  private final @Nullable GuardedListener listener;
  private final Time time;

  AppendSamples(GuardedListener listener, Time time) {
    this.listener = listener.isHeard() ? listener : null;
    this.time = time;
  }

  /*
   * Where the record comes to stand decides, scrambled, so that neither the size of the records nor
   * the number of threads matters, and the same history has the same sample. The first record of a
   * stream is always in it.
   */
  long begin(HotStream stream) {
    return listener == null || scrambled(stream.active().claimedBytes()) != 0
        ? NONE
        : time.nanoTime();
  }

  private static long scrambled(long place) {
    return (place * SCRAMBLER) >>> UNUSED_BITS;
  }

  /** An append that began then has come so far; does nothing when it is not in the sample. */
  void reached(Durability level, long began, String stream, int records, long bytes) {
    GuardedListener told = listener;
    if (began != NONE && told != null) {
      Duration took = Duration.ofNanos(time.nanoTime() - began);
      told.appended(stream, records, bytes, level, took);
    }
  }
}
