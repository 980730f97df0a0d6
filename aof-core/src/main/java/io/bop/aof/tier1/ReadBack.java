package io.bop.aof.tier1;

import io.bop.aof.format.MalformedException;
import io.bop.aof.format.RecordScanner;
import io.bop.aof.format.SegmentFooter;
import io.bop.aof.zstd.FrameReader;
import io.bop.aof.zstd.RangeSource;
import io.bop.aof.zstd.SeekableTail;
import java.io.IOException;
import java.util.zip.CRC32C;

/**
 * Reads a warm file as a reader would, from front to back: every byte once for the file's checksum,
 * every record for its own. Keeps its buffer. Confined to one thread.
 */
final class ReadBack {

  private static final int HEADER_PAGE_SIZE = 4096;

  private final FrameReader reader;
  private final RecordScanner scanner = new RecordScanner();
  private byte[] buffer = new byte[HEADER_PAGE_SIZE];

  ReadBack(FrameReader reader) {
    this.reader = reader;
  }

  /**
   * What a file holds.
   *
   * @param crc32c of all its bytes
   */
  record Content(SeekableTail tail, int crc32c) {}

  /**
   * Verifies the whole file.
   *
   * @throws MalformedException when it is not intact
   */
  Content verify(RangeSource file, long size, String name) throws IOException {
    SeekableTail tail = SeekableTail.read(file, size, name);
    reserve(Math.max(HEADER_PAGE_SIZE, tail.maxFrameSize()));
    FrontToBack source = new FrontToBack(file);
    reader.readHeaderPage(source, tail, buffer);
    CRC32C records = new CRC32C();
    for (int frame = 0; frame < tail.frameCount(); frame++) {
      PendingFile.checkInterrupt();
      int length = reader.readFrame(source, tail, frame, buffer);
      records.update(buffer, 0, length);
      verifyRecords(tail, frame, length);
    }
    reserve(tail.length());
    source.read(size - tail.length(), buffer, 0, tail.length());
    check((int) records.getValue() == tail.footer().recordsCrc(), "wrong CRC of records", size);
    check(source.position == size, "frames end early", source.position);
    return new Content(tail, source.crc());
  }

  private void verifyRecords(SeekableTail tail, int frame, int length) {
    SegmentFooter footer = tail.footer();
    scanner.reset(buffer, 0, length, footer.salt(), tail.firstOffset(frame));
    RecordScanner.Step step = scanner.advance();
    while (step == RecordScanner.Step.RECORD) {
      step = scanner.advance();
    }
    long next = tail.firstOffset(frame) + tail.recordCount(frame);
    check(
        step == RecordScanner.Step.END && scanner.nextOffset() == next,
        "bad record behind offset " + scanner.nextOffset() + ": " + scanner.reason(),
        tail.compressedPosition(frame));
  }

  private void reserve(int length) {
    if (buffer.length < length) {
      buffer = new byte[length];
    }
  }

  private static void check(boolean holds, String reason, long position) {
    if (!holds) {
      throw new MalformedException(position, reason);
    }
  }

  /** Sums up the bytes that are read, which follow each other without a gap. */
  private static final class FrontToBack implements RangeSource {
    private final RangeSource file;
    private final CRC32C crc = new CRC32C();
    private long position;

    FrontToBack(RangeSource file) {
      this.file = file;
    }

    @Override
    public void read(long from, byte[] dst, int offset, int length) throws IOException {
      check(from == position, "frames do not follow each other", from);
      file.read(from, dst, offset, length);
      crc.update(dst, offset, length);
      position += length;
    }

    int crc() {
      return (int) crc.getValue();
    }
  }
}
