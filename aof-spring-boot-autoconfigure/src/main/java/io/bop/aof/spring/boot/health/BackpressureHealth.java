package io.bop.aof.spring.boot.health;

import io.bop.aof.AofSnapshot;
import io.bop.aof.BackpressureKind;
import io.bop.aof.StreamSnapshot;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.springframework.boot.health.contributor.Health;

/**
 * What holds up appends. Out of service only when Tier 0 has admitted nothing for longer than the
 * grace while appends asked for it. Thread-safe.
 */
final class BackpressureHealth implements AofHealth.Check {

  /*
   * Admission is closed when appends wait for it, or were refused since the look before, and no
   * stream got a new segment meanwhile. The second half keeps a store that is merely busy, with
   * somebody waiting at every look while segments do open, from being taken out of service. The
   * closed time counts from the first such look, so it is never overstated.
   */

  private final Duration grace;
  private final LongSupplier nanoTime;
  private final ReentrantLock lock = new ReentrantLock();
  private final BackpressureWindow window;
  private final Since<Boolean> closed = new Since<>();
  private long refusals;
  private long segments;

  BackpressureHealth(Duration grace, LongSupplier nanoTime) {
    this.grace = grace;
    this.nanoTime = nanoTime;
    this.window = new BackpressureWindow(nanoTime.getAsLong());
  }

  @Override
  public void check(AofSnapshot snapshot, Health.Builder health) {
    long closedMillis;
    Map<BackpressureKind, Long> lastMinute;
    lock.lock();
    try {
      long now = nanoTime.getAsLong();
      lastMinute = window.addedUntil(now, snapshot.backpressure());
      boolean isClosed = admissionClosed(snapshot);
      long millis = closed.millis(isClosed, now);
      closedMillis = isClosed ? millis : 0;
    } finally {
      lock.unlock();
    }
    if (closedMillis > grace.toMillis()) {
      health.outOfService().withDetail("reason", "tier 0 is full and admits no appends");
    }
    health
        .withDetail("waiting", waiting(snapshot))
        .withDetail("lastMinute", lastMinute)
        .withDetail("admissionClosedForMillis", closedMillis)
        .withDetail("tier0Pressure", snapshot.tier0Pressure())
        .withDetail("compressionQueue", snapshot.compressionQueue())
        .withDetail("uploadQueue", snapshot.uploadQueue())
        .withDetail("hydrationQueue", snapshot.hydrationQueue());
  }

  private boolean admissionClosed(AofSnapshot snapshot) {
    AofSnapshot.Backpressure admission =
        snapshot
            .backpressure()
            .getOrDefault(BackpressureKind.ADMISSION, new AofSnapshot.Backpressure(0, 0, 0));
    boolean asked = admission.waiting() > 0 || admission.refusals() > refusals;
    long opened = segmentsOpened(snapshot);
    boolean admitted = opened != segments;
    refusals = admission.refusals();
    segments = opened;
    return asked && !admitted;
  }

  /** Segment numbers rise by one within a stream; any change of the sum means a new segment. */
  private static long segmentsOpened(AofSnapshot snapshot) {
    long sum = 0;
    for (StreamSnapshot stream : snapshot.streams()) {
      List<StreamSnapshot.Segment> segments = stream.segments();
      sum += segments.isEmpty() ? 0 : segments.get(segments.size() - 1).id() + 1;
    }
    return sum;
  }

  private static Map<BackpressureKind, Integer> waiting(AofSnapshot snapshot) {
    Map<BackpressureKind, Integer> waiting = new EnumMap<>(BackpressureKind.class);
    snapshot
        .backpressure()
        .forEach(
            (kind, now) -> {
              if (now.waiting() > 0) {
                waiting.put(kind, now.waiting());
              }
            });
    return waiting;
  }
}
