package io.bop.aof.manifest;

import io.bop.aof.SegmentState;
import io.bop.aof.Tier;
import io.bop.aof.format.ManifestRecord;
import io.bop.aof.format.ManifestRecord.CompressionDone;
import io.bop.aof.format.ManifestRecord.CompressionFailed;
import io.bop.aof.format.ManifestRecord.CompressionStarted;
import io.bop.aof.format.ManifestRecord.LocalEvicted;
import io.bop.aof.format.ManifestRecord.NeedsRecovery;
import io.bop.aof.format.ManifestRecord.SegmentOpened;
import io.bop.aof.format.ManifestRecord.SegmentSealed;
import io.bop.aof.format.ManifestRecord.StreamCreated;
import io.bop.aof.format.ManifestRecord.StreamDeleted;
import io.bop.aof.format.ManifestRecord.StreamTruncated;
import io.bop.aof.format.ManifestRecord.TailCheckpoint;
import io.bop.aof.format.ManifestRecord.Tier2DeleteQueued;
import io.bop.aof.format.ManifestRecord.Tier2Deleted;
import io.bop.aof.format.ManifestRecord.UploadDone;
import io.bop.aof.format.ManifestRecord.UploadFailed;
import io.bop.aof.format.ManifestRecord.UploadStarted;
import io.bop.aof.format.ManifestRecord.WriterEpoch;
import io.bop.aof.format.ObjectKeys;
import io.bop.aof.format.ObjectKeys.SegmentKey;
import io.bop.aof.format.SegmentFooter;
import io.bop.aof.format.TierBits;
import java.util.Optional;

/** The named invariants of a ledger. Only for the thread that applies records. */
public final class LedgerInvariants {

  private LedgerInvariants() {}

  /**
   * Whether the record may follow.
   *
   * @throws InvariantException when it breaks an invariant
   */
  public static void check(Ledger ledger, ManifestRecord record) {
    if (record instanceof StreamCreated r) {
      boolean fresh = r.streamId() >= ledger.nextStreamId() && ledger.stream(r.name()) == null;
      require(fresh, Invariant.STREAM_NEW, record, "name=" + r.name());
    } else if (record instanceof StreamDeleted) {
      livingStream(ledger, record);
    } else if (record instanceof StreamTruncated r) {
      truncated(livingStream(ledger, record), r);
    } else if (record instanceof WriterEpoch r) {
      boolean rises = r.epoch() >= ledger.epoch() && r.epoch() > ledger.announcedEpoch();
      require(rises, Invariant.EPOCHS_RISE, record, "epoch=" + r.epoch());
    } else if (record instanceof SegmentOpened r) {
      opened(ledger, livingStream(ledger, record), r);
    } else if (record instanceof Tier2DeleteQueued r) {
      deleteQueued(ledger, r);
    } else if (record instanceof Tier2Deleted r) {
      boolean announced = ledger.pendingDeletes().containsKey(r.key());
      require(announced, Invariant.DELETE_ANNOUNCED, record, "key=" + r.key());
    } else if (record instanceof UploadFailed r) {
      begun(ledger, record, r.key());
    } else {
      segment(ledger, record);
    }
  }

  /**
   * Whether the whole ledger is sound; takes time in proportion to all segments.
   *
   * @throws InvariantException when it is not
   */
  public static void checkAll(Ledger ledger) {
    LedgerAudit.run(ledger);
  }

  private static void truncated(StreamLedger stream, StreamTruncated r) {
    SegmentEntry last = stream.last();
    boolean open = last != null && !last.isSealed();
    boolean sound =
        r.newStartOffset() >= stream.startOffset()
            && (open || r.newStartOffset() <= stream.sealedOffset());
    require(
        sound,
        Invariant.START_RISES,
        r,
        "from=" + stream.startOffset() + " to=" + r.newStartOffset());
  }

  private static void opened(Ledger ledger, StreamLedger stream, SegmentOpened r) {
    boolean rises = r.segmentId() > stream.highestSegmentId();
    require(rises, Invariant.SEGMENT_IDS_RISE, r, "highest=" + stream.highestSegmentId());
    require(!ledger.slotInUse(r.slot()), Invariant.SLOT_FREE, r, "slot=" + r.slot());
    SegmentEntry last = stream.last();
    if (last != null && !last.isSealed()) {
      boolean behind = r.baseOffset() >= last.baseOffset() && r.baseBytes() >= last.baseBytes();
      require(behind, Invariant.SEGMENTS_CONTIGUOUS, r, "previous=" + last.baseOffset());
    } else {
      boolean joins =
          r.baseOffset() == stream.sealedOffset() && r.baseBytes() == stream.sealedBytes();
      require(
          joins,
          Invariant.SEGMENTS_CONTIGUOUS,
          r,
          "expected=" + stream.sealedOffset() + " baseOffset=" + r.baseOffset());
    }
    boolean newer = r.epoch() <= ledger.epoch() && (last == null || r.epoch() >= last.epoch());
    require(newer, Invariant.EPOCHS_RISE, r, "epoch=" + r.epoch());
  }

  private static void segment(Ledger ledger, ManifestRecord record) {
    if (record instanceof SegmentSealed r) {
      sealed(ledger, r);
    } else if (record instanceof TailCheckpoint r) {
      SegmentEntry entry = listed(ledger, record);
      boolean active = entry.state() == SegmentState.ACTIVE;
      require(active, Invariant.SEGMENT_ACTIVE, record, "state=" + entry.state());
      boolean inside = r.durableOffset() >= entry.baseOffset();
      require(inside, Invariant.SEAL_SOUND, record, "durableOffset=" + r.durableOffset());
    } else if (record instanceof CompressionStarted
        || record instanceof CompressionDone
        || record instanceof CompressionFailed) {
      sealedEntry(ledger, record);
    } else if (record instanceof UploadStarted r) {
      sealedEntry(ledger, record);
      keyFits(ledger, record, r.key());
      boolean free = !ledger.pendingDeletes().containsKey(r.key());
      require(free, Invariant.UPLOAD_ANNOUNCED, record, "key=" + r.key());
    } else if (record instanceof UploadDone r) {
      uploaded(ledger, r);
    } else if (record instanceof LocalEvicted r) {
      evicted(ledger, r);
    } else if (record instanceof NeedsRecovery r && r.segmentId() != 0) {
      listed(ledger, record);
      require(TierBits.isTier(r.tier()), Invariant.ENTRY_SOUND, record, "tier=" + r.tier());
    }
  }

  private static void sealed(Ledger ledger, SegmentSealed r) {
    SegmentEntry entry = listed(ledger, r);
    require(!entry.isSealed(), Invariant.SEGMENT_ACTIVE, r, "state=" + entry.state());
    boolean sound =
        r.recordCount() >= 0
            && r.dataEnd() >= SegmentEntry.DATA_START
            && (r.recordCount() == 0) == (r.dataEnd() == SegmentEntry.DATA_START)
            && (r.recordCount() == 0 || r.minTimestamp() <= r.maxTimestamp());
    require(
        sound, Invariant.SEAL_SOUND, r, "records=" + r.recordCount() + " dataEnd=" + r.dataEnd());
    boolean moved = r.slot() != entry.slot() && ledger.slotInUse(r.slot());
    require(!moved, Invariant.SLOT_FREE, r, "slot=" + r.slot());
    StreamLedger stream = ledger.stream(r.streamId());
    if (stream == null || stream.deleted()) {
      // Its segments go one by one, in any order.
      return;
    }
    SegmentEntry next = stream.after(r.segmentId());
    if (next != null && (r.flags() & SegmentFooter.RECOVERED) == 0) {
      long end = entry.baseOffset() + r.recordCount();
      long bytes = entry.baseBytes() + r.dataEnd() - SegmentEntry.DATA_START;
      boolean joins = next.baseOffset() == end && next.baseBytes() == bytes;
      require(joins, Invariant.SEGMENTS_CONTIGUOUS, r, "end=" + end + " next=" + next.baseOffset());
    }
    SegmentEntry before = stream.before(r.segmentId());
    if (before != null && before.isSealed() && before.state() != SegmentState.RETIRED) {
      boolean joins = before.nextOffset() == entry.baseOffset();
      require(joins, Invariant.SEGMENTS_CONTIGUOUS, r, "previousEnd=" + before.nextOffset());
    }
  }

  private static void uploaded(Ledger ledger, UploadDone r) {
    SegmentEntry entry = sealedEntry(ledger, r);
    keyFits(ledger, r, r.key());
    begun(ledger, r, r.key());
    StreamLedger stream = ledger.stream(r.streamId());
    boolean ordered = stream != null && stream.mayArchive(entry);
    long archived = ledger.archivedOffset(r.streamId());
    require(ordered, Invariant.UPLOADS_IN_ORDER, r, "archived=" + archived);
  }

  private static void deleteQueued(Ledger ledger, Tier2DeleteQueued r) {
    keyFits(ledger, r, r.key());
    SegmentEntry entry = ledger.segment(r.streamId(), r.segmentId());
    boolean needed =
        entry != null
            && entry.state() == SegmentState.UPLOADED
            && entry.in(Tier.TIER2)
            && entry.hasObject(r.key());
    require(!needed, Invariant.OBJECT_NOT_NEEDED, r, "key=" + r.key());
  }

  private static void evicted(Ledger ledger, LocalEvicted r) {
    SegmentEntry entry = listed(ledger, r);
    int bit = TierBits.bit(r.tier()) & ~TierBits.bit(Tier.TIER2);
    boolean held = ((entry.residencyBits() | entry.missingBits()) & bit) != 0;
    boolean sameSlot = r.tier() != 0 || r.slot() == entry.slot();
    require(held && sameSlot, Invariant.COPY_HELD, r, "tier=" + r.tier() + " slot=" + r.slot());
    boolean retired = entry.state() == SegmentState.RETIRED;
    require(retired || entry.isSealed(), Invariant.SEGMENT_SEALED, r, "state=" + entry.state());
    int left = (entry.residencyBits() | entry.missingBits()) & ~bit;
    boolean safe = retired || entry.isEmpty() || (entry.residencyBits() & ~bit) != 0;
    boolean forgets = (entry.residencyBits() & bit) == 0 && left != 0;
    require(safe || forgets, Invariant.NOT_THE_LAST_COPY, r, "tier=" + r.tier());
  }

  private static void keyFits(Ledger ledger, ManifestRecord record, String key) {
    Optional<SegmentKey> parsed = ObjectKeys.parseSegment(key);
    boolean fits =
        parsed.isPresent()
            && parsed.get().streamId() == record.streamId()
            && parsed.get().segmentId() == record.segmentId()
            && parsed.get().epoch() <= ledger.epoch();
    require(fits, Invariant.KEY_FITS, record, "key=" + key + " epoch=" + ledger.epoch());
  }

  private static void begun(Ledger ledger, ManifestRecord record, String key) {
    boolean begun = ledger.pendingUploads().containsKey(key);
    require(begun, Invariant.UPLOAD_ANNOUNCED, record, "key=" + key);
  }

  private static StreamLedger livingStream(Ledger ledger, ManifestRecord record) {
    StreamLedger stream = ledger.stream(record.streamId());
    if (stream == null || stream.deleted()) {
      throw broken(Invariant.STREAM_KNOWN, record, "");
    }
    return stream;
  }

  private static SegmentEntry listed(Ledger ledger, ManifestRecord record) {
    SegmentEntry entry = ledger.segment(record.streamId(), record.segmentId());
    if (entry == null) {
      throw broken(Invariant.SEGMENT_KNOWN, record, "");
    }
    return entry;
  }

  private static SegmentEntry sealedEntry(Ledger ledger, ManifestRecord record) {
    SegmentEntry entry = listed(ledger, record);
    require(entry.isSealed(), Invariant.SEGMENT_SEALED, record, "state=" + entry.state());
    return entry;
  }

  private static void require(
      boolean holds, Invariant invariant, ManifestRecord record, String facts) {
    if (!holds) {
      throw broken(invariant, record, facts);
    }
  }

  private static InvariantException broken(
      Invariant invariant, ManifestRecord record, String facts) {
    return new InvariantException(
        invariant,
        "record="
            + record.getClass().getSimpleName()
            + " stream="
            + record.streamId()
            + " segment="
            + record.segmentId()
            + (facts.isEmpty() ? "" : " " + facts));
  }
}
