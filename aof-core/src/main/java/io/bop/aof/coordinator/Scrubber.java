package io.bop.aof.coordinator;

import io.bop.aof.ScrubConfig;
import io.bop.aof.ScrubReport;
import io.bop.aof.SegmentState;
import io.bop.aof.Tier;
import io.bop.aof.coordinator.CopyCheck.Finding;
import io.bop.aof.format.ScrubState;
import io.bop.aof.io.DiskRoom;
import io.bop.aof.io.Host;
import io.bop.aof.io.Threads;
import io.bop.aof.io.Threads.WorkerPool;
import io.bop.aof.manifest.Ledger;
import io.bop.aof.manifest.SegmentEntry;
import io.bop.aof.manifest.StreamLedger;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads all sealed copies again and again, slowly, and says which are damaged: to the one whom
 * readers tell, so that they are looked at and mended the same way. Thread-safe.
 */
final class Scrubber {

  /*
   * One pass goes through streams and segments by rising ids. Where it stands is kept in a file now
   * and then, so that a store which is reopened often gets to its end too. Between two passes there
   * is one timer and nothing else. Nothing here counts as a use: the order of eviction stays as it
   * is, no frame is cached, and no lease or open file outlives a copy that is dropped by more than
   * one piece.
   */
  private static final Logger log = LoggerFactory.getLogger(Scrubber.class);

  /** An open has better things to do, and a store that is opened for a moment needs no scrub. */
  private static final long SETTLE_NANOS = TimeUnit.MINUTES.toNanos(1);

  private static final long KEEP_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final long ROOM_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Parts parts;
  private final Host host;
  private final Ledger ledger;
  private final ScrubConfig config;
  private final Suspicions suspicions;
  private final CopyCheck check;
  private final ScrubFile file;
  private final ScrubPace pace;
  private final ScrubProgress progress = new ScrubProgress();
  private final WorkerPool pool;

  private volatile Threads.@Nullable Timer timer;
  private ScrubState state = ScrubState.NONE;
  private long keptAt;

  /** Is told of copies that seem to be damaged. Must return at once. */
  interface Suspicions {
    /** A copy was read and is not what it should be. */
    void suspect(long streamId, long segmentId, Tier tier, String reason);
  }

  /** Of one store; begins nothing yet. */
  Scrubber(Parts parts, Ledger ledger, Suspicions suspicions) {
    this.parts = parts;
    this.host = parts.host();
    this.ledger = ledger;
    this.config = parts.config().scrub();
    this.suspicions = suspicions;
    this.check = new CopyCheck(parts);
    this.file = new ScrubFile(host.disk(), parts.config().root());
    this.pace = new ScrubPace(host, config.bytesPerSecond());
    this.pool = host.threads().pool("aof-scrub", 1);
  }

  /** What it did so far. */
  ScrubProgress progress() {
    return progress;
  }

  /** Goes on where an earlier process stopped, after a while. */
  void start() {
    if (config.enabled()) {
      pool.execute(this::begin);
    }
  }

  private void begin() {
    state = file.read().orElse(ScrubState.NONE);
    progress.lastPass(state.lastPassMicros());
    long settle = Math.min(SETTLE_NANOS, config.interval().toNanos());
    schedule(Math.max(settle, untilNextPass()));
  }

  /* However the wall clock was set meanwhile. */
  private long untilNextPass() {
    if (state.isPassUnderWay() || state.lastPassMicros() == 0) {
      return 0;
    }
    long interval = config.interval().toNanos();
    long since = TimeUnit.MICROSECONDS.toNanos(host.time().wallMicros() - state.lastPassMicros());
    return since < 0 ? interval : Math.max(0, interval - since);
  }

  private void schedule(long delayNanos) {
    Threads.Timer next = host.threads().schedule(delayNanos, () -> pool.execute(this::pass));
    timer = next;
    if (pace.isStopped()) {
      next.cancel();
    }
  }

  // ---- a pass

  private void pass() {
    if (pace.isStopped()) {
      return;
    }
    long started = host.time().nanoTime();
    keptAt = started;
    if (!state.isPassUnderWay()) {
      state = state.passBegins(host.time().wallMicros());
    }
    progress.passBegins();
    if (walk()) {
      passEnded(host.time().nanoTime() - started);
    }
    progress.passEnds();
    file.write(state);
    schedule(config.interval().toNanos());
  }

  private void passEnded(long tookNanos) {
    state = state.passEnds(host.time().wallMicros());
    progress.lastPass(state.lastPassMicros());
    ScrubReport report = progress.passReport(Duration.ofNanos(tookNanos));
    log.info("all sealed copies were verified: root={} {}", parts.config().root(), report);
    parts.config().listener().scrubbed(report);
  }

  /* False: the store is being closed. */
  private boolean walk() {
    List<StreamLedger> streams =
        ledger.streams().stream()
            .filter(stream -> stream.streamId() >= state.streamId())
            .sorted(Comparator.comparingLong(StreamLedger::streamId))
            .toList();
    for (StreamLedger stream : streams) {
      if (!walk(stream)) {
        return false;
      }
    }
    return true;
  }

  private boolean walk(StreamLedger stream) {
    long after = stream.streamId() == state.streamId() ? state.segmentId() : 0;
    for (SegmentEntry listed : stream.segments()) {
      if (stream.deleted()) {
        return true;
      }
      if (listed.segmentId() > after) {
        verify(stream, listed.segmentId());
        if (pace.isStopped()) {
          return false;
        }
        reached(stream.streamId(), listed.segmentId());
      }
    }
    return true;
  }

  private void reached(long streamId, long segmentId) {
    state = state.at(streamId, segmentId);
    long now = host.time().nanoTime();
    if (now - keptAt >= KEEP_NANOS) {
      keptAt = now;
      file.write(state);
    }
  }

  private void verify(StreamLedger stream, long segmentId) {
    for (Tier tier : Tier.values()) {
      SegmentEntry entry = stream.get(segmentId);
      if (entry != null && isDue(entry, tier) && hasRoom()) {
        verify(stream.name(), entry, tier);
      }
    }
  }

  /* What is known to be damaged is not read again and again. */
  private boolean isDue(SegmentEntry entry, Tier tier) {
    if (!entry.isSealed() || entry.isEmpty() || entry.state() == SegmentState.RETIRED) {
      return false;
    }
    boolean there =
        switch (tier) {
          case TIER0 -> parts.hotSet().get(entry.streamId(), entry.segmentId()) != null;
          case TIER1 -> parts.warm().contains(entry.streamId(), entry.segmentId());
          case TIER2 -> config.tier2() && parts.tier2() != null && entry.in(Tier.TIER2);
        };
    return there && !entry.missing(tier);
  }

  /* While a disk is full nothing can be mended there; false: the store is being closed. */
  private boolean hasRoom() {
    DiskRoom room = parts.disk().room();
    while (room.all().stream().anyMatch(full -> !room.mayHaveRoom(full.place()))) {
      if (!pace.pause(ROOM_NANOS)) {
        return false;
      }
    }
    return !pace.isStopped();
  }

  private void verify(String stream, SegmentEntry entry, Tier tier) {
    Finding finding = find(entry, tier);
    if (finding instanceof Finding.Intact) {
      progress.intact();
    } else if (finding instanceof Finding.Damaged damage) {
      progress.damage();
      log.warn(
          "verification found damage: stream={} segment={} tier={} what={}",
          stream,
          entry.segmentId(),
          tier,
          damage.what());
      suspicions.suspect(entry.streamId(), entry.segmentId(), tier, damage.what());
    } else if (finding instanceof Finding.Unknown unknown && !pace.isStopped()) {
      progress.noTelling();
      log.info(
          "copy cannot be verified now: stream={} segment={} tier={} reason={}",
          stream,
          entry.segmentId(),
          tier,
          unknown.why());
    }
  }

  private Finding find(SegmentEntry entry, Tier tier) {
    try {
      return check.check(
          entry,
          tier,
          bytes -> {
            pace.next(bytes);
            progress.read(bytes);
          });
    } catch (RuntimeException e) {
      log.warn("verification failed: segment={} tier={}", entry.segmentId(), tier, e);
      return new Finding.Unknown(String.valueOf(e.getMessage()));
    }
  }

  // ---- the end

  /** Ends a pass that is under way; the next open goes on with it. Returns at once. */
  void stop() {
    pace.stop();
  }

  /** Waits until it has ended. */
  void close(Duration limit) {
    pace.stop();
    pool.shutdown(limit);
    Threads.Timer next = timer;
    if (next != null) {
      next.cancel();
    }
  }
}
