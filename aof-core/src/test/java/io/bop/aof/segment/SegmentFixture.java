package io.bop.aof.segment;

import io.bop.aof.format.SegmentHeader;
import io.bop.aof.format.SlotState;
import io.bop.aof.io.MappedFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.UUID;

/** Segments in plain memory. */
final class SegmentFixture {

  static final long SALT = 0x5a17;
  static final long BASE = 1_000;

  private SegmentFixture() {}

  static HotSegment segment(int size) {
    ByteBuffer memory = ByteBuffer.allocateDirect(size).order(ByteOrder.LITTLE_ENDIAN);
    MappedFile mapping =
        new MappedFile() {
          @Override
          public ByteBuffer buffer() {
            return memory;
          }

          @Override
          public void force(long from, long to) {}

          @Override
          public void close() {}
        };
    SegmentHeader header =
        new SegmentHeader(new UUID(1, 2), SALT, 1, 1, BASE, 0, size, 1, 1, SlotState.IN_USE);
    Slot slot = new Slot(1, Path.of("1.seg"), size);
    return new HotSegment(header, slot, mapping, size - 4_096, new CommitTablePool(1 << 20), 0);
  }

  static RecordBytes record(int flags, long timestamp, byte[] payload) {
    RecordBytes record = new RecordBytes();
    record.set(timestamp, flags, 0, new byte[0], new byte[0], payload, 0, payload.length);
    return record;
  }

  /** Claims, writes and commits; returns the claim. */
  static long append(HotSegment segment, RecordBytes record) {
    long claim = segment.claim(1, record.paddedSize(), -1);
    if (claim >= 0) {
      int index = HotSegment.indexOf(claim);
      int position = HotSegment.positionOf(claim);
      segment.write(record, index, position);
      segment.commit(index, position + record.paddedSize());
    }
    return claim;
  }

  static SegmentScan.Result scan(HotSegment segment, long limit) throws Exception {
    return SegmentScan.run(
        (position, dst, offset, length) -> segment.copy((int) position, dst, offset, length),
        SALT,
        BASE,
        limit);
  }
}
