package io.bop.aof.spring.testsupport;

import io.bop.aof.AofSnapshot;
import io.bop.aof.BackpressureKind;
import io.bop.aof.BreakerState;
import io.bop.aof.CompressionProfile;
import io.bop.aof.DrillReport;
import io.bop.aof.FollowerStatus;
import io.bop.aof.RecoveryReport;
import io.bop.aof.RequestKind;
import io.bop.aof.SegmentState;
import io.bop.aof.StreamSnapshot;
import io.bop.aof.Tier;
import io.bop.aof.Tier2Direction;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Snapshots to judge. */
public final class Snapshots {

  private boolean open = true;
  private List<StreamSnapshot> streams = List.of();
  private Map<SegmentState, Long> states = Map.of();
  private long needsRecovery;
  private AofSnapshot.Repairs repairs = new AofSnapshot.Repairs(0, 0, 0, 0, 0);
  private double pressure = 0.5;
  private Map<BackpressureKind, AofSnapshot.Backpressure> backpressure = Map.of();
  private @Nullable BreakerState writes = BreakerState.CLOSED;
  private @Nullable BreakerState reads = BreakerState.CLOSED;
  private @Nullable String lastTier2Error;
  private @Nullable String manifestFailure;
  private List<AofSnapshot.StorageFull> storageFull = List.of();
  private @Nullable DrillReport drill;
  private @Nullable FollowerStatus follower;
  private AofSnapshot.Scrub scrub = new AofSnapshot.Scrub(true, false, 0, 0, 0, 0, null);

  /** A snapshot without any trouble. */
  public static AofSnapshot healthy() {
    return new Snapshots().build();
  }

  public Snapshots closed() {
    this.open = false;
    return this;
  }

  public Snapshots streams(StreamSnapshot... value) {
    this.streams = List.of(value);
    return this;
  }

  public Snapshots states(Map<SegmentState, Long> value) {
    this.states = value;
    return this;
  }

  public Snapshots needsRecovery(long value) {
    this.needsRecovery = value;
    return this;
  }

  public Snapshots pressure(double value) {
    this.pressure = value;
    return this;
  }

  public Snapshots backpressure(BackpressureKind kind, long waits, long refusals, int waiting) {
    this.backpressure = Map.of(kind, new AofSnapshot.Backpressure(waits, refusals, waiting));
    return this;
  }

  public Snapshots breakers(@Nullable BreakerState forWrites, @Nullable BreakerState forReads) {
    this.writes = forWrites;
    this.reads = forReads;
    return this;
  }

  public Snapshots lastTier2Error(String value) {
    this.lastTier2Error = value;
    return this;
  }

  public Snapshots storageFull(AofSnapshot.StorageFull... places) {
    this.storageFull = List.of(places);
    return this;
  }

  public Snapshots manifestFailure(String value) {
    this.manifestFailure = value;
    return this;
  }

  public Snapshots repairs(AofSnapshot.Repairs value) {
    this.repairs = value;
    return this;
  }

  public Snapshots drill(DrillReport value) {
    this.drill = value;
    return this;
  }

  public Snapshots follower(FollowerStatus value) {
    this.follower = value;
    return this;
  }

  public Snapshots scrub(AofSnapshot.Scrub value) {
    this.scrub = value;
    return this;
  }

  public AofSnapshot build() {
    return new AofSnapshot(
        "store",
        "./data/aof",
        open,
        new RecoveryReport(true, false, true, 0, 0, 0, 0, 0, List.of(), List.of(), Duration.ZERO),
        streams,
        Map.of(
            Tier.TIER0, new AofSnapshot.TierUsage(100, 1000, 2),
            Tier.TIER1, new AofSnapshot.TierUsage(50, 2000, 3)),
        states,
        needsRecovery,
        pressure,
        backpressure,
        4,
        1,
        2,
        3,
        4096,
        1500,
        CompressionProfile.BALANCED,
        writes,
        reads,
        lastTier2Error,
        writes == null && reads == null ? null : tier2(),
        new AofSnapshot.ManifestUsage(7, 42, manifestFailure),
        repairs,
        storageFull,
        scrub,
        0,
        drill,
        follower);
  }

  private AofSnapshot.Tier2Usage tier2() {
    return new AofSnapshot.Tier2Usage(
        "s3://events",
        Map.of("crc32c", "verified"),
        Map.of(
            RequestKind.PUT, new AofSnapshot.Requests(400, 0.002),
            RequestKind.GET, new AofSnapshot.Requests(100, 0.00004)),
        1 << 20,
        1 << 10,
        calls(),
        3,
        1,
        new AofSnapshot.Unarchived("orders", 7, Duration.ofMillis(1_500)));
  }

  private Map<Tier2Direction, AofSnapshot.Tier2Calls> calls() {
    Map<Tier2Direction, AofSnapshot.Tier2Calls> calls = new EnumMap<>(Tier2Direction.class);
    if (writes != null) {
      calls.put(Tier2Direction.WRITE, calls(writes));
    }
    if (reads != null) {
      calls.put(Tier2Direction.READ, calls(reads));
    }
    return calls;
  }

  private AofSnapshot.Tier2Calls calls(BreakerState breaker) {
    boolean failed = breaker != BreakerState.CLOSED && lastTier2Error != null;
    return new AofSnapshot.Tier2Calls(
        breaker,
        Duration.ofMinutes(10),
        50,
        20,
        10,
        5,
        failed ? new AofSnapshot.Tier2Failure(lastTier2Error, Duration.ofSeconds(7)) : null);
  }

  /** A stream whose segments are given. */
  public static StreamSnapshot stream(
      String name,
      long unflushedBytes,
      @Nullable String failure,
      StreamSnapshot.Segment... segments) {
    return new StreamSnapshot(
        name,
        1,
        0,
        10,
        10,
        0,
        unflushedBytes,
        List.of(segments),
        failure,
        StreamSnapshot.Traffic.NONE);
  }

  /** A sealed segment. */
  public static StreamSnapshot.Segment segment(long id, boolean needsRecovery, Tier... residency) {
    return new StreamSnapshot.Segment(
        id, SegmentState.SEALED, Set.of(residency), needsRecovery, 0, 10, 100, 0, 0, 0, null);
  }
}
