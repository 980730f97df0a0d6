package io.bop.aof.spring.boot.endpoint;

import io.bop.aof.AofSnapshot;
import io.bop.aof.BackpressureKind;
import io.bop.aof.BreakerState;
import io.bop.aof.CompressionProfile;
import io.bop.aof.RequestKind;
import io.bop.aof.SegmentState;
import io.bop.aof.StreamSnapshot;
import io.bop.aof.Tier;
import io.bop.aof.Tier2Direction;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/** The answer about the store. Names and order are a contract: see the reference page. */
record StoreDescriptor(
    String storeId,
    String root,
    boolean open,
    boolean follower,
    Opening opening,
    Map<Tier, AofSnapshot.TierUsage> tiers,
    Map<SegmentState, Long> segments,
    double tier0Pressure,
    Queues queues,
    Map<BackpressureKind, AofSnapshot.Backpressure> backpressure,
    CompressionProfile compressionProfile,
    @Nullable Tier2Descriptor tier2,
    AofSnapshot.ManifestUsage manifest,
    Damage damage,
    List<AofSnapshot.StorageFull> storageFull,
    Page page,
    List<StreamDescriptor> streams)
    implements OperationResponseBody {

  /** What the open found. */
  record Opening(
      boolean created,
      boolean restored,
      boolean cleanClose,
      long recoveredRecords,
      long truncatedBytes,
      List<String> quarantined,
      long tookMillis) {}

  /** How many segments wait for what; the upload's lag. */
  record Queues(
      int activation,
      int compression,
      int upload,
      int hydration,
      long uploadLagBytes,
      long oldestUnuploadedMillis) {}

  /** Tier 2 and what was asked of it. */
  record Tier2Descriptor(
      String place,
      Map<Tier2Direction, DirectionDescriptor> directions,
      Map<RequestKind, AofSnapshot.Requests> requests,
      long bytesSent,
      long bytesReceived,
      int stuckTransfers,
      @Nullable String lastError) {}

  /** One circuit breaker and its calls. */
  record DirectionDescriptor(
      BreakerState breaker,
      long breakerMillis,
      long calls,
      long failures,
      long rejected,
      long retries) {}

  /** Damaged copies. */
  record Damage(
      long needsRecovery,
      long unreadable,
      long damaged,
      long repaired,
      long quarantinedFiles,
      long quarantinedBytes) {}

  /** One stream, in short. */
  record StreamDescriptor(
      String name,
      long startOffset,
      long nextOffset,
      long durableOffset,
      long archivedOffset,
      long unflushedBytes,
      int segments,
      long bytes,
      @Nullable String failure) {

    static StreamDescriptor of(StreamSnapshot stream) {
      return new StreamDescriptor(
          stream.name(),
          stream.startOffset(),
          stream.nextOffset(),
          stream.durableOffset(),
          stream.archivedOffset(),
          stream.unflushedBytes(),
          stream.segments().size(),
          stream.segments().stream().mapToLong(StreamSnapshot.Segment::bytes).sum(),
          stream.failure());
    }
  }

  static StoreDescriptor of(AofSnapshot snapshot, PageRequest wanted) {
    List<StreamSnapshot> streams = snapshot.streams();
    return new StoreDescriptor(
        snapshot.storeId(),
        snapshot.root(),
        snapshot.open(),
        snapshot.follower() != null,
        opening(snapshot),
        ordered(Tier.class, snapshot.tiers()),
        ordered(SegmentState.class, snapshot.segmentsByState()),
        snapshot.tier0Pressure(),
        new Queues(
            snapshot.activationQueue(),
            snapshot.compressionQueue(),
            snapshot.uploadQueue(),
            snapshot.hydrationQueue(),
            snapshot.uploadLagBytes(),
            snapshot.oldestUnuploadedMillis()),
        ordered(BackpressureKind.class, snapshot.backpressure()),
        snapshot.compressionProfile(),
        tier2(snapshot),
        snapshot.manifest(),
        damage(snapshot),
        snapshot.storageFull(),
        wanted.page(streams.size()),
        wanted.of(streams).stream().map(StreamDescriptor::of).toList());
  }

  private static Opening opening(AofSnapshot snapshot) {
    return new Opening(
        snapshot.recovery().created(),
        snapshot.recovery().restored(),
        snapshot.recovery().cleanClose(),
        snapshot.recovery().recoveredRecords(),
        snapshot.recovery().truncatedBytes(),
        snapshot.recovery().quarantined(),
        snapshot.recovery().took().toMillis());
  }

  private static Damage damage(AofSnapshot snapshot) {
    AofSnapshot.Repairs repairs = snapshot.repairs();
    return new Damage(
        snapshot.needsRecovery(),
        repairs.unreadable(),
        repairs.damaged(),
        repairs.repaired(),
        repairs.quarantinedFiles(),
        repairs.quarantinedBytes());
  }

  private static @Nullable Tier2Descriptor tier2(AofSnapshot snapshot) {
    AofSnapshot.Tier2Usage usage = snapshot.tier2();
    if (usage == null) {
      return null;
    }
    Map<Tier2Direction, DirectionDescriptor> directions = new EnumMap<>(Tier2Direction.class);
    usage
        .calls()
        .forEach(
            (direction, calls) ->
                directions.put(
                    direction,
                    new DirectionDescriptor(
                        calls.breaker(),
                        calls.breakerAge().toMillis(),
                        calls.calls(),
                        calls.failures(),
                        calls.rejected(),
                        calls.retries())));
    return new Tier2Descriptor(
        usage.place(),
        directions,
        ordered(RequestKind.class, usage.requests()),
        usage.bytesSent(),
        usage.bytesReceived(),
        usage.stuckTransfers(),
        snapshot.lastTier2Error());
  }

  /* In the order of the constants, so that the answer is the same each time. */
  private static <K extends Enum<K>, V> Map<K, V> ordered(Class<K> type, Map<K, V> map) {
    Map<K, V> sorted = new EnumMap<>(type);
    sorted.putAll(map);
    return sorted;
  }
}
