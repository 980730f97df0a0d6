package io.bop.aof.store;

import io.bop.aof.Durability;
import io.bop.aof.io.Time;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Tells the engine's listener of one append out of many: nothing is timed and nothing is allocated
 * for the others, and nothing at all when nobody listens. Thread-safe.
 */
final class AppendSamples {

  /** One append out of so many of a thread; a power of two. */
  static final int EVERY = 64;

  /** Begin of an append that is not in the sample. */
  static final long NONE = Long.MIN_VALUE;

  private final @Nullable GuardedListener listener;
  private final Time time;

  AppendSamples(GuardedListener listener, Time time) {
    this.listener = listener.isHeard() ? listener : null;
    this.time = time;
  }

  /** How many appends a thread has begun; confined to it. */
  static final class Turn {
    private int count;
  }

  /*
   * The first append of a thread is in the sample too: with a thread for each request there may be
   * no second one.
   */
  long begin(Turn turn) {
    return listener == null || (turn.count++ & (EVERY - 1)) != 0 ? NONE : time.nanoTime();
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
