package io.bop.aof.tier0;

import io.bop.aof.io.Time;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Watches the first offset of a stream that was claimed and is not committed: whether it stays the
 * same for too long. Thread-safe; nothing is noted while nobody waits.
 */
final class TailWatch {

  /* Who waits from the moment of noticing to the limit must not miss it by a clock's tick. */
  private static final long SLACK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private final Time time;
  private final long limitNanos;
  private volatile @Nullable Hole hole;

  TailWatch(Time time, long limitNanos) {
    this.time = time;
    this.limitNanos = limitNanos;
  }

  private record Hole(long offset, long sinceNanos) {}

  /** Somebody waits for that offset; whether somebody has for longer than the limit. */
  boolean isStuck(long offset) {
    long now = time.nanoTime();
    Hole known = hole;
    if (known == null || known.offset() != offset) {
      hole = new Hole(offset, now);
      return false;
    }
    return now - known.sinceNanos() >= limitNanos - SLACK_NANOS;
  }
}
