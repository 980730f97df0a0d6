package io.bop.aof.segment;

import io.bop.aof.format.MalformedException;
import io.bop.aof.format.RecordChecksum;
import io.bop.aof.format.RecordLayout;
import io.bop.aof.format.RecordScanner;
import io.bop.aof.format.RecordScanner.Step;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/** Copies the records of a segment to another file, whose salt is another one. */
public final class RecordRewrite {

  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int RUN_SIZE = 256 * 1024;

  private final HotSegment segment;
  private final ByteBuffer target;
  private final long targetSalt;
  private final RecordScanner scanner = new RecordScanner();
  private final CRC32C crc = new CRC32C();
  private byte[] run = new byte[RUN_SIZE];

  private RecordRewrite(HotSegment segment, ByteBuffer target, long targetSalt) {
    this.segment = segment;
    this.target = target;
    this.targetSalt = targetSalt;
  }

  /**
   * Copies all committed records to the positions that they have; each is verified on the way and
   * gets the checksum that it needs under {@code targetSalt}. The caller holds a lease.
   *
   * @throws MalformedException when a record is not intact
   */
  public static void copy(HotSegment segment, ByteBuffer target, long targetSalt) {
    new RecordRewrite(segment, target, targetSalt).copyAll();
  }

  private void copyAll() {
    int count = HotSegment.indexOf(segment.committed());
    int first = 0;
    while (first < count) {
      int from = segment.startOf(first);
      int behind = Math.max(first + 1, segment.lastFitting(first, count, from + RUN_SIZE));
      int length = segment.startOf(behind) - from;
      if (run.length < length) {
        run = new byte[length];
      }
      segment.copy(from, run, 0, length);
      sign(first, from, length);
      target.put(from, run, 0, length);
      first = behind;
    }
  }

  private void sign(int first, int position, int length) {
    scanner.reset(run, 0, length, segment.header().salt(), segment.baseOffset() + first);
    Step step = scanner.advance();
    while (step == Step.RECORD) {
      int at = scanner.at();
      crc.reset();
      crc.update(run, at + RecordLayout.CRC_FROM, scanner.size() - RecordLayout.CRC_FROM);
      int checksum =
          RecordChecksum.of((int) crc.getValue(), scanner.size(), targetSalt, scanner.offset());
      INT.set(run, at + RecordLayout.CHECKSUM_AT, checksum);
      step = scanner.advance();
    }
    if (step != Step.END) {
      String reason = step == Step.BAD ? scanner.reason() : "record is cut off";
      throw new MalformedException(position + (long) scanner.nextAt(), reason + " " + segment);
    }
  }
}
