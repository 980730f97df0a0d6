package io.bop.aof.sample.startup;

import io.bop.aof.SegmentState;
import io.bop.aof.StreamSnapshot.Segment;
import io.bop.aof.sample.FlightLog;
import io.bop.aof.sample.FlightLogProperties;
import io.bop.aof.sample.console.Step;
import java.time.Duration;
import java.util.List;
import org.springframework.stereotype.Component;

/**
 * Waits until the sealed segments have been compressed and uploaded. Nothing needs this wait but
 * the summary, which is to show all tiers at work.
 */
@Component
final class Settling {

  private static final int LOOK_EVERY_MILLIS = 100;

  private final FlightLog flights;
  private final Duration timeout;
  private final StopSignal stop;

  Settling(FlightLog flights, FlightLogProperties properties, StopSignal stop) {
    this.flights = flights;
    this.timeout = properties.settleTimeout();
    this.stop = stop;
  }

  /**
   * How far the segments are.
   *
   * @param sealed segments that receive nothing any more
   * @param compressed those that have a compressed copy
   * @param uploaded those that are in Tier 2
   */
  record Result(int sealed, int compressed, int uploaded) {

    boolean done() {
      return uploaded == sealed;
    }
  }

  /** How far the segments are now. */
  Result look() {
    List<Segment> sealed =
        flights.snapshot().segments().stream()
            .filter(segment -> segment.state() != SegmentState.ACTIVE)
            .filter(segment -> segment.state() != SegmentState.RETIRED)
            .toList();
    return new Result(
        sealed.size(),
        (int) sealed.stream().filter(segment -> segment.compressedBytes() > 0).count(),
        (int) sealed.stream().filter(segment -> segment.objectKey() != null).count());
  }

  /** Waits until all are uploaded, at most as long as configured. */
  Result await(Step step) {
    Result now = look();
    while (!now.done() && !stop.stopping() && step.elapsed().compareTo(timeout) < 0) {
      Result seen = now;
      step.update(
          seen.uploaded(),
          () -> seen.compressed() + " compressed, " + seen.uploaded() + " uploaded");
      sleep();
      now = look();
    }
    return now;
  }

  private static void sleep() {
    try {
      Thread.sleep(LOOK_EVERY_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while segments move", e);
    }
  }
}
