package io.bop.aof.coordinator;

import io.bop.aof.AofException;
import io.bop.aof.format.SegmentFooter;
import io.bop.aof.manifest.Ledger;
import io.bop.aof.manifest.SegmentEntry;
import io.bop.aof.segment.HotSegment;
import io.bop.aof.segment.Slot;
import io.bop.aof.tier0.HotStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the coordinator does when a segment was sealed, or cannot be. */
final class SealOutcomes implements SegmentSeals.Reports {

  private static final Logger log = LoggerFactory.getLogger(SealOutcomes.class);

  private final Parts parts;
  private final Ledger ledger;
  private final Inbox inbox;
  private final ManifestJournal journal;
  private final SegmentMoves moves;
  private final LocalCopies copies;

  SealOutcomes(
      Parts parts,
      Ledger ledger,
      Inbox inbox,
      ManifestJournal journal,
      SegmentMoves moves,
      LocalCopies copies) {
    this.parts = parts;
    this.ledger = ledger;
    this.inbox = inbox;
    this.journal = journal;
    this.moves = moves;
    this.copies = copies;
  }

  @Override
  public void sealed(HotStream stream, HotSegment segment, Slot slot, SegmentFooter footer) {
    Runnable record = () -> sealedNow(stream, segment, slot, footer);
    inbox.add(() -> moves.inSealOrder(stream.id(), segment.segmentId(), record));
  }

  @Override
  public void sealFailed(HotStream stream, HotSegment segment, AofException cause) {
    log.error("segment cannot be sealed: stream={} {}", stream.name(), segment, cause);
    parts.config().listener().failed(stream.name(), segment.segmentId(), "seal", cause);
    stream.refuse(cause);
  }

  private void sealedNow(HotStream stream, HotSegment segment, Slot slot, SegmentFooter footer) {
    SegmentEntry entry = ledger.segment(stream.id(), segment.segmentId());
    boolean copied = !slot.equals(segment.slot());
    if (entry == null) {
      if (copied) {
        parts.slots().release(slot);
      }
      return;
    }
    segment.markSealed();
    if (copied) {
      parts.hotSet().add(stream.id(), slot, footer);
    } else {
      parts.hotSet().add(segment, footer);
    }
    parts
        .config()
        .listener()
        .segmentSealed(
            stream.name(),
            segment.segmentId(),
            footer.recordCount(),
            footer.dataEnd() - SegmentEntry.DATA_START);
    moves.handle(entry, new SegmentEvent.Sealed(footer, slot));
    if (copied) {
      journal.whenDurable(() -> copies.setAside(stream, segment));
    }
    stream.waits().wakeAll();
  }
}
