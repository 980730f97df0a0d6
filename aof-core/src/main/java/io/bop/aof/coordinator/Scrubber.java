package io.bop.aof.coordinator;

import io.bop.aof.ScrubConfig;
import io.bop.aof.Tier;
import io.bop.aof.coordinator.CopyCheck.Finding;
import io.bop.aof.format.ScrubState;
import io.bop.aof.io.Host;
import io.bop.aof.io.Threads;
import io.bop.aof.io.Threads.WorkerPool;
import io.bop.aof.manifest.Ledger;
import io.bop.aof.manifest.SegmentEntry;
import io.bop.aof.manifest.StreamLedger;
import io.bop.aof.read.ReadEvents;
import io.bop.aof.tier0.WaitSet;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads all sealed copies again and again, slowly, and says which are damaged: to the one whom
 * readers tell, so that it is looked at and mended the same way. Thread-safe.
 */
public final class Scrubber {

  /*
   * One pass goes through streams and segments by rising ids. Where it stands is kept in a file now
   * and then, so that a store which is reopened often gets to its end too. Between two passes there
   * is one timer and nothing else.
   */
  private static final Logger log = LoggerFactory.getLogger(Scrubber.class);
  private static final long SETTLE_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final long KEEP_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final Parts parts;
  private final Host host;
  private final Ledger ledger;
  private final ScrubConfig config;
  private final ReadEvents events;
  private final CopyCheck check;
  private final ScrubFile file;
  private final ScrubProgress progress = new ScrubProgress();
  private final WorkerPool pool;
  private final WaitSet waits;

  private volatile boolean closing;
  private volatile Threads.@Nullable Timer timer;
  private ScrubState state = new ScrubState(0, 0, 0, 0);
  private long readAgainAt;
  private long keptAt;

  /**
   * Of one store; begins nothing yet.
   *
   * @param events told of damage
   */
  Scrubber(Parts parts, Ledger ledger, ReadEvents events) {
    this.parts = parts;
    this.host = parts.host();
    this.ledger = ledger;
    this.config = parts.config().scrub();
    this.events = events;
    this.check = new CopyCheck(parts);
    Path root = parts.config().root();
    this.file = new ScrubFile(host.disk(), root.resolve("scrub.state"));
    this.pool = host.threads().pool("aof-scrub", 1);
    this.waits = new WaitSet(host);
  }

  /** What it did so far. */
  public ScrubProgress progress() {
    return progress;
  }

  /** Goes on where an earlier process stopped, after a while. */
  void start() {
    if (config.enabled()) {
      pool.execute(this::begin);
    }
  }

  private void begin() {
    long now = host.time().wallMicros();
    state = file.read().orElseGet(() -> new ScrubState(now, 0, 0, 0));
    progress.lastPass(state.lastPassMicros());
    long settle = Math.min(SETTLE_NANOS, config.interval().toNanos());
    schedule(state.passStartedMicros() != 0 ? settle : Math.max(settle, untilNextPass(now)));
  }

  /* However the wall clock was set meanwhile. */
  private long untilNextPass(long nowMicros) {
    long interval = config.interval().toNanos();
    long since = TimeUnit.MICROSECONDS.toNanos(nowMicros - state.lastPassMicros());
    return since < 0 ? interval : Math.max(0, interval - since);
  }

  private void schedule(long delayNanos) {
    if (!closing) {
      timer = host.threads().schedule(delayNanos, () -> pool.execute(this::pass));
    }
  }

  // ---- a pass

  private void pass() {
    if (closing) {
      return;
    }
    long started = host.time().nanoTime();
    readAgainAt = started;
    keptAt = started;
    if (state.passStartedMicros() == 0) {
      state = new ScrubState(state.lastPassMicros(), host.time().wallMicros(), 0, 0);
    }
    progress.passBegins();
    try {
      if (walk()) {
        passEnded(host.time().nanoTime() - started);
      }
    } finally {
      progress.passEnds();
      file.write(state);
    }
    schedule(config.interval().toNanos());
  }

  private void passEnded(long tookNanos) {
    long now = host.time().wallMicros();
    state = new ScrubState(now, 0, 0, 0);
    progress.lastPass(now);
    log.info(
        "all sealed copies were verified: copies={} bytes={} damaged={} tookMillis={}",
        progress.passCopies(),
        progress.passBytes(),
        progress.passDamaged(),
        TimeUnit.NANOSECONDS.toMillis(tookNanos));
    parts
        .config()
        .listener()
        .scrubbed(
            progress.passCopies(),
            progress.passBytes(),
            progress.passDamaged(),
            Duration.ofNanos(tookNanos));
  }

  /* False: the store is being closed. */
  private boolean walk() {
    List<StreamLedger> streams =
        ledger.streams().stream()
            .filter(stream -> !stream.deleted() && stream.streamId() >= state.streamId())
            .sorted(Comparator.comparingLong(StreamLedger::streamId))
            .toList();
    for (StreamLedger stream : streams) {
      long after = stream.streamId() == state.streamId() ? state.segmentId() : 0;
      for (SegmentEntry listed : List.copyOf(stream.segments())) {
        if (listed.segmentId() > after) {
          verify(stream, listed.segmentId());
          if (closing) {
            return false;
          }
          reached(stream.streamId(), listed.segmentId());
        }
      }
    }
    return true;
  }

  private void reached(long streamId, long segmentId) {
    state =
        new ScrubState(state.lastPassMicros(), state.passStartedMicros(), streamId, segmentId);
    long now = host.time().nanoTime();
    if (now - keptAt >= KEEP_NANOS) {
      keptAt = now;
      file.write(state);
    }
  }

  private void verify(StreamLedger stream, long segmentId) {
    for (Tier tier : Tier.values()) {
      SegmentEntry entry = stream.get(segmentId);
      if (entry != null && isDue(entry, tier) && !closing) {
        verify(stream.name(), entry, tier);
      }
    }
  }

  /* What is known to be damaged is not read again and again. */
  private boolean isDue(SegmentEntry entry, Tier tier) {
    boolean there =
        switch (tier) {
          case TIER0 -> parts.hotSet().get(entry.streamId(), entry.segmentId()) != null;
          case TIER1 -> parts.warm().contains(entry.streamId(), entry.segmentId());
          case TIER2 -> config.tier2() && parts.tier2() != null && entry.in(Tier.TIER2);
        };
    return there && entry.isSealed() && !entry.isEmpty() && !entry.missing(tier);
  }

  private void verify(String stream, SegmentEntry entry, Tier tier) {
    Finding finding = check.check(entry, tier, this::pace);
    if (finding instanceof Finding.Damaged damage) {
      progress.damaged();
      log.warn(
          "verification found damage: stream={} segment={} tier={} what={}",
          stream,
          entry.segmentId(),
          tier,
          damage.what());
      events.damaged(entry.streamId(), entry.segmentId(), tier, damage.what());
    } else if (finding instanceof Finding.Intact) {
      progress.verified();
    }
  }

  /* Bytes that were read before are paid for before the next ones are; nothing is saved up. */
  private void pace(int bytes) throws InterruptedIOException {
    waits.await(() -> closing, readAgainAt, false);
    if (closing) {
      throw new InterruptedIOException("store is being closed");
    }
    long cost = (long) (bytes * (double) TimeUnit.SECONDS.toNanos(1) / config.bytesPerSecond());
    readAgainAt = Math.max(readAgainAt, host.time().nanoTime()) + cost;
    progress.read(bytes);
  }

  /** Ends a pass that is under way; the next open goes on with it. */
  void close(Duration limit) {
    closing = true;
    waits.wakeAll();
    Threads.Timer next = timer;
    if (next != null) {
      next.cancel();
    }
    pool.shutdown(limit);
  }
}
