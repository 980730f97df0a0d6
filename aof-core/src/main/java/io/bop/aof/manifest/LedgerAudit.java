package io.bop.aof.manifest;

import io.bop.aof.SegmentState;
import io.bop.aof.Tier;
import java.util.HashSet;
import java.util.Set;

/** Goes through a whole ledger and checks what {@link Invariant} says of its state. */
final class LedgerAudit {

  private final Ledger ledger;
  private final LedgerCounts counted = new LedgerCounts();
  private final Set<Long> slots = new HashSet<>();

  private LedgerAudit(Ledger ledger) {
    this.ledger = ledger;
  }

  static void run(Ledger ledger) {
    LedgerAudit audit = new LedgerAudit(ledger);
    for (StreamLedger stream : ledger.streams()) {
      audit.stream(stream);
    }
    audit.counters();
  }

  private void stream(StreamLedger stream) {
    boolean known = stream.streamId() < ledger.nextStreamId();
    require(known, Invariant.STREAM_NEW, "stream=" + stream.streamId());
    SegmentEntry previous = null;
    for (SegmentEntry entry : stream.segments()) {
      segment(entry);
      boolean archived =
          entry.isSettled() || !entry.isSealed() || entry.nextOffset() > stream.archivedOffset();
      require(archived, Invariant.UPLOADS_IN_ORDER, facts(entry));
      if (previous != null) {
        pair(previous, entry, stream.startOffset());
      }
      previous = entry;
    }
    if (previous != null) {
      boolean bounded = previous.segmentId() <= stream.highestSegmentId();
      require(bounded, Invariant.SEGMENT_IDS_RISE, facts(previous));
    }
  }

  private void segment(SegmentEntry entry) {
    counted.add(entry);
    if (entry.in(Tier.TIER0)) {
      require(slots.add(entry.slot()), Invariant.SLOT_FREE, facts(entry));
    }
    boolean disjoint = (entry.residencyBits() & entry.missingBits()) == 0;
    boolean located = (entry.residencyBits() | entry.missingBits()) != 0;
    require(disjoint && located, Invariant.ENTRY_SOUND, facts(entry));
    if (entry.isSealed()) {
      seal(entry);
    }
    boolean sound =
        switch (entry.state()) {
          case ACTIVE -> !entry.isSealed() && entry.recordCount() == 0;
          case SEALING -> false;
          case SEALED -> entry.isSealed();
          case COMPRESSED -> entry.isSealed() && entry.compressedBytes() > 0;
          case UPLOADED ->
              entry.isSealed()
                  && entry.uploadStarted()
                  && entry.tailLength() <= entry.compressedBytes()
                  && (entry.in(Tier.TIER2) || entry.missing(Tier.TIER2));
          case RETIRED -> true;
        };
    require(sound, Invariant.ENTRY_SOUND, facts(entry));
  }

  /* A length that does not fit its numbers must not come near an allocation. */
  private static void seal(SegmentEntry entry) {
    boolean sound =
        entry.dataEnd() >= SegmentEntry.DATA_START
            && entry.recordCount() >= 0
            && (entry.recordCount() == 0) == (entry.dataEnd() == SegmentEntry.DATA_START)
            && entry.nextOffset() >= entry.baseOffset()
            && entry.baseBytes() + entry.bytes() >= entry.baseBytes();
    require(
        sound,
        Invariant.SEAL_SOUND,
        facts(entry) + " records=" + entry.recordCount() + " dataEnd=" + entry.dataEnd());
  }

  /* Segments may only be absent between two others when they were retired or empty. */
  private static void pair(SegmentEntry previous, SegmentEntry entry, long startOffset) {
    boolean rises = entry.segmentId() > previous.segmentId();
    require(rises, Invariant.SEGMENT_IDS_RISE, facts(entry));
    require(entry.epoch() >= previous.epoch(), Invariant.EPOCHS_RISE, facts(entry));
    boolean truncated = entry.baseOffset() <= startOffset || isRetired(previous);
    boolean joins =
        !previous.isSealed()
            ? entry.baseOffset() >= previous.baseOffset()
            : entry.baseOffset() == previous.nextOffset()
                || (truncated && entry.baseOffset() > previous.nextOffset());
    require(joins, Invariant.SEGMENTS_CONTIGUOUS, facts(entry));
  }

  private static boolean isRetired(SegmentEntry entry) {
    return entry.state() == SegmentState.RETIRED;
  }

  private void counters() {
    LedgerCounts kept = ledger.counts();
    for (SegmentState state : SegmentState.values()) {
      boolean same = kept.segments(state) == counted.segments(state);
      require(same, Invariant.COUNTERS_RIGHT, "state=" + state);
    }
    for (Tier tier : Tier.values()) {
      boolean same =
          kept.in(tier) == counted.in(tier)
              && kept.missing(tier) == counted.missing(tier)
              && kept.bytes(tier) == counted.bytes(tier);
      require(same, Invariant.COUNTERS_RIGHT, "tier=" + tier);
    }
  }

  private static String facts(SegmentEntry entry) {
    return "stream="
        + entry.streamId()
        + " segment="
        + entry.segmentId()
        + " state="
        + entry.state()
        + " baseOffset="
        + entry.baseOffset();
  }

  private static void require(boolean holds, Invariant invariant, String facts) {
    if (!holds) {
      throw new InvariantException(invariant, facts);
    }
  }
}
