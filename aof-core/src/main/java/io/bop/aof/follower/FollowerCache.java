package io.bop.aof.follower;

import io.bop.aof.AofConfig;
import io.bop.aof.SegmentState;
import io.bop.aof.Tier;
import io.bop.aof.io.Host;
import io.bop.aof.io.Threads.WorkerPool;
import io.bop.aof.manifest.Ledger;
import io.bop.aof.manifest.SegmentEntry;
import io.bop.aof.manifest.StreamLedger;
import io.bop.aof.read.Hydrations;
import io.bop.aof.read.ReadEvents;
import io.bop.aof.tier1.WarmFile;
import io.bop.aof.tier1.WarmFileName;
import io.bop.aof.tier1.WarmFiles;
import io.bop.aof.tier2.ObjectFetch;
import io.bop.aof.tier2.Tier2;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The segments that a follower keeps in Tier 1: those that are read again and again, within the
 * budget. Thread-safe.
 */
final class FollowerCache implements ReadEvents {

  private static final Logger log = LoggerFactory.getLogger(FollowerCache.class);

  private final Host host;
  private final AofConfig config;
  private final Ledger ledger;
  private final WarmFiles warm;
  private final Tier2 tier2;
  private final WorkerPool workers;
  private final Hydrations hydrations = new Hydrations();
  private final Set<Hydrations.Segment> running = ConcurrentHashMap.newKeySet();

  FollowerCache(
      Host host, AofConfig config, Ledger ledger, WarmFiles warm, Tier2 tier2, WorkerPool workers) {
    this.host = host;
    this.config = config;
    this.ledger = ledger;
    this.warm = warm;
    this.tier2 = tier2;
    this.workers = workers;
  }

  /** Removes what is not of the store, or of a segment that is retired by now. */
  void sweep() throws IOException {
    warm.sweep();
    for (WarmFileName file : warm.list()) {
      if (!isWanted(file)) {
        warm.delete(file.streamId(), file.segmentId());
      }
    }
  }

  private boolean isWanted(WarmFileName file) {
    SegmentEntry entry = ledger.segment(file.streamId(), file.segmentId());
    return entry != null && entry.in(Tier.TIER2) && entry.compressedBytes() == file.bytes();
  }

  /** Has what is not needed any more removed. */
  void dropUnwanted() {
    Optional<WarmFileName> first = warm.leastRecentlyUsed(this::isRetired);
    if (first.isPresent()) {
      workers.execute(this::dropRetired);
    }
  }

  private void dropRetired() {
    Optional<WarmFileName> next = warm.leastRecentlyUsed(this::isRetired);
    while (next.isPresent() && drop(next.get().streamId(), next.get().segmentId())) {
      next = warm.leastRecentlyUsed(this::isRetired);
    }
  }

  private boolean isRetired(long streamId, long segmentId) {
    SegmentEntry entry = ledger.segment(streamId, segmentId);
    return entry == null || entry.state() == SegmentState.RETIRED;
  }

  int running() {
    return running.size();
  }

  @Override
  public void coldRead(long streamId, long segmentId, boolean inPassing, int frameCount) {
    Hydrations.Segment segment = new Hydrations.Segment(streamId, segmentId);
    if (!hydrations.pays(segment, inPassing, frameCount)) {
      return;
    }
    SegmentEntry entry = ledger.segment(streamId, segmentId);
    if (entry != null && entry.in(Tier.TIER2) && running.add(segment)) {
      workers.execute(() -> hydrate(segment, entry));
    }
  }

  @Override
  public void fetched(String stream, long segment, long bytes, Duration took, Duration since) {
    config.listener().fetched(stream, segment, bytes, took, since);
  }

  /* The object is the only copy but for the one here, which is as good as its checksum. */
  @Override
  public void damaged(long streamId, long segmentId, Tier tier, String reason) {
    log.warn(
        "copy is damaged: stream={} segment={} tier={} reason={}",
        name(streamId),
        segmentId,
        tier,
        reason);
    config.listener().damaged(name(streamId), segmentId, tier, reason);
    if (tier == Tier.TIER1) {
      workers.execute(() -> drop(streamId, segmentId));
    }
  }

  private void hydrate(Hydrations.Segment segment, SegmentEntry entry) {
    long started = host.time().nanoTime();
    try {
      if (!warm.contains(entry.streamId(), entry.segmentId()) && makeRoom(entry)) {
        WarmFile file =
            warm.hydrate(
                entry.streamId(),
                entry.segmentId(),
                entry.compressedBytes(),
                entry.objectCrc(),
                sink -> ObjectFetch.run(tier2, entry.objectKey(), entry.compressedBytes(), sink));
        Duration took = Duration.ofNanos(host.time().nanoTime() - started);
        String name = name(entry.streamId());
        config
            .listener()
            .hydrated(name, entry.segmentId(), Tier.TIER2, Tier.TIER1, file.bytes(), took);
      }
    } catch (IOException | RuntimeException e) {
      log.warn("segment could not be kept: segment={}", entry.segmentId(), e);
      config.listener().failed(name(entry.streamId()), entry.segmentId(), "hydrate", e);
    } finally {
      running.remove(segment);
    }
  }

  private boolean makeRoom(SegmentEntry entry) throws IOException {
    long most = config.tier1().maxBytes() - entry.compressedBytes();
    while (warm.bytesUsed() > most) {
      Optional<WarmFileName> oldest = warm.leastRecentlyUsed((stream, segment) -> true);
      if (oldest.isEmpty() || !drop(oldest.get().streamId(), oldest.get().segmentId())) {
        return false;
      }
    }
    return true;
  }

  private boolean drop(long streamId, long segmentId) {
    try {
      long before = warm.bytesUsed();
      boolean deleted = warm.delete(streamId, segmentId);
      if (deleted) {
        long bytes = Math.max(0, before - warm.bytesUsed());
        config.listener().evicted(name(streamId), segmentId, Tier.TIER1, bytes);
      }
      return deleted;
    } catch (IOException e) {
      log.warn("warm file could not be removed: segment={}", segmentId, e);
      return false;
    }
  }

  private String name(long streamId) {
    StreamLedger stream = ledger.stream(streamId);
    return stream == null ? Long.toString(streamId) : stream.name();
  }
}
