package io.bop.aof.testkit.fuzz;

import io.bop.aof.format.ManifestRecord;
import io.bop.aof.format.ManifestRecord.ChunkSealed;
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
import io.bop.aof.format.SegmentHeaderLayout;
import io.bop.aof.manifest.InvariantException;
import io.bop.aof.manifest.Ledger;
import io.bop.aof.manifest.LedgerInvariants;
import io.bop.aof.testkit.SeededRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Draws manifest records about a few streams and segments, in any order. Stateless. */
final class ManifestSamples {

  private static final int STREAMS = 3;
  private static final int SEGMENTS = 5;
  private static final int TYPES = 20;

  private ManifestSamples() {}

  /** Records of which some make sense one after the other; no seal of a chunk. */
  static List<ManifestRecord> history(SeededRandom random, int most) {
    List<ManifestRecord> records = new ArrayList<>();
    records.add(new WriterEpoch(1, 1, new UUID(1, 2), Map.of()));
    records.add(new StreamCreated(1, 2, "orders", new byte[0]));
    records.add(new SegmentOpened(1, 1, 3, 1, 0, 0, 1));
    for (int i = random.length(most); i > 0; i--) {
      records.add(record(random));
    }
    return records;
  }

  /** A sound ledger after such a history, at the end of a chunk. */
  static Ledger ledger(SeededRandom random) {
    Ledger ledger = new Ledger(Samples.STORE);
    for (ManifestRecord record : history(random, 60)) {
      try {
        LedgerInvariants.check(ledger, record);
        ledger.apply(record);
      } catch (InvariantException e) {
        // Most records drawn at random do not fit.
      }
    }
    ledger.apply(new ChunkSealed(9, 64, 7));
    return ledger;
  }

  /** One record of any type. */
  static ManifestRecord record(SeededRandom random) {
    long stream = random.between(1, STREAMS);
    long segment = random.between(1, SEGMENTS);
    long micros = random.anyLong();
    String key = key(random, stream, segment);
    return switch (random.nextInt(TYPES)) {
      case 0, 1 ->
          new SegmentOpened(
              stream, segment, micros, number(random), number(random), number(random), 1);
      case 2, 3, 4 -> sealed(random, stream, segment, micros);
      case 5 -> new CompressionStarted(stream, segment, micros, number(random), 1);
      case 6 -> new CompressionDone(stream, segment, micros, number(random), 7, 2, 1);
      case 7 -> new UploadStarted(stream, segment, micros, key);
      case 8 -> new UploadDone(stream, segment, micros, key, random.name(9), 7, number(random), 0);
      case 9 -> new UploadFailed(stream, segment, micros, key, random.between(-1, 9));
      case 10 -> new Tier2DeleteQueued(stream, segment, micros, key);
      case 11 -> new Tier2Deleted(stream, segment, micros, key);
      case 12 ->
          new LocalEvicted(
              stream, segment, micros, random.between(-1, 3), number(random), number(random));
      case 13 ->
          new NeedsRecovery(stream, segment, micros, random.between(-1, 3), random.between(-1, 9));
      case 14 -> new TailCheckpoint(stream, segment, micros, number(random), number(random));
      default -> rare(random, stream, segment, micros);
    };
  }

  private static ManifestRecord rare(SeededRandom random, long stream, long segment, long micros) {
    return switch (random.nextInt(7)) {
      case 0 -> new CompressionFailed(stream, segment, micros, random.between(-1, 9));
      case 1 -> new CustomEvent(stream, segment, micros, 5, random.bytes(random.length(40)));
      case 2 ->
          new StreamCreated(
              stream, micros, "s" + random.nextInt(9), random.bytes(random.length(9)));
      case 3 -> new StreamDeleted(stream, micros);
      case 4 -> new StreamTruncated(stream, micros, number(random));
      case 5 ->
          new WriterEpoch(
              micros,
              number(random),
              new UUID(random.anyLong(), random.anyLong()),
              Map.of(stream, number(random), 9L, number(random)));
      default ->
          new Unknown(
              random.between(23, 0xFFFF), stream, segment, micros, random.bytes(random.length(9)));
    };
  }

  private static SegmentSealed sealed(SeededRandom random, long stream, long segment, long micros) {
    long records = number(random);
    return new SegmentSealed(
        stream,
        segment,
        micros,
        number(random),
        records,
        records == 0 ? SegmentHeaderLayout.PAGE_SIZE : number(random),
        7,
        random.anyLong(),
        random.anyLong(),
        random.oneIn(2),
        random.anyLong(),
        random.nextInt(8));
  }

  private static String key(SeededRandom random, long stream, long segment) {
    return random.oneIn(6) ? random.name(20) : ObjectKeys.segment(stream, segment, 1, 7);
  }

  private static long number(SeededRandom random) {
    return random.oneIn(8) ? random.anyPositiveOrZero() : random.between(0, 20);
  }
}
