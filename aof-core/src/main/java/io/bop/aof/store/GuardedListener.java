package io.bop.aof.store;

import io.bop.aof.BackpressureKind;
import io.bop.aof.BreakerState;
import io.bop.aof.CompressionProfile;
import io.bop.aof.DrillReport;
import io.bop.aof.Durability;
import io.bop.aof.EngineListener;
import io.bop.aof.RecoveryReport;
import io.bop.aof.RequestKind;
import io.bop.aof.RequestOutcome;
import io.bop.aof.ScrubReport;
import io.bop.aof.Tier;
import io.bop.aof.Tier2Direction;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what a listener throws away from the engine: a step that had told of itself would else be
 * taken for one that failed. Thread-safe.
 */
final class GuardedListener implements EngineListener {

  /* One that always throws would fill the log: told the first time, the second, the fourth. */
  private static final Logger log = LoggerFactory.getLogger(GuardedListener.class);

  private final EngineListener listener;
  private final AtomicLong failures = new AtomicLong();

  GuardedListener(EngineListener listener) {
    this.listener = listener;
  }

  /** How often it threw. */
  long failures() {
    return failures.get();
  }

  /** Whether there is anybody to tell. */
  boolean isHeard() {
    return listener != NOOP;
  }

  private void tell(String event, Runnable call) {
    try {
      call.run();
    } catch (Exception | LinkageError | AssertionError e) {
      long count = failures.incrementAndGet();
      if (Long.bitCount(count) == 1) {
        log.warn(
            "engine listener failed: event={} listener={} failures={}",
            event,
            listener.getClass().getName(),
            count,
            e);
      }
    }
  }

  @Override
  public void opened(RecoveryReport report) {
    tell("opened", () -> listener.opened(report));
  }

  @Override
  public void streamCreated(String stream) {
    tell("streamCreated", () -> listener.streamCreated(stream));
  }

  @Override
  public void segmentOpened(String stream, long segment, long baseOffset) {
    tell("segmentOpened", () -> listener.segmentOpened(stream, segment, baseOffset));
  }

  @Override
  public void activated(String stream, Duration waited) {
    tell("activated", () -> listener.activated(stream, waited));
  }

  @Override
  public void appended(String stream, int records, long bytes, Durability reached, Duration took) {
    tell("appended", () -> listener.appended(stream, records, bytes, reached, took));
  }

  @Override
  public void tier2Request(RequestKind kind, RequestOutcome outcome, Duration took, long bytes) {
    tell("tier2Request", () -> listener.tier2Request(kind, outcome, took, bytes));
  }

  @Override
  public void segmentSealed(String stream, long segment, long recordCount, long bytes) {
    tell("segmentSealed", () -> listener.segmentSealed(stream, segment, recordCount, bytes));
  }

  @Override
  public void flushed(String stream, long bytes, Duration took, @Nullable Throwable failure) {
    tell("flushed", () -> listener.flushed(stream, bytes, took, failure));
  }

  @Override
  public void backpressure(String stream, BackpressureKind kind, Duration waited, boolean refused) {
    tell("backpressure", () -> listener.backpressure(stream, kind, waited, refused));
  }

  @Override
  public void compressed(
      String stream,
      long segment,
      CompressionProfile profile,
      long bytesIn,
      long bytesOut,
      Duration took) {
    tell(
        "compressed", () -> listener.compressed(stream, segment, profile, bytesIn, bytesOut, took));
  }

  @Override
  public void uploaded(String stream, long segment, long bytes, Duration took) {
    tell("uploaded", () -> listener.uploaded(stream, segment, bytes, took));
  }

  @Override
  public void archiveLagging(String stream, long segment, Duration age) {
    tell("archiveLagging", () -> listener.archiveLagging(stream, segment, age));
  }

  @Override
  public void archiveCaughtUp(Duration lasted) {
    tell("archiveCaughtUp", () -> listener.archiveCaughtUp(lasted));
  }

  @Override
  public void breakerChanged(
      Tier2Direction direction, BreakerState from, BreakerState to, @Nullable String reason) {
    tell("breakerChanged", () -> listener.breakerChanged(direction, from, to, reason));
  }

  @Override
  public void evicted(String stream, long segment, Tier tier, long bytes) {
    tell("evicted", () -> listener.evicted(stream, segment, tier, bytes));
  }

  @Override
  public void hydrated(String stream, long segment, Tier from, Tier to, long bytes, Duration took) {
    tell("hydrated", () -> listener.hydrated(stream, segment, from, to, bytes, took));
  }

  @Override
  public void fetched(String stream, long segment, long bytes, Duration took, Duration since) {
    tell("fetched", () -> listener.fetched(stream, segment, bytes, took, since));
  }

  @Override
  public void damaged(String stream, long segment, Tier tier, String reason) {
    tell("damaged", () -> listener.damaged(stream, segment, tier, reason));
  }

  @Override
  public void repaired(String stream, long segment, Tier tier) {
    tell("repaired", () -> listener.repaired(stream, segment, tier));
  }

  @Override
  public void scrubbed(ScrubReport report) {
    tell("scrubbed", () -> listener.scrubbed(report));
  }

  @Override
  public void drilled(DrillReport report) {
    tell("drilled", () -> listener.drilled(report));
  }

  @Override
  public void retired(String stream, long segment) {
    tell("retired", () -> listener.retired(stream, segment));
  }

  @Override
  public void storageFull(String path, long neededBytes, long freeBytes) {
    tell("storageFull", () -> listener.storageFull(path, neededBytes, freeBytes));
  }

  @Override
  public void storageAvailable(String path) {
    tell("storageAvailable", () -> listener.storageAvailable(path));
  }

  @Override
  public void failed(String stream, long segment, String operation, Throwable failure) {
    tell("failed", () -> listener.failed(stream, segment, operation, failure));
  }
}
