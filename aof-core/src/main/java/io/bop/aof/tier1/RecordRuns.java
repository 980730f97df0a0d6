package io.bop.aof.tier1;

import io.bop.aof.format.RecordLayout;
import io.bop.aof.format.RecordScanner;
import io.bop.aof.segment.SegmentBytes;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * Cuts a segment's records into runs of whole records, verifying each. Holds one run, in a buffer
 * that is kept for the next segment. Confined to one thread.
 */
final class RecordRuns {

  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private final RecordScanner scanner = new RecordScanner();
  private final CRC32C crc = new CRC32C();
  private final SegmentBytes source;
  private final int runSize;
  private byte[] buffer;
  private int filled;
  private int length;
  private long runPosition = SegmentBytes.DATA_START;
  private long firstOffset;
  private long nextOffset;
  private long minTimestamp;
  private long maxTimestamp;

  /**
   * Stands in front of the first run.
   *
   * @param runSize bytes after which a run is cut; a larger record is a run of its own
   * @param reused a buffer to begin with, of any size
   */
  RecordRuns(SegmentBytes source, int runSize, byte[] reused) {
    this.source = source;
    this.runSize = runSize;
    this.buffer = reused.length < runSize ? new byte[runSize] : reused;
    this.nextOffset = source.baseOffset();
  }

  /**
   * Goes to the next run.
   *
   * @return false at the end of the segment
   * @throws SegmentDamagedException when a record is not intact
   */
  boolean next() throws IOException {
    runPosition += length;
    System.arraycopy(buffer, length, buffer, 0, filled - length);
    filled -= length;
    length = 0;
    firstOffset = nextOffset;
    minTimestamp = Long.MAX_VALUE;
    maxTimestamp = Long.MIN_VALUE;
    if (runPosition == source.dataEnd()) {
      return false;
    }
    fill(runSize);
    scan(runSize);
    if (length == 0) {
      int size = recordSize();
      fill(size);
      scan(size);
    }
    if (length == 0) {
      throw damaged("segment ends within a record");
    }
    crc.update(buffer, 0, length);
    return true;
  }

  private void fill(int wanted) throws IOException {
    int target = (int) Math.min(wanted, source.dataEnd() - runPosition);
    if (target <= filled) {
      return;
    }
    if (buffer.length < target) {
      byte[] larger = new byte[target];
      System.arraycopy(buffer, 0, larger, 0, filled);
      buffer = larger;
    }
    source.read(runPosition + filled, buffer, filled, target - filled);
    filled = target;
  }

  private void scan(int limit) {
    scanner.reset(buffer, 0, Math.min(filled, limit), source.salt(), firstOffset);
    RecordScanner.Step step = scanner.advance();
    while (step == RecordScanner.Step.RECORD) {
      note();
      step = scanner.advance();
    }
    if (step == RecordScanner.Step.BAD) {
      throw damaged(scanner.reason());
    }
    length = scanner.nextAt();
    nextOffset = scanner.nextOffset();
  }

  private void note() {
    if (!scanner.isPadding()) {
      long timestamp = scanner.timestamp();
      minTimestamp = Math.min(minTimestamp, timestamp);
      maxTimestamp = Math.max(maxTimestamp, timestamp);
    }
  }

  /** Padded size of the record at the front, which is larger than a run. */
  private int recordSize() {
    if (filled < RecordLayout.HEADER_SIZE) {
      throw damaged("segment ends within a record");
    }
    return RecordLayout.padded((int) INT.get(buffer, RecordLayout.SIZE_AT));
  }

  private SegmentDamagedException damaged(String reason) {
    return new SegmentDamagedException(
        source.streamId(), source.segmentId(), runPosition + scanner.nextAt(), reason);
  }

  /** The buffer; the run begins at index 0. May change with each run. */
  byte[] buffer() {
    return buffer;
  }

  /** Bytes of the run. */
  int length() {
    return length;
  }

  /** Offset of the run's first record. */
  long firstOffset() {
    return firstOffset;
  }

  /** First offset after the run. */
  long nextOffset() {
    return nextOffset;
  }

  /** Records in the run. */
  int recordCount() {
    return (int) (nextOffset - firstOffset);
  }

  /** Lowest timestamp of the run's records; {@link Long#MAX_VALUE} when all are padding. */
  long minTimestamp() {
    return minTimestamp;
  }

  /** Highest timestamp of the run's records; {@link Long#MIN_VALUE} when all are padding. */
  long maxTimestamp() {
    return maxTimestamp;
  }

  /** CRC32C of all runs so far. */
  int recordsCrc() {
    return (int) crc.getValue();
  }
}
