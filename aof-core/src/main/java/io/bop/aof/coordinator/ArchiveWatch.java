package io.bop.aof.coordinator;

import io.bop.aof.SegmentState;
import io.bop.aof.manifest.Ledger;
import io.bop.aof.manifest.SegmentEntry;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks how old the oldest sealed segment is that is not in Tier 2, and tells when it is too old
 * and when none is any more. One timer while anything waits for its upload, none else. Confined to
 * the coordinator.
 */
final class ArchiveWatch {

  private static final Logger log = LoggerFactory.getLogger(ArchiveWatch.class);
  private static final long RECOVERY_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Parts parts;
  private final Ledger ledger;
  private final Inbox inbox;
  private final LongFunction<String> names;
  private final BooleanSupplier clockIsSteady;
  private final Duration bound;
  private boolean armed;
  private boolean lagging;
  private long laggingSince;

  /**
   * Without a timer; see {@link #arm}.
   *
   * @param names of streams by id
   * @param clockIsSteady false: ages by the wall clock mean nothing now
   */
  ArchiveWatch(
      Parts parts,
      Ledger ledger,
      Inbox inbox,
      LongFunction<String> names,
      BooleanSupplier clockIsSteady) {
    this.parts = parts;
    this.ledger = ledger;
    this.inbox = inbox;
    this.names = names;
    this.clockIsSteady = clockIsSteady;
    this.bound = parts.config().tier2().archiveLagWarning();
  }

  /** Has the next look come in its time, if there is something to look at. */
  void arm() {
    boolean waits =
        ledger.counts().segments(SegmentState.SEALED) > 0
            || ledger.counts().segments(SegmentState.COMPRESSED) > 0;
    if (!armed && (waits || lagging) && parts.tier2() != null && !inbox.isStopped()) {
      armed = true;
      inbox.addLater(nanosToNextLook(), this::look);
    }
  }

  private void look() {
    armed = false;
    if (!clockIsSteady.getAsBoolean()) {
      return;
    }
    ArchiveLag lag = ArchiveLag.of(ledger.streams());
    SegmentEntry oldest = lag.oldest();
    Duration age = age(lag);
    if (oldest != null && age.compareTo(bound) >= 0) {
      late(oldest, age);
    } else if (lagging) {
      lagging = false;
      Duration lasted = Duration.ofNanos(parts.host().time().nanoTime() - laggingSince);
      log.info("uploads have caught up: laggedMillis={}", lasted.toMillis());
      parts.config().listener().archiveCaughtUp(lasted);
    }
  }

  private void late(SegmentEntry oldest, Duration age) {
    if (lagging) {
      return;
    }
    lagging = true;
    laggingSince = parts.host().time().nanoTime();
    String stream = names.apply(oldest.streamId());
    log.warn(
        "a sealed segment is not in tier 2 yet: stream={} segment={} ageSeconds={} limit={}"
            + " action=see the state of tier 2 in health, all goes on by itself",
        stream,
        oldest.segmentId(),
        age.toSeconds(),
        bound);
    parts.config().listener().archiveLagging(stream, oldest.segmentId(), age);
  }

  private Duration age(ArchiveLag lag) {
    return Duration.of(lag.oldestMicros(parts.host().time().wallMicros()), ChronoUnit.MICROS);
  }

  /* At once when the oldest can be too old, not before; and to see the end, every second. */
  private long nanosToNextLook() {
    if (lagging) {
      return RECOVERY_NANOS;
    }
    if (!clockIsSteady.getAsBoolean()) {
      return bound.toNanos();
    }
    Duration left = bound.minus(age(ArchiveLag.of(ledger.streams())));
    return Math.max(TimeUnit.MILLISECONDS.toNanos(1), left.toNanos());
  }
}
