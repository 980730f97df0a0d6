package io.bop.aof.sample.web;

import io.bop.aof.AofSnapshot;
import io.bop.aof.BackpressureKind;
import io.bop.aof.BreakerState;
import io.bop.aof.SegmentState;
import io.bop.aof.StreamSnapshot;
import io.bop.aof.StreamSnapshot.Segment;
import io.bop.aof.Tier;
import io.bop.aof.sample.Acknowledgements;
import io.bop.aof.sample.FlightLog;
import io.bop.aof.sample.console.Screen;
import io.bop.aof.sample.console.Step;
import io.bop.aof.sample.startup.Phase;
import io.bop.aof.sample.startup.StartupRunner;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Where everything lives, from memory only: it may be asked every second. */
@RestController
class StatusController {

  private final FlightLog flights;
  private final Acknowledgements acknowledgements;
  private final StartupRunner startup;
  private final Screen screen;

  StatusController(
      FlightLog flights, Acknowledgements acknowledgements, StartupRunner startup, Screen screen) {
    this.flights = flights;
    this.acknowledgements = acknowledgements;
    this.startup = startup;
    this.screen = screen;
  }

  /**
   * Where the segments of the stream live.
   *
   * @param stream the stream
   * @param segments oldest first
   */
  record Segments(String stream, List<SegmentView> segments) {}

  /**
   * One segment.
   *
   * @param id its number
   * @param state how far it has come
   * @param residency tiers that hold its bytes, nearest first
   * @param needsRecovery whether a copy is missing or damaged
   * @param baseOffset first record
   * @param nextOffset first after its records
   * @param records how many records it holds
   * @param bytes bytes of its records
   * @param compressedBytes the same, compressed; null: not compressed yet
   * @param from lowest time of a record; null: still receiving
   * @param to highest time of a record; null: still receiving
   * @param objectKey its object in Tier 2; null: not uploaded
   */
  record SegmentView(
      long id,
      SegmentState state,
      Set<Tier> residency,
      boolean needsRecovery,
      long baseOffset,
      long nextOffset,
      long records,
      long bytes,
      @Nullable Long compressedBytes,
      @Nullable Instant from,
      @Nullable Instant to,
      @Nullable String objectKey) {

    static SegmentView of(Segment segment) {
      boolean receiving = segment.state() == SegmentState.ACTIVE;
      return new SegmentView(
          segment.id(),
          segment.state(),
          new TreeSet<>(segment.residency()),
          segment.needsRecovery(),
          segment.baseOffset(),
          segment.nextOffset(),
          segment.nextOffset() - segment.baseOffset(),
          segment.bytes(),
          segment.compressedBytes() == 0 ? null : segment.compressedBytes(),
          receiving ? null : instant(segment.minTimestampMicros()),
          receiving ? null : instant(segment.maxTimestampMicros()),
          segment.objectKey());
    }

    private static Instant instant(long micros) {
      return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }
  }

  /**
   * Everything that the live page shows.
   *
   * @param phase where the start is
   * @param step the step that runs now; null: none
   * @param share how much of that step is done, 0 to 1
   * @param root directory of the store
   * @param offsets how far the stream is
   * @param acknowledged first offset that was not acknowledged
   * @param uploadLagBytes sealed, not yet in Tier 2
   * @param tier2 breaker for writes; null without Tier 2
   * @param tiers bytes, limits and segments, nearest first
   * @param waits appends that waited or were refused, by kind; kinds without any are left out
   * @param segments the segments of the stream, oldest first
   */
  record Status(
      Phase phase,
      @Nullable String step,
      double share,
      String root,
      Offsets offsets,
      long acknowledged,
      long uploadLagBytes,
      @Nullable BreakerState tier2,
      List<TierView> tiers,
      Map<BackpressureKind, AofSnapshot.Backpressure> waits,
      List<SegmentView> segments) {}

  /**
   * How far a stream is.
   *
   * @param start oldest readable record
   * @param next first after the newest
   * @param durable all below survive a power loss
   * @param archived all below are in Tier 2
   */
  record Offsets(long start, long next, long durable, long archived) {}

  /**
   * What a tier holds.
   *
   * @param tier which one
   * @param bytes bytes of its files or objects
   * @param limitBytes its budget; 0: none
   * @param segments segments with a copy in it
   */
  record TierView(Tier tier, long bytes, long limitBytes, long segments) {}

  @GetMapping("/segments")
  Segments segments() {
    return new Segments(flights.stream(), views(flights.snapshot()));
  }

  @GetMapping("/status")
  Status status() {
    AofSnapshot store = flights.storeSnapshot();
    StreamSnapshot stream = flights.snapshot();
    Step step = screen.currentStep();
    return new Status(
        startup.phase(),
        step == null ? null : step.label(),
        step == null ? 1 : step.share(),
        store.root(),
        new Offsets(
            stream.startOffset(),
            stream.nextOffset(),
            stream.durableOffset(),
            stream.archivedOffset()),
        acknowledgements.nextOffset(),
        store.uploadLagBytes(),
        store.tier2Writes(),
        store.tiers().entrySet().stream()
            .sorted(Map.Entry.comparingByKey())
            .map(StatusController::view)
            .toList(),
        waits(store),
        views(stream));
  }

  private static TierView view(Map.Entry<Tier, AofSnapshot.TierUsage> entry) {
    AofSnapshot.TierUsage usage = entry.getValue();
    return new TierView(entry.getKey(), usage.bytes(), usage.limitBytes(), usage.segments());
  }

  private static List<SegmentView> views(StreamSnapshot stream) {
    return stream.segments().stream().map(SegmentView::of).toList();
  }

  private static Map<BackpressureKind, AofSnapshot.Backpressure> waits(AofSnapshot store) {
    return store.backpressure().entrySet().stream()
        .filter(entry -> entry.getValue().waits() + entry.getValue().refusals() > 0)
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }
}
