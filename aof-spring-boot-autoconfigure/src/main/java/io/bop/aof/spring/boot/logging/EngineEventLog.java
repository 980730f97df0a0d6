package io.bop.aof.spring.boot.logging;

import io.bop.aof.BackpressureKind;
import io.bop.aof.BreakerState;
import io.bop.aof.CompressionProfile;
import io.bop.aof.DrillReport;
import io.bop.aof.EngineListener;
import io.bop.aof.RecoveryReport;
import io.bop.aof.RequestKind;
import io.bop.aof.RequestOutcome;
import io.bop.aof.ScrubReport;
import io.bop.aof.Tier;
import io.bop.aof.Tier2Direction;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Logs each step of the engine with key-values, to the logger {@value #LOGGER}. Thread-safe. See
 * {@link LogEvent} for levels and texts.
 */
public final class EngineEventLog implements EngineListener {

  /** The logger's name. */
  public static final String LOGGER = "io.bop.aof.events";

  private static final Logger log = LoggerFactory.getLogger(LOGGER);

  /** Logs what it is told. */
  public EngineEventLog() {}

  /* Costs nothing but a look at the level when that is off. */
  private static LoggingEventBuilder event(LogEvent event) {
    return log.atLevel(event.level())
        .setMessage(event.text())
        .addKeyValue("aof.event", event.key());
  }

  private static LoggingEventBuilder event(LogEvent event, String stream) {
    return event(event).addKeyValue("aof.stream", stream);
  }

  private static LoggingEventBuilder event(LogEvent event, String stream, long segment) {
    return event(event, stream).addKeyValue("aof.segment", segment);
  }

  private static double millis(Duration took) {
    return took.toNanos() / 1e6;
  }

  @Override
  public void opened(RecoveryReport report) {
    event(LogEvent.STORE_OPENED)
        .addKeyValue("aof.created", report.created())
        .addKeyValue("aof.restored", report.restored())
        .addKeyValue("aof.cleanClose", report.cleanClose())
        .addKeyValue("aof.streams", report.streams())
        .addKeyValue("aof.segments", report.segments())
        .addKeyValue("aof.recoveredRecords", report.recoveredRecords())
        .addKeyValue("aof.truncatedBytes", report.truncatedBytes())
        .addKeyValue("aof.tookMillis", millis(report.took()))
        .log();
  }

  @Override
  public void streamCreated(String stream) {
    event(LogEvent.STREAM_CREATED, stream).log();
  }

  @Override
  public void segmentOpened(String stream, long segment, long baseOffset) {
    event(LogEvent.SEGMENT_OPENED, stream, segment).addKeyValue("aof.baseOffset", baseOffset).log();
  }

  @Override
  public void segmentSealed(String stream, long segment, long recordCount, long bytes) {
    event(LogEvent.SEGMENT_SEALED, stream, segment)
        .addKeyValue("aof.records", recordCount)
        .addKeyValue("aof.bytes", bytes)
        .log();
  }

  @Override
  public void compressed(
      String stream,
      long segment,
      CompressionProfile profile,
      long bytesIn,
      long bytesOut,
      Duration took) {
    event(LogEvent.SEGMENT_COMPRESSED, stream, segment)
        .addKeyValue("aof.tier", Tier.TIER1)
        .addKeyValue("aof.profile", profile)
        .addKeyValue("aof.bytes", bytesIn)
        .addKeyValue("aof.compressedBytes", bytesOut)
        .addKeyValue("aof.tookMillis", millis(took))
        .log();
  }

  @Override
  public void uploaded(String stream, long segment, long bytes, Duration took) {
    event(LogEvent.SEGMENT_UPLOADED, stream, segment)
        .addKeyValue("aof.tier", Tier.TIER2)
        .addKeyValue("aof.bytes", bytes)
        .addKeyValue("aof.tookMillis", millis(took))
        .log();
  }

  @Override
  public void evicted(String stream, long segment, Tier tier, long bytes) {
    event(LogEvent.SEGMENT_EVICTED, stream, segment)
        .addKeyValue("aof.tier", tier)
        .addKeyValue("aof.bytes", bytes)
        .log();
  }

  @Override
  public void hydrated(String stream, long segment, Tier from, Tier to, long bytes, Duration took) {
    event(LogEvent.SEGMENT_HYDRATED, stream, segment)
        .addKeyValue("aof.tier", to)
        .addKeyValue("aof.fromTier", from)
        .addKeyValue("aof.bytes", bytes)
        .addKeyValue("aof.tookMillis", millis(took))
        .log();
  }

  @Override
  public void retired(String stream, long segment) {
    event(LogEvent.SEGMENT_RETIRED, stream, segment).log();
  }

  @Override
  public void flushed(String stream, long bytes, Duration took, @Nullable Throwable failure) {
    LoggingEventBuilder builder =
        event(failure == null ? LogEvent.FLUSHED : LogEvent.FLUSH_FAILED, stream)
            .addKeyValue("aof.bytes", bytes)
            .addKeyValue("aof.tookMillis", millis(took));
    (failure == null ? builder : builder.setCause(failure)).log();
  }

  @Override
  public void backpressure(String stream, BackpressureKind kind, Duration waited, boolean refused) {
    event(refused ? LogEvent.APPEND_REFUSED : LogEvent.APPEND_WAITED, stream)
        .addKeyValue("aof.kind", kind)
        .addKeyValue("aof.waitedMillis", millis(waited))
        .log();
  }

  @Override
  public void tier2Request(RequestKind kind, RequestOutcome outcome, Duration took, long bytes) {
    if (outcome != RequestOutcome.OK) {
      event(LogEvent.TIER2_REQUEST_FAILED)
          .addKeyValue("aof.tier", Tier.TIER2)
          .addKeyValue("aof.operation", kind)
          .addKeyValue("aof.outcome", outcome)
          .addKeyValue("aof.tookMillis", millis(took))
          .log();
    }
  }

  @Override
  public void breakerChanged(
      Tier2Direction direction, BreakerState from, BreakerState to, @Nullable String reason) {
    event(LogEvent.BREAKER_CHANGED)
        .addKeyValue("aof.direction", direction)
        .addKeyValue("aof.from", from)
        .addKeyValue("aof.to", to)
        .addKeyValue("aof.reason", reason == null ? "" : reason)
        .log();
  }

  @Override
  public void archiveLagging(String stream, long segment, Duration age) {
    event(LogEvent.ARCHIVE_LAGGING, stream, segment)
        .addKeyValue("aof.ageMillis", age.toMillis())
        .log();
  }

  @Override
  public void archiveCaughtUp(Duration lasted) {
    event(LogEvent.ARCHIVE_CAUGHT_UP).addKeyValue("aof.tookMillis", millis(lasted)).log();
  }

  @Override
  public void damaged(String stream, long segment, Tier tier, String reason) {
    event(LogEvent.COPY_DAMAGED, stream, segment)
        .addKeyValue("aof.tier", tier)
        .addKeyValue("aof.reason", reason)
        .log();
  }

  @Override
  public void repaired(String stream, long segment, Tier tier) {
    event(LogEvent.COPY_REPAIRED, stream, segment).addKeyValue("aof.tier", tier).log();
  }

  @Override
  public void scrubbed(ScrubReport report) {
    event(LogEvent.SCRUBBED)
        .addKeyValue("aof.copies", report.copies())
        .addKeyValue("aof.bytes", report.bytes())
        .addKeyValue("aof.damaged", report.damaged())
        .addKeyValue("aof.unverified", report.unverified())
        .addKeyValue("aof.tookMillis", millis(report.took()))
        .log();
  }

  @Override
  public void drilled(DrillReport report) {
    event(LogEvent.DRILLED)
        .addKeyValue("aof.passed", report.passed())
        .addKeyValue("aof.failures", report.failures())
        .addKeyValue("aof.tookMillis", millis(report.took()))
        .log();
  }

  @Override
  public void storageFull(String path, long neededBytes, long freeBytes) {
    event(LogEvent.STORAGE_FULL)
        .addKeyValue("aof.path", path)
        .addKeyValue("aof.neededBytes", neededBytes)
        .addKeyValue("aof.freeBytes", freeBytes)
        .log();
  }

  @Override
  public void storageAvailable(String path) {
    event(LogEvent.STORAGE_AVAILABLE).addKeyValue("aof.path", path).log();
  }

  @Override
  public void failed(String stream, long segment, String operation, Throwable failure) {
    event(LogEvent.STEP_FAILED, stream, segment)
        .addKeyValue("aof.operation", operation)
        .setCause(failure)
        .log();
  }
}
