package io.bop.aof.testkit.fuzz;

import io.bop.aof.UnsupportedFormatException;
import io.bop.aof.format.CursorEntry;
import io.bop.aof.format.CursorListCodec;
import io.bop.aof.format.CursorSlotCodec;
import io.bop.aof.format.CursorSlotCodec.CursorSlot;
import io.bop.aof.format.LedgerImage;
import io.bop.aof.format.LedgerSnapshotCodec;
import io.bop.aof.format.MalformedException;
import io.bop.aof.format.ManifestChunkHeader;
import io.bop.aof.format.ManifestChunkHeaderCodec;
import io.bop.aof.format.ManifestChunkReader;
import io.bop.aof.format.ManifestChunkReader.Step;
import io.bop.aof.format.ManifestMark;
import io.bop.aof.format.ManifestMarkCodec;
import io.bop.aof.format.ManifestRecord;
import io.bop.aof.format.ManifestRecord.ChunkSealed;
import io.bop.aof.format.ManifestRecordCodec;
import io.bop.aof.format.ManifestRecordLayout;
import io.bop.aof.format.ManifestRecordType;
import io.bop.aof.manifest.InvariantException;
import io.bop.aof.manifest.Ledger;
import io.bop.aof.manifest.Ledger.ChunkMark;
import io.bop.aof.manifest.LedgerInvariants;
import io.bop.aof.manifest.LedgerSnapshot;
import io.bop.aof.manifest.ManifestDamagedException;
import io.bop.aof.manifest.ManifestInspector;
import io.bop.aof.manifest.ManifestReplay;
import io.bop.aof.manifest.SegmentEntry;
import io.bop.aof.manifest.StreamLedger;
import io.bop.aof.testkit.SeededRandom;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** The decoders of the manifest, and what is folded from their values. Stateless. */
final class ManifestTargets {

  private ManifestTargets() {}

  static List<DecoderTarget> all() {
    return List.of(
        chunkHeader(), mark(), record(), chunk(), replay(), snapshot(), cursorSlot(), cursorList());
  }

  private static DecoderTarget mark() {
    return DecoderTarget.guarded(
        "manifest-mark",
        random ->
            ManifestMarkCodec.encode(
                new ManifestMark(
                    Samples.STORE,
                    random.anyPositiveOrZero(),
                    random.anyPositiveOrZero(),
                    random.anyPositiveOrZero())),
        bytes -> Checksums.signEnd(bytes, 0, ManifestMarkCodec.SIZE),
        bytes -> {
          ManifestMark mark = ManifestMarkCodec.decode(bytes, 0, "fuzz");
          Understood.require(
              ManifestMarkCodec.encode(mark), Arrays.copyOf(bytes, ManifestMarkCodec.SIZE));
          return mark;
        });
  }

  private static DecoderTarget cursorSlot() {
    return DecoderTarget.guarded(
        "cursor-slot",
        random ->
            CursorSlotCodec.encode(
                new CursorSlot(Samples.STORE, random.anyPositiveOrZero(), cursor(random))),
        bytes -> Checksums.signEnd(bytes, 0, CursorSlotCodec.SIZE),
        bytes -> {
          CursorSlot slot = CursorSlotCodec.decode(bytes, 0, "fuzz");
          byte[] again = CursorSlotCodec.encode(slot);
          Understood.require(again, Arrays.copyOf(bytes, again.length));
          return slot;
        });
  }

  private static DecoderTarget cursorList() {
    return DecoderTarget.unguarded(
        "cursor-list",
        random -> {
          List<CursorEntry> cursors = new ArrayList<>();
          for (int n = random.nextInt(4); n > 0; n--) {
            cursors.add(cursor(random));
          }
          return CursorListCodec.encode(cursors);
        },
        bytes -> {
          List<CursorEntry> cursors = CursorListCodec.decode(bytes);
          Understood.require(CursorListCodec.encode(cursors), bytes);
          return cursors;
        });
  }

  private static CursorEntry cursor(SeededRandom random) {
    return new CursorEntry(
        "consumer-".repeat(1 + random.nextInt(7)).substring(random.nextInt(9)),
        random.anyPositiveOrZero(),
        random.anyPositiveOrZero(),
        random.anyPositiveOrZero(),
        random.anyLong());
  }

  private static DecoderTarget chunkHeader() {
    return DecoderTarget.guarded(
        "chunk-header",
        random ->
            ManifestChunkHeaderCodec.encode(
                new ManifestChunkHeader(
                    Samples.STORE,
                    random.anyPositiveOrZero(),
                    random.anyPositiveOrZero(),
                    random.anyPositiveOrZero())),
        bytes -> Checksums.signEnd(bytes, 0, ManifestChunkHeaderCodec.SIZE),
        bytes -> {
          var header = ManifestChunkHeaderCodec.decode(bytes, bytes.length, "fuzz");
          byte[] again = ManifestChunkHeaderCodec.encode(header);
          Understood.require(again, Arrays.copyOf(bytes, again.length));
          return header;
        });
  }

  private static DecoderTarget record() {
    return DecoderTarget.guarded(
        "manifest-record",
        random -> ManifestRecordCodec.encode(ManifestSamples.record(random)),
        bytes -> {
          if (bytes.length >= ManifestRecordLayout.HEADER_SIZE) {
            signRecord(bytes, 0, bytes.length);
          }
          return bytes;
        },
        bytes -> {
          ManifestRecord record = ManifestRecordCodec.decode(bytes);
          Understood.require(ManifestRecordCodec.encode(record), bytes);
          Understood.require(!ManifestInspector.line(record).isEmpty());
          return record;
        });
  }

  private static void signRecord(byte[] bytes, int at, int size) {
    ByteBuffer in = Checksums.little(bytes);
    in.putInt(at + ManifestRecordLayout.CRC_AT, 0);
    in.putInt(at + ManifestRecordLayout.CRC_AT, Checksums.crc(bytes, at, size));
  }

  private static byte[] chunkBytes(SeededRandom random, boolean sealed) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(
        ManifestChunkHeaderCodec.encode(new ManifestChunkHeader(Samples.STORE, 0, 0, 1)));
    for (ManifestRecord record : ManifestSamples.history(random, 40)) {
      out.writeBytes(ManifestRecordCodec.encode(record));
    }
    byte[] open = out.toByteArray();
    if (!sealed) {
      return open;
    }
    int crc = Checksums.crc(open, 0, open.length);
    out.writeBytes(ManifestRecordCodec.encode(new ChunkSealed(5, open.length, crc)));
    return out.toByteArray();
  }

  /** Header, all records as far as their lengths lead, and what a seal says of the rest. */
  private static byte[] signChunk(byte[] bytes) {
    Checksums.signEnd(bytes, 0, ManifestChunkHeaderCodec.SIZE);
    ByteBuffer in = Checksums.little(bytes);
    int at = ManifestChunkHeaderCodec.SIZE;
    while (bytes.length - at >= ManifestRecordLayout.HEADER_SIZE) {
      int length = in.getInt(at + ManifestRecordLayout.PAYLOAD_LENGTH_AT);
      if (length < 0 || length > bytes.length - at - ManifestRecordLayout.HEADER_SIZE) {
        break;
      }
      int size = ManifestRecordLayout.HEADER_SIZE + length;
      if (in.getShort(at) == ManifestRecordType.CHUNK_SEALED
          && size == ManifestRecordLayout.CHUNK_SEALED_SIZE) {
        in.putLong(at + ManifestRecordLayout.HEADER_SIZE, at);
        int crcAt = at + ManifestRecordLayout.HEADER_SIZE + Long.BYTES;
        in.putInt(crcAt, Checksums.crc(bytes, 0, at));
      }
      signRecord(bytes, at, size);
      at += size;
    }
    return bytes;
  }

  private static DecoderTarget chunk() {
    return DecoderTarget.guarded(
            "manifest-chunk",
            random -> chunkBytes(random, random.oneIn(2)),
            ManifestTargets::signChunk,
            ManifestTargets::walk)
        .mayGive((valid, found) -> ((String) valid).startsWith((String) found));
  }

  private static String walk(byte[] bytes) {
    ManifestChunkReader reader = new ManifestChunkReader(bytes, bytes.length, "fuzz");
    StringBuilder found = new StringBuilder().append(reader.header());
    Step step = reader.next();
    while (step == Step.RECORD) {
      byte[] again = ManifestRecordCodec.encode(reader.record());
      Understood.require(again, Arrays.copyOfRange(bytes, reader.position(), reader.validLength()));
      found.append(' ').append(Checksums.crc(again, 0, again.length));
      step = reader.next();
    }
    Understood.require(reader.validLength() <= bytes.length);
    Understood.require(step == Step.END || !reader.reason().isEmpty());
    Understood.require(!ManifestInspector.chunk(bytes, "fuzz").isEmpty());
    ChunkSealed seal = ManifestChunkReader.sealAtEnd(bytes, bytes.length);
    Understood.require(seal == null || seal.length() < bytes.length);
    return found.toString();
  }

  private static DecoderTarget replay() {
    return DecoderTarget.guarded(
            "manifest-replay",
            random -> chunkBytes(random, true),
            ManifestTargets::signChunk,
            bytes -> {
              Ledger ledger = new Ledger(Samples.STORE);
              ManifestReplay.applyChunk(ledger, bytes, "fuzz");
              return use(ledger);
            })
        .mayThrow(
            Set.of(
                MalformedException.class,
                UnsupportedFormatException.class,
                ManifestDamagedException.class));
  }

  private static DecoderTarget snapshot() {
    return DecoderTarget.guarded(
        "ledger-snapshot",
        random -> {
          SortedMap<Integer, byte[]> extras = new TreeMap<>();
          for (int i = random.nextInt(3); i > 0; i--) {
            extras.put(random.between(-3, 3), random.bytes(random.length(30)));
          }
          return LedgerSnapshotCodec.encode(
              LedgerSnapshot.take(ManifestSamples.ledger(random), extras));
        },
        Checksums::signEnd,
        bytes -> {
          LedgerImage image = LedgerSnapshotCodec.decode(bytes, "fuzz");
          Understood.require(LedgerSnapshotCodec.encode(image), bytes);
          use(Ledger.of(image));
          Understood.require(!ManifestInspector.snapshot(bytes, "fuzz").isEmpty());
          return ByteBuffer.wrap(bytes);
        });
  }

  private static LedgerImage image(Ledger ledger) {
    ChunkMark mark = ledger.sealedChunk();
    return ledger.image(
        mark == null ? new ChunkMark(0, 0, 0, 0) : mark, Collections.emptySortedMap());
  }

  /** What an open does with a ledger: the snapshot of a sound one gives the same ledger again. */
  private static Object use(Ledger ledger) {
    try {
      LedgerInvariants.checkAll(ledger);
    } catch (InvariantException e) {
      return e.invariant();
    }
    for (StreamLedger stream : ledger.streams()) {
      for (long offset : new long[] {0, 5, stream.sealedOffset(), Long.MAX_VALUE}) {
        SegmentEntry entry = stream.find(offset);
        Understood.require(entry == null || entry.baseOffset() <= offset);
      }
      Understood.require(stream.divergesAt(1) >= 0);
    }
    byte[] encoded = LedgerSnapshotCodec.encode(image(ledger));
    Ledger again = Ledger.of(LedgerSnapshotCodec.decode(encoded, "again"));
    Understood.require(LedgerSnapshotCodec.encode(image(again)), encoded);
    LedgerInvariants.checkAll(again);
    for (StreamLedger stream : List.copyOf(again.streams())) {
      again.apply(new ManifestRecord.StreamTruncated(stream.streamId(), 1, Long.MAX_VALUE));
      again.apply(new ManifestRecord.StreamDeleted(stream.streamId(), 1));
    }
    return ByteBuffer.wrap(encoded);
  }
}
