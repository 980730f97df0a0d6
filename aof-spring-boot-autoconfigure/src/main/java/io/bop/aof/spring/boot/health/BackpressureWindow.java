package io.bop.aof.spring.boot.health;

import io.bop.aof.AofSnapshot;
import io.bop.aof.BackpressureKind;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.Map;

/**
 * How often each resource held up appends in the last minute, from counters that only rise. Guarded
 * by its owner.
 */
final class BackpressureWindow {

  /*
   * Remembers the counters at most once a second and for a minute, so that the queue is bounded
   * however often health is asked. Asked less often than once a minute, the window is the time
   * since the question before; the first question goes back to the creation, when the store was
   * just open and its counters were zero.
   */

  private static final long WINDOW_NANOS = 60_000_000_000L;
  private static final long STEP_NANOS = 1_000_000_000L;

  private final Deque<Sample> samples = new ArrayDeque<>();

  BackpressureWindow(long nowNanos) {
    samples.addLast(new Sample(nowNanos, Map.of()));
  }

  /** What was added within the window that ends now; kinds without any are left out. */
  Map<BackpressureKind, Long> addedUntil(
      long nowNanos, Map<BackpressureKind, AofSnapshot.Backpressure> counters) {
    Map<BackpressureKind, Long> totals = new EnumMap<>(BackpressureKind.class);
    counters.forEach((kind, c) -> totals.put(kind, c.waits() + c.refusals()));
    // The youngest sample that is older than the window is kept: it is the base.
    while (samples.size() > 1 && secondIsOutside(nowNanos)) {
      samples.removeFirst();
    }
    Sample base = samples.getFirst();
    if (nowNanos - samples.getLast().nanos() >= STEP_NANOS) {
      samples.addLast(new Sample(nowNanos, totals));
    }
    Map<BackpressureKind, Long> added = new EnumMap<>(BackpressureKind.class);
    totals.forEach(
        (kind, total) -> {
          long more = total - base.totals().getOrDefault(kind, 0L);
          if (more > 0) {
            added.put(kind, more);
          }
        });
    return added;
  }

  private boolean secondIsOutside(long nowNanos) {
    Iterator<Sample> iterator = samples.iterator();
    iterator.next();
    return nowNanos - iterator.next().nanos() >= WINDOW_NANOS;
  }

  private record Sample(long nanos, Map<BackpressureKind, Long> totals) {}
}
