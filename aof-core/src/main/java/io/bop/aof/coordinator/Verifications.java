package io.bop.aof.coordinator;

import io.bop.aof.Tier;
import io.bop.aof.coordinator.CopyCheck.Finding;
import io.bop.aof.io.Threads.WorkerPool;
import io.bop.aof.manifest.SegmentEntry;
import java.io.InterruptedIOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Looks at copies that somebody could not use, one at a time. Thread-safe. */
final class Verifications {

  private static final Logger log = LoggerFactory.getLogger(Verifications.class);

  private final CopyCheck check;
  private final Repairs repairs;
  private final SegmentWorkers.Reports reports;
  private final WorkerPool pool;
  private volatile boolean closing;

  Verifications(Parts parts, SegmentWorkers.Reports reports) {
    this.check = new CopyCheck(parts);
    this.repairs = parts.repairs();
    this.reports = reports;
    this.pool = parts.host().threads().pool("aof-verify", 1);
  }

  void start(SegmentAction.Verify action) {
    pool.execute(() -> run(action.entry(), action.tier()));
  }

  private void run(SegmentEntry entry, Tier tier) {
    Finding finding;
    try {
      finding = check.check(entry, tier, this::checkOpen);
    } catch (RuntimeException e) {
      log.warn("verification failed: segment={} tier={}", entry.segmentId(), tier, e);
      finding = new Finding.Unknown(String.valueOf(e.getMessage()));
    }
    if (!closing) {
      report(entry, tier, finding);
    }
  }

  private void checkOpen(int bytes) throws InterruptedIOException {
    if (closing) {
      throw new InterruptedIOException("store is being closed");
    }
  }

  /** Tells the coordinator what a check found. */
  void report(SegmentEntry entry, Tier tier, Finding finding) {
    if (finding instanceof Finding.Intact intact) {
      reports.report(entry, new SegmentEvent.Verified(tier, intact.file()));
    } else if (finding instanceof Finding.Damaged damage) {
      repairs.damaged(reports.nameOf(entry.streamId()), entry.segmentId(), tier, damage.what());
      reports.report(entry, new SegmentEvent.CopyLost(tier, damage.reason()));
    } else if (finding instanceof Finding.Dropped) {
      reports.report(entry, new SegmentEvent.Dropped(tier));
    } else if (finding instanceof Finding.Unknown unknown) {
      // Tier 2 is away or busy: expected, tried again, and told of by the circuit breaker.
      log.atLevel(tier == Tier.TIER2 ? Level.INFO : Level.WARN)
          .log(
              "copy cannot be verified now: stream={} segment={} tier={} reason={}",
              reports.nameOf(entry.streamId()),
              entry.segmentId(),
              tier,
              unknown.why());
      reports.report(entry, new SegmentEvent.NotVerified(tier));
    }
  }

  void close(Duration limit) {
    closing = true;
    pool.shutdown(limit);
  }
}
