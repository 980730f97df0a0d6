package io.bop.aof.segment;

import io.bop.aof.format.RecordLayout;
import io.bop.aof.format.SegmentHeader;
import io.bop.aof.format.SlotState;
import io.bop.aof.proofs.HeapFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.UUID;

/** Segments and records of the proofs. */
final class Segments {

  static final long BASE = 100;
  static final int PAYLOAD = 40;
  static final int RECORD = RecordLayout.HEADER_SIZE + PAYLOAD;

  private static final UUID STORE = new UUID(1, 2);
  private static final Path FILE = Path.of("1.seg");
  private static final int SIZE = SegmentBytes.DATA_START + 1024;

  private static final CommitTablePool PAGES = new CommitTablePool(64L << 20);

  private Segments() {}

  /** A segment with room for some records. */
  static HotSegment segment() {
    return segment(new HeapFile(SIZE), SIZE, PAGES);
  }

  /** A segment with room for that many records. */
  static HotSegment withRoomFor(int records) {
    return segment(new HeapFile(SIZE), SegmentBytes.DATA_START + records * RECORD, PAGES);
  }

  static HotSegment segment(HeapFile file, int limit, CommitTablePool pool) {
    SegmentHeader header =
        new SegmentHeader(STORE, 0x5a17, 1, 1, BASE, 0, SIZE, 1, 1, SlotState.IN_USE);
    return new HotSegment(header, new Slot(1, FILE, SIZE), file, limit, pool, 0);
  }

  /** A record whose payload is nothing but {@code fill}. */
  static RecordBytes record(int fill) {
    byte[] payload = new byte[PAYLOAD];
    Arrays.fill(payload, (byte) fill);
    RecordBytes record = new RecordBytes();
    record.set(1, payload, 0, PAYLOAD);
    return record;
  }

  /** Whether the record stands there whole. */
  static boolean isWhole(HotSegment segment, int index, int fill) {
    ByteBuffer bytes = segment.bytes();
    int at = segment.startOf(index);
    if (bytes.getInt(at + RecordLayout.SIZE_AT) != RECORD
        || bytes.getLong(at + RecordLayout.OFFSET_AT) != BASE + index) {
      return false;
    }
    for (int i = 0; i < PAYLOAD; i++) {
      if (bytes.get(at + RecordLayout.HEADER_SIZE + i) != (byte) fill) {
        return false;
      }
    }
    return true;
  }

  /** Position behind the record, when all before it are of the same size. */
  static int endOf(int index) {
    return SegmentBytes.DATA_START + (index + 1) * RECORD;
  }

  /** Gives the table's pages back. */
  static void done(HotSegment segment) {
    segment.retire(() -> {});
  }

  static void writeAndCommit(HotSegment segment, RecordBytes record, int index) {
    segment.write(record, index, endOf(index - 1));
    segment.commit(index, endOf(index));
  }
}
