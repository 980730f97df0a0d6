package io.bop.aof.spring.boot.metrics;

import io.bop.aof.AofSnapshot;
import io.bop.aof.AofSnapshot.Backpressure;
import io.bop.aof.AofSnapshot.Requests;
import io.bop.aof.AofSnapshot.StorageFull;
import io.bop.aof.AofSnapshot.Tier2Calls;
import io.bop.aof.AofSnapshot.Tier2Usage;
import io.bop.aof.AofSnapshot.TierUsage;
import io.bop.aof.BackpressureKind;
import io.bop.aof.BreakerState;
import io.bop.aof.FollowerStatus;
import io.bop.aof.RequestKind;
import io.bop.aof.SegmentState;
import io.bop.aof.Tier;
import io.bop.aof.Tier2Direction;
import java.time.Duration;
import java.util.function.ToDoubleFunction;

/** Meters that are read from snapshots. Whoever makes it must hold on to it. */
final class StoreMeters {

  private static final Backpressure NO_BACKPRESSURE = new Backpressure(0, 0, 0);
  private static final TierUsage NO_USAGE = new TierUsage(0, 0, 0);
  private static final Requests NO_REQUESTS = new Requests(0, 0);

  private final OwnMeters own;
  private final SnapshotCache snapshots;

  StoreMeters(OwnMeters own, SnapshotCache snapshots) {
    this.own = own;
    this.snapshots = snapshots;
  }

  /** Registers all that this kind of store has. */
  void register() {
    AofSnapshot now = snapshots.get();
    store();
    backpressure();
    tiers();
    queues();
    repairs();
    if (now.tier2() != null) {
      tier2();
    }
    if (now.follower() != null) {
      follower();
    }
  }

  private void gauge(AofMeter meter, ToDoubleFunction<AofSnapshot> value, String... tags) {
    meter.gauge(own, () -> value.applyAsDouble(snapshots.get()), tags);
  }

  private void counter(AofMeter meter, ToDoubleFunction<AofSnapshot> value, String... tags) {
    meter.counter(own, snapshots, cache -> value.applyAsDouble(cache.get()), tags);
  }

  private static double flag(boolean value) {
    return value ? 1 : 0;
  }

  private static double seconds(Duration value) {
    return value.toNanos() / 1e9;
  }

  private void store() {
    gauge(AofMeter.STORE_OPEN, s -> flag(s.open()));
    gauge(AofMeter.STREAMS, s -> s.streams().size());
    gauge(
        AofMeter.STREAMS_FAILED,
        s -> s.streams().stream().filter(stream -> stream.failure() != null).count());
    gauge(AofMeter.MANIFEST_REPLAY, s -> seconds(s.recovery().took()));
    gauge(AofMeter.MANIFEST_CHUNKS, s -> s.manifest().chunk() + 1);
    counter(AofMeter.MANIFEST_RECORDS, s -> s.manifest().records());
    gauge(AofMeter.MANIFEST_FAILED, s -> flag(s.manifest().failure() != null));
    counter(AofMeter.EVENT_FAILURES, AofSnapshot::listenerFailures);
    gauge(AofMeter.STORAGE_FULL, s -> s.storageFull().size());
    gauge(
        AofMeter.STORAGE_REFUSING,
        s -> s.storageFull().stream().filter(StorageFull::refusesAppends).count());
  }

  private void backpressure() {
    for (BackpressureKind kind : BackpressureKind.values()) {
      String tag = TagValues.of(kind);
      counter(AofMeter.BACKPRESSURE, s -> of(s, kind).waits(), tag, "waited");
      counter(AofMeter.BACKPRESSURE, s -> of(s, kind).refusals(), tag, "refused");
      gauge(AofMeter.BACKPRESSURE_WAITING, s -> of(s, kind).waiting(), tag);
    }
  }

  private static Backpressure of(AofSnapshot snapshot, BackpressureKind kind) {
    return snapshot.backpressure().getOrDefault(kind, NO_BACKPRESSURE);
  }

  private void tiers() {
    for (Tier tier : Tier.values()) {
      String tag = TagValues.of(tier);
      gauge(AofMeter.TIER_BYTES, s -> of(s, tier).bytes(), tag);
      gauge(AofMeter.TIER_LIMIT, s -> of(s, tier).limitBytes(), tag);
      gauge(AofMeter.TIER_SEGMENTS, s -> of(s, tier).segments(), tag);
    }
    gauge(AofMeter.TIER0_PRESSURE, AofSnapshot::tier0Pressure);
    for (SegmentState state : SegmentState.values()) {
      gauge(
          AofMeter.RESIDENCY_SEGMENTS,
          s -> s.segmentsByState().getOrDefault(state, 0L),
          TagValues.of(state));
    }
    gauge(AofMeter.NEEDS_RECOVERY, AofSnapshot::needsRecovery);
    gauge(AofMeter.UNREADABLE, s -> s.repairs().unreadable());
  }

  private static TierUsage of(AofSnapshot snapshot, Tier tier) {
    return snapshot.tiers().getOrDefault(tier, NO_USAGE);
  }

  private void queues() {
    gauge(AofMeter.ACTIVATION_QUEUE, AofSnapshot::activationQueue);
    gauge(AofMeter.COMPRESSION_QUEUE, AofSnapshot::compressionQueue);
    gauge(AofMeter.HYDRATION_QUEUE, AofSnapshot::hydrationQueue);
    gauge(AofMeter.UPLOAD_QUEUE, AofSnapshot::uploadQueue);
    gauge(AofMeter.UPLOAD_LAG, AofSnapshot::uploadLagBytes);
    gauge(AofMeter.UPLOAD_OLDEST, s -> s.oldestUnuploadedMillis() / 1e3);
  }

  private void repairs() {
    counter(AofMeter.REPAIR, s -> s.repairs().damaged(), "damaged");
    counter(AofMeter.REPAIR, s -> s.repairs().repaired(), "repaired");
    gauge(AofMeter.QUARANTINE_FILES, s -> s.repairs().quarantinedFiles());
    gauge(AofMeter.QUARANTINE_BYTES, s -> s.repairs().quarantinedBytes());
    counter(AofMeter.SCRUB, s -> s.scrub().copies(), "intact");
    counter(AofMeter.SCRUB, s -> s.scrub().damaged(), "damaged");
    counter(AofMeter.SCRUB, s -> s.scrub().unverified(), "unverified");
    counter(AofMeter.SCRUB_BYTES, s -> s.scrub().bytes());
  }

  private void tier2() {
    for (Tier2Direction direction : Tier2Direction.values()) {
      calls(direction, TagValues.of(direction));
    }
    for (RequestKind kind : RequestKind.values()) {
      usage(
          AofMeter.TIER2_COST,
          u -> u.requests().getOrDefault(kind, NO_REQUESTS).dollars(),
          TagValues.of(kind));
    }
    usage(AofMeter.TIER2_BYTES, Tier2Usage::bytesSent, "sent");
    usage(AofMeter.TIER2_BYTES, Tier2Usage::bytesReceived, "received");
    gauge(
        AofMeter.TIER2_STUCK,
        s -> {
          Tier2Usage usage = s.tier2();
          return usage == null ? 0 : usage.stuckTransfers();
        });
  }

  private void calls(Tier2Direction direction, String tag) {
    ToDoubleFunction<Tier2Calls> ok = c -> c.calls() - c.failures();
    ToDoubleFunction<Tier2Calls> failed = c -> c.failures() - c.rejected();
    usage(AofMeter.TIER2_CALL, u -> of(u, direction, ok), tag, "ok");
    usage(AofMeter.TIER2_CALL, u -> of(u, direction, failed), tag, "failed");
    usage(AofMeter.TIER2_CALL, u -> of(u, direction, Tier2Calls::rejected), tag, "rejected");
    usage(AofMeter.TIER2_RETRY, u -> of(u, direction, Tier2Calls::retries), tag);
    gauge(
        AofMeter.TIER2_BREAKER_AGE,
        s -> {
          Tier2Usage usage = s.tier2();
          return usage == null ? 0 : of(usage, direction, c -> seconds(c.breakerAge()));
        },
        tag);
    for (BreakerState state : BreakerState.values()) {
      gauge(
          AofMeter.TIER2_BREAKER,
          s -> {
            Tier2Usage usage = s.tier2();
            return usage == null ? 0 : of(usage, direction, c -> flag(c.breaker() == state));
          },
          tag,
          TagValues.of(state));
    }
  }

  private void usage(AofMeter meter, ToDoubleFunction<Tier2Usage> value, String... tags) {
    counter(
        meter,
        s -> {
          Tier2Usage usage = s.tier2();
          return usage == null ? 0 : value.applyAsDouble(usage);
        },
        tags);
  }

  private static double of(
      Tier2Usage usage, Tier2Direction direction, ToDoubleFunction<Tier2Calls> value) {
    Tier2Calls calls = usage.calls().get(direction);
    return calls == null ? 0 : value.applyAsDouble(calls);
  }

  private void follower() {
    gauge(
        AofMeter.FOLLOWER_LAG,
        s -> {
          FollowerStatus status = s.follower();
          return status == null ? 0 : seconds(status.lag());
        });
    gauge(
        AofMeter.FOLLOWER_FAILED,
        s -> {
          FollowerStatus status = s.follower();
          return flag(status != null && status.failure() != null);
        });
  }
}
