package io.bop.aof.manifest;

import io.bop.aof.SegmentState;
import io.bop.aof.Tier;
import io.bop.aof.format.LedgerImage;
import io.bop.aof.format.LedgerImage.PendingImage;
import io.bop.aof.format.LedgerImage.StreamImage;
import io.bop.aof.format.LedgerImage.Totals;
import io.bop.aof.format.ManifestChunkHeader;
import io.bop.aof.format.ManifestRecord;
import io.bop.aof.format.ManifestRecord.ChunkSealed;
import io.bop.aof.format.ManifestRecord.CompressionDone;
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
import io.bop.aof.format.SegmentRow;
import io.bop.aof.format.TierBits;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The state of a store, folded from its manifest records. One thread applies them; streams, their
 * segments and the counters may be read by any thread, the maps of pending objects only by the one
 * that applies.
 *
 * <p>Applying is deterministic and total: any record is taken in any state, one that makes no sense
 * changes nothing. {@link LedgerInvariants} says beforehand whether it makes sense.
 */
public final class Ledger {

  private final UUID storeId;
  private final Map<Long, StreamLedger> byId = new ConcurrentHashMap<>();
  private final Map<String, StreamLedger> byName = new ConcurrentHashMap<>();
  private final Map<String, PendingObject> pendingDeletes = new LinkedHashMap<>();
  private final Map<String, PendingObject> pendingUploads = new LinkedHashMap<>();
  private final Map<Long, Integer> slots = new HashMap<>();
  private final LedgerCounts counts = new LedgerCounts();
  private volatile long nextStreamId = 1;
  private volatile long nextJobId = 1;
  private volatile long epoch;
  private volatile long announcedEpoch;
  private volatile long records;
  private volatile long chunkIndex;
  private long chunkEpoch;
  private @Nullable ChunkMark sealedChunk;

  /**
   * A sealed chunk and the state it left.
   *
   * @param epoch in its header
   * @param sealCrc CRC of all its bytes before the seal
   * @param records records in all chunks up to its end
   */
  public record ChunkMark(long index, long epoch, int sealCrc, long records) {}

  /** The state of a store without a record. */
  public Ledger(UUID storeId) {
    this.storeId = storeId;
  }

  /** The state in a snapshot. */
  public static Ledger of(LedgerImage image) {
    Ledger ledger = new Ledger(image.storeId());
    Totals totals = image.totals();
    ledger.nextStreamId = totals.nextStreamId();
    ledger.nextJobId = totals.nextJobId();
    ledger.epoch = totals.epoch();
    ledger.announcedEpoch = totals.announcedEpoch();
    ledger.records = totals.records();
    ledger.chunkIndex = image.chunkIndex();
    ledger.chunkEpoch = image.chunkEpoch();
    ledger.sealedChunk =
        new ChunkMark(image.chunkIndex(), image.chunkEpoch(), image.chunkCrc(), totals.records());
    for (StreamImage each : image.streams()) {
      ledger.restore(each);
    }
    image.pendingDeletes().forEach(p -> ledger.pendingDeletes.put(p.key(), pending(p)));
    image.pendingUploads().forEach(p -> ledger.pendingUploads.put(p.key(), pending(p)));
    return ledger;
  }

  private void restore(StreamImage image) {
    StreamLedger stream = StreamLedger.of(image);
    byId.put(stream.streamId(), stream);
    if (!stream.deleted()) {
      byName.put(stream.name(), stream);
    }
    for (SegmentRow row : image.segments()) {
      enter(stream, SegmentEntry.of(stream.streamId(), row));
    }
  }

  private static PendingObject pending(PendingImage p) {
    return new PendingObject(
        p.streamId(), p.segmentId(), p.key(), p.chunkIndex(), p.timestampMicros());
  }

  /**
   * The state now, as the state after that chunk. Segments are copied; nothing applied later shows.
   *
   * @param extras bytes of others to be kept with it, by number
   */
  public LedgerImage image(ChunkMark after, SortedMap<Integer, byte[]> extras) {
    List<StreamImage> streams = new ArrayList<>();
    byId.values().stream()
        .sorted(Comparator.comparingLong(StreamLedger::streamId))
        .forEach(stream -> streams.add(stream.image()));
    return new LedgerImage(
        storeId,
        after.index(),
        after.epoch(),
        after.sealCrc(),
        new Totals(epoch, announcedEpoch, records, nextStreamId, nextJobId),
        streams,
        images(pendingDeletes),
        images(pendingUploads),
        extras);
  }

  private static List<PendingImage> images(Map<String, PendingObject> pending) {
    List<PendingImage> images = new ArrayList<>(pending.size());
    for (PendingObject p : pending.values()) {
      images.add(
          new PendingImage(
              p.streamId(), p.segmentId(), p.key(), p.chunkIndex(), p.timestampMicros()));
    }
    return images;
  }

  /** The store. */
  public UUID storeId() {
    return storeId;
  }

  /** The stream of that name; null when there is none or it was deleted. */
  public @Nullable StreamLedger stream(String name) {
    return byName.get(name);
  }

  /** The stream with that id; null when it never was or nothing is left of it. */
  public @Nullable StreamLedger stream(long id) {
    return byId.get(id);
  }

  /** All streams, deleted ones too as long as a copy of a segment is left. No order. */
  public Collection<StreamLedger> streams() {
    return Collections.unmodifiableCollection(byId.values());
  }

  /** The segment; null when it is not listed. */
  public @Nullable SegmentEntry segment(long streamId, long segmentId) {
    StreamLedger stream = byId.get(streamId);
    return stream == null ? null : stream.get(segmentId);
  }

  /** Id for the next stream; above all that were ever used. */
  public long nextStreamId() {
    return nextStreamId;
  }

  /** Id for the next compression job; above all that were ever used. */
  public long nextJobId() {
    return nextJobId;
  }

  /** Highest writer epoch in a chunk header or a {@code WriterEpoch}; 0 when there was none. */
  public long epoch() {
    return epoch;
  }

  /** Highest writer epoch in a {@code WriterEpoch}; 0 when there was none. */
  public long announcedEpoch() {
    return announcedEpoch;
  }

  /** Records applied since the store began, seals of chunks included. */
  public long records() {
    return records;
  }

  /** The chunk that the newest records are in. */
  public long chunkIndex() {
    return chunkIndex;
  }

  /** The newest sealed chunk; null when none was sealed. */
  public @Nullable ChunkMark sealedChunk() {
    return sealedChunk;
  }

  /** Deletes queued and not done, by key, oldest first. Only for the thread that applies. */
  public Map<String, PendingObject> pendingDeletes() {
    return Collections.unmodifiableMap(pendingDeletes);
  }

  /** Uploads begun and neither done nor failed, by key, oldest first. Only as above. */
  public Map<String, PendingObject> pendingUploads() {
    return Collections.unmodifiableMap(pendingUploads);
  }

  /** Whether a segment is said to be in that Tier 0 slot. Only for the thread that applies. */
  public boolean slotInUse(long slot) {
    return slots.containsKey(slot);
  }

  /** First offset of the stream that is not in Tier 2; 0 for an unknown stream. */
  public long archivedOffset(long streamId) {
    StreamLedger stream = byId.get(streamId);
    return stream == null ? 0 : stream.archivedOffset();
  }

  /** Segments of all streams by state and tier. */
  public LedgerCounts counts() {
    return counts;
  }

  /** The records that follow are in this chunk. */
  public void beginChunk(ManifestChunkHeader header) {
    chunkIndex = header.chunkIndex();
    chunkEpoch = header.epoch();
    epoch = Math.max(epoch, header.epoch());
  }

  /** Folds in one record. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread applies, others only read
  public void apply(ManifestRecord record) {
    records++;
    if (record instanceof StreamCreated r) {
      created(r);
    } else if (record instanceof WriterEpoch r) {
      tookOver(r);
    } else if (record instanceof ChunkSealed r) {
      sealedChunk = new ChunkMark(chunkIndex, chunkEpoch, r.crc32c(), records);
    } else if (record instanceof CompressionStarted r) {
      nextJobId = Math.max(nextJobId, r.jobId() + 1);
    } else if (record instanceof UploadStarted r) {
      pendingUploads.put(r.key(), pending(r, r.key()));
    } else if (record instanceof UploadDone r) {
      pendingUploads.remove(r.key());
    } else if (record instanceof UploadFailed r) {
      pendingUploads.remove(r.key());
    } else if (record instanceof Tier2DeleteQueued r) {
      pendingUploads.remove(r.key());
      pendingDeletes.putIfAbsent(r.key(), pending(r, r.key()));
    } else if (record instanceof Tier2Deleted r) {
      pendingDeletes.remove(r.key());
    }
    StreamLedger stream = byId.get(record.streamId());
    if (stream != null) {
      applyToStream(stream, record);
    }
  }

  private PendingObject pending(ManifestRecord r, String key) {
    return new PendingObject(r.streamId(), r.segmentId(), key, chunkIndex, r.timestampMicros());
  }

  private void applyToStream(StreamLedger stream, ManifestRecord record) {
    if (record instanceof SegmentOpened r) {
      opened(stream, r);
    } else if (record instanceof StreamDeleted) {
      deleted(stream);
    } else if (record instanceof StreamTruncated r) {
      truncated(stream, r);
    } else {
      SegmentEntry entry = stream.get(record.segmentId());
      if (entry != null) {
        applyToSegment(stream, entry, record);
      }
    }
  }

  private void applyToSegment(StreamLedger stream, SegmentEntry entry, ManifestRecord record) {
    if (record instanceof SegmentSealed r) {
      sealed(stream, entry, r);
    } else if (record instanceof CompressionDone r && entry.isSealed()) {
      change(stream, entry, entry.compressed(r));
    } else if (record instanceof UploadStarted r) {
      ObjectKeys.parseSegment(r.key())
          .ifPresent(key -> change(stream, entry, entry.uploading(key)));
    } else if (record instanceof UploadDone r && entry.isSealed()) {
      SegmentKey unknown = new SegmentKey(r.streamId(), r.segmentId(), epoch, r.crc32c(), 0);
      SegmentKey key = ObjectKeys.parseSegment(r.key()).orElse(unknown);
      change(stream, entry, entry.uploaded(r, key));
      stream.advanceArchived();
    } else if (record instanceof Tier2DeleteQueued r && entry.givesUp(r.key())) {
      change(stream, entry, entry.withKeyGivenUp());
    } else if (record instanceof Tier2Deleted r) {
      objectGone(stream, entry, r);
    } else if (record instanceof LocalEvicted r) {
      int bit = TierBits.bit(r.tier()) & ~TierBits.bit(Tier.TIER2);
      change(stream, entry, entry.without(bit));
    } else if (record instanceof NeedsRecovery r) {
      change(stream, entry, entry.needingRecovery(TierBits.bit(r.tier())));
    } else if (record instanceof TailCheckpoint r && !entry.isSealed()) {
      stream.mark(new StreamLedger.TailMark(r.segmentId(), r.durableOffset(), r.durablePosition()));
    }
  }

  private void created(StreamCreated record) {
    boolean fresh = record.streamId() >= nextStreamId;
    nextStreamId = Math.max(nextStreamId, record.streamId() + 1);
    if (fresh && !byName.containsKey(record.name())) {
      StreamLedger stream =
          new StreamLedger(
              record.streamId(), record.name(), record.settings(), record.timestampMicros());
      byId.put(stream.streamId(), stream);
      byName.put(stream.name(), stream);
    }
  }

  private void opened(StreamLedger stream, SegmentOpened record) {
    SegmentEntry last = stream.last();
    boolean rises =
        record.segmentId() > stream.highestSegmentId()
            && (last == null || record.baseOffset() >= last.baseOffset());
    if (rises && !stream.deleted()) {
      enter(stream, SegmentEntry.opened(record));
    }
  }

  private void sealed(StreamLedger stream, SegmentEntry entry, SegmentSealed record) {
    if (entry.isSealed()) {
      return;
    }
    SegmentEntry sealed = entry.sealed(record);
    change(stream, entry, sealed);
    stream.sealed(sealed);
    if ((record.flags() & SegmentFooter.RECOVERED) != 0) {
      cutBehindGap(stream, sealed);
    }
    stream.advanceArchived();
  }

  /* What recovery found behind a gap was quarantined before the seal was written. */
  private void cutBehindGap(StreamLedger stream, SegmentEntry from) {
    SegmentEntry kept = from;
    SegmentEntry next = stream.after(from.segmentId());
    while (next != null && kept.isSealed() && next.baseOffset() == kept.nextOffset()) {
      kept = next;
      next = stream.after(next.segmentId());
    }
    if (next != null && kept.isSealed()) {
      cutAfter(stream, kept.segmentId(), kept.nextOffset(), kept.baseBytes() + kept.bytes());
    }
  }

  private void cutAfter(StreamLedger stream, long segmentId, long offset, long bytes) {
    for (SegmentEntry last = stream.last();
        last != null && last.segmentId() > segmentId;
        last = stream.last()) {
      leave(stream, last);
    }
    stream.cutAt(offset, bytes);
  }

  private void tookOver(WriterEpoch record) {
    epoch = Math.max(epoch, record.epoch());
    announcedEpoch = Math.max(announcedEpoch, record.epoch());
    record
        .firstOffsets()
        .forEach(
            (id, first) -> {
              StreamLedger stream = byId.get(id);
              if (stream != null && record.epoch() == announcedEpoch) {
                stream.epochBegan(record.epoch(), first);
                cutLost(stream, record.epoch(), first);
              }
            });
  }

  /* A new writer begins below what the former one had locally: that never reached Tier 2. */
  private void cutLost(StreamLedger stream, long newEpoch, long first) {
    SegmentEntry lost = null;
    for (SegmentEntry e = stream.last();
        e != null && e.baseOffset() >= first && (e.isEmpty() || isLost(e, newEpoch));
        e = stream.before(e.segmentId())) {
      lost = e.isEmpty() ? lost : e;
    }
    if (lost != null) {
      cutAfter(stream, lost.segmentId() - 1, lost.baseOffset(), lost.baseBytes());
      stream.advanceArchived();
    }
  }

  private static boolean isLost(SegmentEntry entry, long newEpoch) {
    return entry.epoch() < newEpoch && !entry.in(Tier.TIER2) && !entry.isEmpty();
  }

  private void truncated(StreamLedger stream, StreamTruncated record) {
    stream.startAt(record.newStartOffset());
    for (SegmentEntry entry : stream.segments()) {
      if (!entry.isSealed() || entry.nextOffset() > record.newStartOffset()) {
        break;
      }
      change(stream, entry, entry.retired());
    }
    stream.advanceArchived();
  }

  private void deleted(StreamLedger stream) {
    if (!stream.deleted()) {
      byName.remove(stream.name(), stream);
      stream.delete();
      for (SegmentEntry entry : stream.segments()) {
        change(stream, entry, entry.retired());
      }
      stream.advanceArchived();
      dropIfNothingLeft(stream);
    }
  }

  private void objectGone(StreamLedger stream, SegmentEntry entry, Tier2Deleted record) {
    boolean counted = entry.in(Tier.TIER2) || entry.missing(Tier.TIER2);
    if (counted && entry.hasObject(record.key())) {
      int bit = TierBits.bit(Tier.TIER2);
      boolean retired = entry.state() == SegmentState.RETIRED;
      change(stream, entry, retired ? entry.without(bit) : entry.needingRecovery(bit));
    }
  }

  private void enter(StreamLedger stream, SegmentEntry entry) {
    stream.add(entry);
    counts.add(entry);
    holdSlot(entry, 1);
  }

  private void change(StreamLedger stream, SegmentEntry old, SegmentEntry entry) {
    if (entry.isGone()) {
      leave(stream, old);
      return;
    }
    holdSlot(old, -1);
    stream.replace(old, entry);
    counts.remove(old);
    counts.add(entry);
    holdSlot(entry, 1);
  }

  private void leave(StreamLedger stream, SegmentEntry entry) {
    stream.remove(entry);
    counts.remove(entry);
    holdSlot(entry, -1);
    dropIfNothingLeft(stream);
  }

  private void dropIfNothingLeft(StreamLedger stream) {
    if (stream.deleted() && stream.size() == 0) {
      byId.remove(stream.streamId());
    }
  }

  private void holdSlot(SegmentEntry entry, int sign) {
    if (entry.in(Tier.TIER0)) {
      slots.merge(entry.slot(), sign, (a, b) -> a + b == 0 ? null : Integer.valueOf(a + b));
    }
  }
}
