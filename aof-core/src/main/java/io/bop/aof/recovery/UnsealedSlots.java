package io.bop.aof.recovery;

import io.bop.aof.format.RecordLayout;
import io.bop.aof.format.SegmentFooter;
import io.bop.aof.format.SegmentHeader;
import io.bop.aof.format.SegmentHeaderLayout;
import io.bop.aof.io.DiskFile;
import io.bop.aof.io.Host;
import io.bop.aof.segment.SegmentBytes;
import io.bop.aof.segment.SegmentScan;
import io.bop.aof.segment.SegmentSealing;
import io.bop.aof.segment.Slot;
import io.bop.aof.tier0.SizeClass;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Reads and seals the files of slots that hold unsealed segments. */
final class UnsealedSlots {

  /*
   * A scan sees the page cache, not the disk: a force that failed earlier leaves clean pages that
   * were never written. So what is kept beyond the recorded durable position is written once more,
   * and only then forced.
   */
  private static final int COPY_SIZE = 256 * 1024;

  private final Host host;

  UnsealedSlots(Host host) {
    this.host = host;
  }

  /** Walks the records until the first bytes that are none. */
  SegmentScan.Result scan(FoundSlot found) throws IOException {
    try (DiskFile file = host.disk().openForRead(found.slot().file())) {
      return SegmentScan.run(
          file::readFully,
          found.header().salt(),
          found.header().baseOffset(),
          SizeClass.of(found.slot().size()).limit());
    }
  }

  /**
   * Bytes behind the last whole record that were meant to be one. What an earlier use of the slot
   * left does not count; a record of this use names its offset.
   */
  long tornBytes(FoundSlot found, SegmentScan.Result scan) throws IOException {
    long torn = Math.max(0, scan.stoppedAt() - scan.dataEnd());
    long limit = found.slot().size();
    if (scan.reason() == null || scan.stoppedAt() + RecordLayout.HEADER_SIZE > limit) {
      return torn;
    }
    byte[] bytes = new byte[RecordLayout.HEADER_SIZE];
    try (DiskFile file = host.disk().openForRead(found.slot().file())) {
      file.readFully(scan.stoppedAt(), bytes, 0, bytes.length);
    }
    ByteBuffer start = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int size = start.getInt(RecordLayout.SIZE_AT);
    boolean begun =
        torn == 0
            && size >= RecordLayout.HEADER_SIZE
            && size <= RecordLayout.MAX_SIZE
            && start.getLong(RecordLayout.OFFSET_AT)
                == found.header().baseOffset() + scan.recordCount();
    return begun ? Math.min(RecordLayout.padded(size), limit - scan.stoppedAt()) : torn;
  }

  /** Writes the kept bytes again, index and footer behind them, and makes all of it durable. */
  SegmentFooter seal(FoundSlot found, SegmentScan.Result scan) throws IOException {
    Slot slot = found.slot();
    SegmentHeader header = found.header();
    SegmentFooter footer =
        SegmentSealing.footer(
            scan,
            header.segmentId(),
            header.salt(),
            header.baseOffset(),
            slot.size(),
            host.time().wallMicros(),
            SegmentFooter.RECOVERED);
    byte[] end = SegmentSealing.encodeEnd(footer, scan.index(), slot.size());
    try (DiskFile file = host.disk().openForWrite(slot.file())) {
      rewrite(file, 0, SegmentHeaderLayout.PAGE_SIZE);
      long from = Math.max(SegmentBytes.DATA_START, found.durablePosition());
      rewrite(file, from, scan.dataEnd());
      file.write(footer.indexPosition(), end, 0, end.length);
      file.force();
    }
    return footer;
  }

  private static void rewrite(DiskFile file, long from, long to) throws IOException {
    byte[] bytes = new byte[COPY_SIZE];
    for (long position = from; position < to; position += bytes.length) {
      int length = (int) Math.min(bytes.length, to - position);
      file.readFully(position, bytes, 0, length);
      file.write(position, bytes, 0, length);
    }
  }
}
