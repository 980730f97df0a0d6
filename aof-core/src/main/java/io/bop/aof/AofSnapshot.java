package io.bop.aof;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The state of a store at one moment, read from memory. Parts may be a few microseconds apart.
 *
 * @param storeId the store's identity
 * @param root its directory
 * @param open false once it was closed
 * @param recovery what the open found
 * @param streams one entry a stream, sorted by name
 * @param tiers bytes, limits and segments of each tier
 * @param segmentsByState how many segments are in each state
 * @param needsRecovery segments that lack a copy which the manifest counts
 * @param tier0Pressure used share of the Tier 0 budget, 0 to 1 and a little above
 * @param backpressure per kind: how often appends waited or were refused since the open
 * @param activationQueue streams that wait for the room of their next segment
 * @param compressionQueue segments that wait for compression or are being compressed
 * @param uploadQueue segments that wait for upload or are being uploaded
 * @param hydrationQueue segments that wait for hydration or are being hydrated
 * @param uploadLagBytes record bytes sealed but not yet in Tier 2
 * @param oldestUnuploadedMillis age of the oldest sealed segment that is not in Tier 2; 0: none
 * @param compressionProfile in force for the next job
 * @param tier2Writes breaker for uploads and deletes; null without Tier 2
 * @param tier2Reads breaker for fetches; null without Tier 2
 * @param lastTier2Error the newest error of Tier 2; null: none since the open
 * @param tier2 what Tier 2 is and what was asked of it; null without Tier 2
 * @param manifest the manifest log
 * @param repairs damaged copies and what became of them
 * @param storageFull where the disk is full, sorted by path; empty: it has room, as far as known
 * @param scrub the background verification of sealed copies
 * @param listenerFailures how often the {@link EngineListener} threw, since the open
 * @param drill the newest rehearsal of a restore; null: none since the open
 * @param follower how far a follower is; null: the store is written here
 */
public record AofSnapshot(
    String storeId,
    String root,
    boolean open,
    RecoveryReport recovery,
    List<StreamSnapshot> streams,
    Map<Tier, TierUsage> tiers,
    Map<SegmentState, Long> segmentsByState,
    long needsRecovery,
    double tier0Pressure,
    Map<BackpressureKind, Backpressure> backpressure,
    int activationQueue,
    int compressionQueue,
    int uploadQueue,
    int hydrationQueue,
    long uploadLagBytes,
    long oldestUnuploadedMillis,
    CompressionProfile compressionProfile,
    @Nullable BreakerState tier2Writes,
    @Nullable BreakerState tier2Reads,
    @Nullable String lastTier2Error,
    @Nullable Tier2Usage tier2,
    ManifestUsage manifest,
    Repairs repairs,
    List<StorageFull> storageFull,
    Scrub scrub,
    long listenerFailures,
    @Nullable DrillReport drill,
    @Nullable FollowerStatus follower) {

  /** Copies the collections. */
  public AofSnapshot {
    streams = List.copyOf(streams);
    tiers = Ordered.copyOf(tiers);
    segmentsByState = Ordered.copyOf(segmentsByState);
    backpressure = Ordered.copyOf(backpressure);
    storageFull = List.copyOf(storageFull);
  }

  /**
   * What one tier holds.
   *
   * @param bytes bytes of its files or objects
   * @param limitBytes its budget; 0: none
   * @param segments segments with a copy in it
   */
  public record TierUsage(long bytes, long limitBytes, long segments) {}

  /**
   * How often one resource held up appends.
   *
   * @param waits appends that waited for it
   * @param refusals appends that were refused for it
   * @param waiting appends that wait for it now
   */
  public record Backpressure(long waits, long refusals, int waiting) {}

  /**
   * A directory of the store in which something could not be written for lack of room. It is listed
   * until a write there succeeds.
   *
   * @param path the directory
   * @param neededBytes that would have to be free, the reserve included
   * @param freeBytes that were free at the last try
   * @param refusesAppends whether appends wait for that room now, and are refused
   */
  public record StorageFull(
      String path, long neededBytes, long freeBytes, boolean refusesAppends) {}

  /**
   * What Tier 2 is, and what was asked of it since the open.
   *
   * @param place kind and place of the object store
   * @param features what was found out about the service, by name; empty when nothing varies
   * @param requests what was sent of each kind; each attempt counts, those that failed too
   * @param bytesSent bytes of objects sent
   * @param bytesReceived bytes of objects received
   * @param calls what became of the calls of each direction, and its circuit breaker
   * @param abandonedTransfers transfers that outlived the deadline of their call
   * @param stuckTransfers of these: have not ended yet, whatever their call's answer was
   * @param oldestUnarchived the sealed segment that waits longest for its upload; null: none does
   */
  public record Tier2Usage(
      String place,
      Map<String, String> features,
      Map<RequestKind, Requests> requests,
      long bytesSent,
      long bytesReceived,
      Map<Tier2Direction, Tier2Calls> calls,
      long abandonedTransfers,
      int stuckTransfers,
      @Nullable Unarchived oldestUnarchived) {

    /** Copies the maps. */
    public Tier2Usage {
      features = Ordered.copyOf(features);
      requests = Ordered.copyOf(requests);
      calls = Ordered.copyOf(calls);
    }

    /** All requests. */
    public long requestCount() {
      return requests.values().stream().mapToLong(Requests::count).sum();
    }

    /** What all requests cost, in US dollars. */
    public double dollars() {
      return requests.values().stream().mapToDouble(Requests::dollars).sum();
    }
  }

  /**
   * Calls of one direction since the open. A call may send several requests.
   *
   * @param breaker the circuit breaker's state
   * @param breakerAge how long it has had it
   * @param calls calls that ended
   * @param failures of these: ended with an error, the rejected ones included
   * @param rejected of these: rejected by the breaker, nothing was sent
   * @param retries attempts after the first of a call
   * @param lastFailure the newest call that says that Tier 2 is not well; null: none
   */
  public record Tier2Calls(
      BreakerState breaker,
      Duration breakerAge,
      long calls,
      long failures,
      long rejected,
      long retries,
      @Nullable Tier2Failure lastFailure) {}

  /**
   * A call to Tier 2 that failed.
   *
   * @param reason its message
   * @param age how long ago
   */
  public record Tier2Failure(String reason, Duration age) {}

  /**
   * A sealed segment that is not in Tier 2 yet.
   *
   * @param stream the name of its stream
   * @param segment its number in the stream
   * @param age how long ago it was sealed, by the wall clock
   */
  public record Unarchived(String stream, long segment, Duration age) {}

  /**
   * Requests of one kind.
   *
   * @param count how many
   * @param dollars what they cost at the configured {@link RequestPrices}, in US dollars; storage
   *     and traffic are not in it
   */
  public record Requests(long count, double dollars) {}

  /**
   * The manifest log.
   *
   * @param chunk index of the newest chunk
   * @param records records ever written
   * @param failure why it takes no more records; null: healthy
   */
  public record ManifestUsage(long chunk, long records, @Nullable String failure) {}

  /**
   * Damaged copies and what became of them.
   *
   * @param damaged copies found damaged or missing since the open
   * @param repaired copies that were made again since the open, or are not needed any more
   * @param unreadable segments of which no intact copy is left; what is around the damage can be
   *     read as long as the damaged copy is there
   * @param quarantinedFiles damaged files that were set aside, by this process or an earlier one;
   *     the store never deletes them, and they count in no budget
   * @param quarantinedBytes their bytes
   */
  public record Repairs(
      long damaged, long repaired, long unreadable, long quarantinedFiles, long quarantinedBytes) {}

  /**
   * The background verification of sealed copies.
   *
   * @param enabled whether there is one
   * @param running whether a pass over all copies is under way
   * @param copies found intact since the open
   * @param bytes read for it since the open
   * @param damaged copies found damaged since the open; {@link Repairs} says what became of them
   * @param unverified copies of which there was no telling, since the open: the next pass looks at
   *     them again
   * @param lastFullPass when the last pass over all copies ended; null: none did yet
   */
  public record Scrub(
      boolean enabled,
      boolean running,
      long copies,
      long bytes,
      long damaged,
      long unverified,
      @Nullable Instant lastFullPass) {}
}
