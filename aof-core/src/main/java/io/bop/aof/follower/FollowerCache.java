package io.bop.aof.follower;

import io.bop.aof.AofConfig;
import io.bop.aof.SegmentState;
import io.bop.aof.Tier;
import io.bop.aof.io.DiskRoom;
import io.bop.aof.io.Host;
import io.bop.aof.io.NoSpaceException;
import io.bop.aof.io.Threads.Timer;
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
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The segments that a follower keeps in Tier 1: those that are read again and again, within the
 * budget. Where the disk is full nothing more is kept until there is room; readers fetch what they
 * need from Tier 2 meanwhile. Thread-safe.
 */
final class FollowerCache implements ReadEvents {

  private static final Logger log = LoggerFactory.getLogger(FollowerCache.class);
  private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final Host host;
  private final AofConfig config;
  private final Ledger ledger;
  private final WarmFiles warm;
  private final DiskRoom room;
  private final Path folder;
  private final Tier2 tier2;
  private final WorkerPool workers;
  private final Hydrations hydrations = new Hydrations();
  private final Set<Hydrations.Segment> running = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean lookDue = new AtomicBoolean();
  private volatile @Nullable Timer look;
  private volatile boolean closed;

  FollowerCache(FollowerParts parts, WorkerPool workers) {
    this.host = parts.host();
    this.config = parts.config();
    this.ledger = parts.manifest().ledger();
    this.warm = parts.warm();
    this.room = parts.room();
    this.folder = config.root().resolve("tier1");
    this.tier2 = parts.tier2();
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
    if (entry != null && entry.in(Tier.TIER2) && hasRoom() && running.add(segment)) {
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
      if (!warm.contains(entry.streamId(), entry.segmentId()) && hasRoom() && makeRoom(entry)) {
        // Before the object is fetched: that costs.
        room.require(folder, entry.compressedBytes());
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
    } catch (NoSpaceException e) {
      room.note(folder, entry.compressedBytes(), e);
      lookLater();
    } catch (IOException | RuntimeException e) {
      log.warn("segment could not be kept: segment={}", entry.segmentId(), e);
      config.listener().failed(name(entry.streamId()), entry.segmentId(), "hydrate", e);
    } finally {
      running.remove(segment);
    }
  }

  // ---- a full disk

  private boolean hasRoom() {
    return room.at(folder) == null;
  }

  /* Nobody may read for long, so the end of it is not left to the next segment to be kept. */
  private void lookLater() {
    if (!closed && lookDue.compareAndSet(false, true)) {
      look = host.threads().schedule(LOOK_NANOS, () -> workers.execute(this::lookForRoom));
    }
  }

  private void lookForRoom() {
    lookDue.set(false);
    if (room.mayHaveRoom(folder)) {
      room.available(folder);
    } else {
      lookLater();
    }
  }

  /** Looks for room no more. */
  void close() {
    closed = true;
    Timer waiting = look;
    if (waiting != null) {
      waiting.cancel();
    }
  }

  // ---- the budget

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
