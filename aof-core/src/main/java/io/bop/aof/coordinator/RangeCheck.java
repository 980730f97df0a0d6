package io.bop.aof.coordinator;

import io.bop.aof.SegmentState;
import io.bop.aof.Tier;
import io.bop.aof.VerifyReport;
import io.bop.aof.coordinator.CopyCheck.Finding;
import io.bop.aof.manifest.SegmentEntry;
import io.bop.aof.manifest.StreamLedger;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/** One look at all copies of some segments, for an operator who waits. Confined to his thread. */
final class RangeCheck {

  private final Parts parts;
  private final CopyCheck check;
  private final Scrubber.Suspicions suspicions;
  private final BooleanSupplier closed;
  private final List<String> damaged = new ArrayList<>();
  private final List<String> unverified = new ArrayList<>();
  private int segments;
  private int copies;
  private long bytes;

  RangeCheck(Parts parts, Scrubber.Suspicions suspicions, BooleanSupplier closed) {
    this.parts = parts;
    this.check = new CopyCheck(parts);
    this.suspicions = suspicions;
    this.closed = closed;
  }

  /** Looks at the sealed segments with records of the range. */
  VerifyReport run(StreamLedger stream, long from, long to) {
    long started = parts.host().time().nanoTime();
    for (SegmentEntry entry : stream.segments()) {
      boolean there = entry.isSealed() && !entry.isEmpty() && entry.state() != SegmentState.RETIRED;
      if (there && entry.baseOffset() < to && entry.nextOffset() > from) {
        segments++;
        look(entry);
      }
    }
    Duration took = Duration.ofNanos(parts.host().time().nanoTime() - started);
    return new VerifyReport(segments, copies, bytes, damaged, unverified, took);
  }

  private void look(SegmentEntry entry) {
    for (Tier tier : Tier.values()) {
      if (isThere(entry, tier)) {
        look(entry, tier);
      }
    }
  }

  private boolean isThere(SegmentEntry entry, Tier tier) {
    return switch (tier) {
      case TIER0 -> parts.hotSet().get(entry.streamId(), entry.segmentId()) != null;
      case TIER1 -> parts.warm().contains(entry.streamId(), entry.segmentId());
      case TIER2 -> parts.tier2() != null && entry.in(Tier.TIER2);
    };
  }

  private void look(SegmentEntry entry, Tier tier) {
    Finding finding = check.check(entry, tier, this::count);
    String copy = entry.segmentId() + " " + tier + ": ";
    if (finding instanceof Finding.Intact) {
      copies++;
    } else if (finding instanceof Finding.Damaged damage) {
      damaged.add(copy + damage.what());
      suspicions.suspect(entry.streamId(), entry.segmentId(), tier, damage.what());
    } else if (finding instanceof Finding.Unknown unknown) {
      unverified.add(copy + unknown.why());
    }
  }

  private void count(int piece) throws InterruptedIOException {
    if (closed.getAsBoolean()) {
      throw new InterruptedIOException("store is being closed");
    }
    bytes += piece;
  }
}
