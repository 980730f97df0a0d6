package io.bop.aof.manifest;

import io.bop.aof.format.ManifestRecord;
import io.bop.aof.format.ManifestRecord.CompressionDone;
import io.bop.aof.format.ManifestRecord.CompressionFailed;
import io.bop.aof.format.ManifestRecord.CompressionStarted;
import io.bop.aof.format.ManifestRecord.CustomEvent;
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
import io.bop.aof.format.ManifestRecord.Unknown;
import io.bop.aof.format.ManifestRecord.UploadDone;
import io.bop.aof.format.ManifestRecord.UploadFailed;
import io.bop.aof.format.ManifestRecord.UploadStarted;
import io.bop.aof.format.ManifestRecord.WriterEpoch;
import io.bop.aof.format.ObjectKeys;
import io.bop.aof.format.SegmentFooter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;

/** Draws records about what a ledger holds; most, not all, are allowed next. */
final class RandomHistory {

  private final Random random;
  private long micros = 1_000_000;
  private long nextSlot;

  RandomHistory(long seed) {
    random = new Random(seed);
  }

  /** A record that the invariants allow. */
  ManifestRecord allowed(Ledger ledger) {
    while (true) {
      ManifestRecord record = draw(ledger);
      try {
        LedgerInvariants.check(ledger, record);
        return record;
      } catch (InvariantException e) {
        micros++;
      }
    }
  }

  /** Any record at all, allowed or not. */
  ManifestRecord draw(Ledger ledger) {
    micros += 1 + random.nextInt(1000);
    List<StreamLedger> streams = new ArrayList<>(ledger.streams());
    streams.sort((a, b) -> Long.compare(a.streamId(), b.streamId()));
    if (streams.isEmpty() || chance(100)) {
      String name = "s" + random.nextInt(20);
      return new StreamCreated(ledger.nextStreamId(), micros, name, new byte[random.nextInt(5)]);
    }
    StreamLedger stream = streams.get(random.nextInt(streams.size()));
    if (chance(400)) {
      return new StreamDeleted(stream.streamId(), micros);
    }
    if (chance(150)) {
      return epoch(ledger, streams);
    }
    if (chance(25)) {
      long to = stream.startOffset() + random.nextInt(60);
      return new StreamTruncated(stream.streamId(), micros, to);
    }
    if (stream.size() == 0 || chance(6)) {
      return opened(ledger, stream);
    }
    SegmentEntry entry = stream.segments().get(random.nextInt(stream.size()));
    return aboutSegment(ledger, stream, entry);
  }

  private ManifestRecord epoch(Ledger ledger, List<StreamLedger> streams) {
    Map<Long, Long> first = new TreeMap<>();
    for (StreamLedger stream : streams) {
      first.put(stream.streamId(), chance(2) ? stream.sealedOffset() : stream.archivedOffset());
    }
    UUID owner = new UUID(random.nextLong(), random.nextLong());
    return new WriterEpoch(micros, ledger.epoch() + 1, owner, first);
  }

  private ManifestRecord opened(Ledger ledger, StreamLedger stream) {
    SegmentEntry last = stream.last();
    long base = stream.sealedOffset();
    long bytes = stream.sealedBytes();
    if (last != null && !last.isSealed()) {
      int ahead = random.nextInt(40);
      base = last.baseOffset() + ahead;
      bytes = last.baseBytes() + ahead * 100L;
    }
    long id = stream.highestSegmentId() + 1 + (chance(10) ? 1 : 0);
    return new SegmentOpened(
        stream.streamId(), id, micros, nextSlot++, base, bytes, ledger.epoch());
  }

  private ManifestRecord aboutSegment(Ledger ledger, StreamLedger stream, SegmentEntry entry) {
    long s = stream.streamId();
    long g = entry.segmentId();
    String key = key(ledger, entry);
    return switch (random.nextInt(14)) {
      case 0, 1, 2 -> sealed(stream, entry);
      case 3 -> new CompressionStarted(s, g, micros, ledger.nextJobId(), 1);
      case 4 -> new CompressionDone(s, g, micros, 50 + random.nextInt(9), crc(entry), 2, 1);
      case 5 -> new UploadStarted(s, g, micros, key);
      case 6 -> new UploadDone(s, g, micros, key, "etag", crc(entry), 60, 20);
      case 7 ->
          chance(5)
              ? new UploadFailed(s, g, micros, key, 3)
              : new LocalEvicted(s, g, micros, 0, entry.slot(), 100);
      case 8 -> new LocalEvicted(s, g, micros, random.nextInt(2), entry.slot(), 100);
      case 9 -> new Tier2DeleteQueued(s, g, micros, key);
      case 10 -> pendingDelete(ledger, s, g, key);
      case 11 ->
          chance(8)
              ? new NeedsRecovery(s, g, micros, random.nextInt(3), 1)
              : new CompressionFailed(s, g, micros, 0);
      case 12 -> new TailCheckpoint(s, g, micros, entry.baseOffset() + 3, 5000);
      default ->
          chance(2)
              ? new Unknown(23 + random.nextInt(99), s, g, micros, new byte[3])
              : new CustomEvent(s, g, micros, 5, new byte[random.nextInt(30)]);
    };
  }

  private ManifestRecord pendingDelete(Ledger ledger, long s, long g, String key) {
    List<PendingObject> pending = new ArrayList<>(ledger.pendingDeletes().values());
    if (pending.isEmpty()) {
      return new Tier2Deleted(s, g, micros, key);
    }
    PendingObject one = pending.get(random.nextInt(pending.size()));
    return new Tier2Deleted(one.streamId(), one.segmentId(), micros, one.key());
  }

  private String key(Ledger ledger, SegmentEntry entry) {
    if (entry.uploadStarted() && !chance(5)) {
      return entry.objectKey();
    }
    return ObjectKeys.segment(
        entry.streamId(), entry.segmentId(), ledger.epoch() - random.nextInt(2), crc(entry));
  }

  private static int crc(SegmentEntry entry) {
    return (int) (entry.segmentId() * 31 + entry.baseOffset());
  }

  private ManifestRecord sealed(StreamLedger stream, SegmentEntry entry) {
    SegmentEntry next = stream.after(entry.segmentId());
    boolean recovered = chance(10);
    long records =
        next == null || recovered ? random.nextInt(40) : next.baseOffset() - entry.baseOffset();
    return new SegmentSealed(
        entry.streamId(),
        entry.segmentId(),
        micros,
        chance(20) ? nextSlot++ : entry.slot(),
        records,
        SegmentEntry.DATA_START + records * 100,
        random.nextInt(),
        records == 0 ? 0 : micros - 10,
        records == 0 ? 0 : micros,
        chance(2),
        random.nextLong(),
        SegmentFooter.SEALED | (recovered ? SegmentFooter.RECOVERED : 0));
  }

  int upTo(int bound) {
    return random.nextInt(bound);
  }

  private boolean chance(int oneIn) {
    return random.nextInt(oneIn) == 0;
  }
}
