package io.bop.aof.benchmarks;

import io.bop.aof.format.SegmentFooter;
import io.bop.aof.format.SegmentHeader;
import io.bop.aof.format.SegmentHeaderCodec;
import io.bop.aof.format.SlotState;
import io.bop.aof.segment.SegmentBytes;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.UUID;
import java.util.zip.CRC32C;

/** A sealed segment of real events, in memory. */
final class EventSegment implements SegmentBytes {

  private final byte[] bytes;
  private final int records;

  EventSegment(List<byte[]> records) {
    this.records = records.size();
    int size = DATA_START;
    for (byte[] record : records) {
      size += record.length;
    }
    ByteBuffer out = ByteBuffer.allocate(size);
    SegmentHeaderCodec.encode(
        new SegmentHeader(
            new UUID(1, 2), salt(), streamId(), segmentId(), 0, 0, size, 0, 1, SlotState.IN_USE),
        out);
    out.position(DATA_START);
    records.forEach(out::put);
    bytes = out.array();
  }

  SegmentFooter footer() {
    CRC32C crc = new CRC32C();
    crc.update(bytes, DATA_START, bytes.length - DATA_START);
    return new SegmentFooter(
        segmentId(),
        salt(),
        0,
        records,
        bytes.length,
        bytes.length,
        0,
        0,
        Long.MAX_VALUE,
        (int) crc.getValue(),
        false,
        0,
        0,
        SegmentFooter.SEALED);
  }

  byte[] bytes() {
    return bytes;
  }

  @Override
  public long streamId() {
    return 1;
  }

  @Override
  public long segmentId() {
    return 1;
  }

  @Override
  public long salt() {
    return EventRecords.SALT;
  }

  @Override
  public long baseOffset() {
    return 0;
  }

  @Override
  public long dataEnd() {
    return bytes.length;
  }

  @Override
  public void read(long position, byte[] dst, int offset, int length) {
    System.arraycopy(bytes, (int) position, dst, offset, length);
  }

  @Override
  public void close() {}
}
