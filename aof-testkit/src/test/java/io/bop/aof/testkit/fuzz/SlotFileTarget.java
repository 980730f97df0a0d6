package io.bop.aof.testkit.fuzz;

import io.bop.aof.UnsupportedFormatException;
import io.bop.aof.format.MalformedException;
import io.bop.aof.format.RecordScanner;
import io.bop.aof.format.RecordScanner.Step;
import io.bop.aof.format.SegmentFooter;
import io.bop.aof.format.SegmentFooterLayout;
import io.bop.aof.format.SegmentHeader;
import io.bop.aof.format.SegmentHeaderCodec;
import io.bop.aof.format.SegmentHeaderLayout;
import io.bop.aof.format.SlotState;
import io.bop.aof.format.SparseIndex;
import io.bop.aof.segment.LeaseCount;
import io.bop.aof.segment.SegmentBytes;
import io.bop.aof.segment.SegmentScan;
import io.bop.aof.segment.SegmentSealing;
import io.bop.aof.segment.Slot;
import io.bop.aof.segment.SlotFileBytes;
import io.bop.aof.testkit.EncodedRecords;
import io.bop.aof.testkit.SeededRandom;
import io.bop.aof.testkit.damage.ImageDisk;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;

/** A whole sealed slot file, header, records, index and footer. Stateless. */
final class SlotFileTarget {

  private static final Path FILE = Path.of("/slot");
  private static final long BASE = 1_000;
  private static final int SIZE = 64 * 1024;

  private SlotFileTarget() {}

  static DecoderTarget get() {
    return DecoderTarget.guarded(
            "slot-file", SlotFileTarget::example, SlotFileTarget::sign, SlotFileTarget::readAll)
        .mayGive((valid, found) -> ((String) valid).startsWith((String) found))
        .mayThrow(MalformedException.class, UnsupportedFormatException.class, EOFException.class);
  }

  private static byte[] example(SeededRandom random) {
    EncodedRecords records = Samples.records(random, BASE, 8);
    byte[] file = new byte[SIZE];
    SegmentHeader header =
        new SegmentHeader(
            Samples.STORE, Samples.SALT, 1, 2, BASE, 0, SIZE, 0, 1, SlotState.IN_USE);
    SegmentHeaderCodec.encode(header, ByteBuffer.wrap(file));
    byte[] bytes = records.bytes();
    System.arraycopy(bytes, 0, file, SegmentHeaderLayout.PAGE_SIZE, bytes.length);
    try {
      SegmentScan.Result scan =
          SegmentScan.run(
              (position, dst, at, length) ->
                  System.arraycopy(file, (int) position, dst, at, length),
              Samples.SALT,
              BASE,
              SegmentHeaderLayout.PAGE_SIZE + (long) bytes.length);
      SegmentFooter footer =
          SegmentSealing.footer(scan, 2, Samples.SALT, BASE, SIZE, 0, SegmentFooter.SEALED);
      byte[] end = SegmentSealing.encodeEnd(footer, scan.index(), SIZE);
      System.arraycopy(end, 0, file, (int) footer.indexPosition(), end.length);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file;
  }

  private static byte[] sign(byte[] bytes) {
    int header = SegmentHeaderLayout.HEADER_LENGTH;
    Checksums.signEnd(bytes, SegmentHeaderLayout.FIRST_COPY_AT, header);
    Checksums.signEnd(bytes, SegmentHeaderLayout.SECOND_COPY_AT, header);
    int footer = SegmentFooterLayout.SIZE;
    return Checksums.signEnd(bytes, bytes.length - footer, footer);
  }

  private static String readAll(byte[] bytes) throws IOException {
    ImageDisk disk = ImageDisk.of(FILE, bytes);
    LeaseCount leases = new LeaseCount();
    Understood.require(leases.tryAcquire());
    try (SlotFileBytes file = SlotFileBytes.open(disk, slot(bytes), leases)) {
      SparseIndex index = SparseIndex.EMPTY;
      try {
        index = file.index();
        index.validate(file.baseOffset(), file.footer().nextOffset(), file.dataEnd());
      } catch (MalformedException e) {
        Understood.require(index.positionAtOrBefore(0) >= SegmentBytes.DATA_START);
      }
      long length = file.dataEnd() - SegmentBytes.DATA_START;
      Understood.require(length >= 0 && length <= bytes.length);
      byte[] records = new byte[(int) length];
      file.read(SegmentBytes.DATA_START, records, 0, records.length);
      return walk(records, file);
    }
  }

  private static Slot slot(byte[] bytes) {
    return new Slot(1, FILE, bytes.length);
  }

  private static String walk(byte[] records, SegmentBytes file) {
    RecordScanner scanner = new RecordScanner();
    scanner.reset(records, 0, records.length, file.salt(), file.baseOffset());
    StringBuilder found = new StringBuilder().append(file.baseOffset());
    Step step = scanner.advance();
    while (step == Step.RECORD) {
      byte[] one = Arrays.copyOfRange(records, scanner.at(), scanner.at() + scanner.size());
      found.append(' ').append(scanner.offset()).append('#').append(Arrays.hashCode(one));
      step = scanner.advance();
    }
    return found.toString();
  }
}
