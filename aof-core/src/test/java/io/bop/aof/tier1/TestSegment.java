package io.bop.aof.tier1;

import io.bop.aof.format.RecordChecksum;
import io.bop.aof.format.RecordLayout;
import io.bop.aof.format.SegmentFooter;
import io.bop.aof.format.SegmentHeader;
import io.bop.aof.format.SegmentHeaderCodec;
import io.bop.aof.format.SlotState;
import io.bop.aof.segment.SegmentBytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.zip.CRC32C;

/** A sealed segment in memory, encoded here from the format's description. */
final class TestSegment implements SegmentBytes {

  static final int RECORD_HEADER = 32;

  private final long streamId;
  private final long segmentId;
  private final long salt;
  private final long baseOffset;
  private final List<Long> timestamps = new ArrayList<>();
  private final List<Boolean> padding = new ArrayList<>();
  private final List<Integer> positions = new ArrayList<>();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private byte[] bytes = new byte[0];
  private int largestRead;

  TestSegment(long streamId, long segmentId, long salt, long baseOffset) {
    this.streamId = streamId;
    this.segmentId = segmentId;
    this.salt = salt;
    this.baseOffset = baseOffset;
    byte[] page = new byte[DATA_START];
    SegmentHeaderCodec.encode(
        new SegmentHeader(
            new UUID(1, 2),
            salt,
            streamId,
            segmentId,
            baseOffset,
            0,
            1 << 20,
            5,
            1,
            SlotState.IN_USE),
        ByteBuffer.wrap(page));
    out.writeBytes(page);
  }

  /** Random records, some compressible, with sizes from 32 bytes to {@code maxSize}. */
  static TestSegment random(Random random, int records, int maxSize) {
    TestSegment segment =
        new TestSegment(
            random.nextInt(1000),
            random.nextInt(1000),
            random.nextLong(),
            random.nextInt(1_000_000));
    long timestamp = 1_000_000;
    for (int i = 0; i < records; i++) {
      timestamp += random.nextInt(1000) - 100;
      int size = random.nextInt(random.nextInt(20) == 0 ? maxSize : Math.min(maxSize, 500)) + 1;
      byte[] payload = new byte[Math.max(0, size - RECORD_HEADER)];
      if (random.nextBoolean()) {
        random.nextBytes(payload);
      }
      segment.add(payload, timestamp, random.nextInt(50) == 0);
    }
    return segment;
  }

  TestSegment add(byte[] payload, long timestamp) {
    return add(payload, timestamp, false);
  }

  TestSegment add(byte[] payload, long timestamp, boolean isPadding) {
    long offset = baseOffset + positions.size();
    int size = RECORD_HEADER + payload.length;
    byte[] record = new byte[(size + 7) / 8 * 8];
    ByteBuffer buffer = ByteBuffer.wrap(record).order(ByteOrder.LITTLE_ENDIAN);
    buffer.putInt(0, size).putLong(8, offset).putLong(16, timestamp);
    buffer.putShort(24, (short) (isPadding ? RecordLayout.FLAG_PADDING : 0));
    buffer.put(RECORD_HEADER, payload);
    CRC32C crc = new CRC32C();
    crc.update(record, 16, size - 16);
    buffer.putInt(4, RecordChecksum.of((int) crc.getValue(), size, salt, offset));
    positions.add(out.size());
    timestamps.add(timestamp);
    padding.add(isPadding);
    out.writeBytes(record);
    return this;
  }

  /** Header page and records. */
  byte[] bytes() {
    if (bytes.length != out.size()) {
      bytes = out.toByteArray();
    }
    return bytes;
  }

  int records() {
    return positions.size();
  }

  /** Index of a record in {@link #bytes}; that of the end for the one after the last. */
  int position(int record) {
    return record == positions.size() ? out.size() : positions.get(record);
  }

  long timestamp(int record) {
    return timestamps.get(record);
  }

  boolean isPadding(int record) {
    return padding.get(record);
  }

  int largestRead() {
    return largestRead;
  }

  SegmentFooter footer() {
    long min = Long.MAX_VALUE;
    long max = Long.MIN_VALUE;
    for (int i = 0; i < timestamps.size(); i++) {
      if (!padding.get(i)) {
        min = Math.min(min, timestamps.get(i));
        max = Math.max(max, timestamps.get(i));
      }
    }
    CRC32C crc = new CRC32C();
    crc.update(bytes(), DATA_START, bytes().length - DATA_START);
    return new SegmentFooter(
        segmentId,
        salt,
        baseOffset,
        records(),
        dataEnd(),
        dataEnd(),
        0,
        min,
        max,
        (int) crc.getValue(),
        false,
        0,
        77,
        SegmentFooter.SEALED);
  }

  @Override
  public long streamId() {
    return streamId;
  }

  @Override
  public long segmentId() {
    return segmentId;
  }

  @Override
  public long salt() {
    return salt;
  }

  @Override
  public long baseOffset() {
    return baseOffset;
  }

  @Override
  public long dataEnd() {
    return out.size();
  }

  @Override
  public void read(long position, byte[] dst, int offset, int length) throws IOException {
    if (position < 0 || position + length > dataEnd()) {
      throw new IOException("read beyond the segment: position=" + position);
    }
    largestRead = Math.max(largestRead, length);
    System.arraycopy(bytes(), (int) position, dst, offset, length);
  }

  @Override
  public void close() {}
}
