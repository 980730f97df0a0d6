package io.bop.aof.read;

import io.bop.aof.format.SegmentFooter;
import io.bop.aof.format.WarmIndex;
import io.bop.aof.proofs.Meeting;
import io.bop.aof.zstd.RangeSource;
import io.bop.aof.zstd.SeekableTail;
import io.bop.aof.zstd.SeekableWriter;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;

/** A warm file of one frame, in memory. */
final class WarmBytes {

  static final int FRAME = 64;
  static final byte FILL = 0x33;
  private static final int PAGE = 4_096;
  private static final byte[] FILE = file();
  static final SeekableTail TAIL = SeekableTail.parse(FILE, FILE.length, "proof");

  private WarmBytes() {}

  private static byte[] file() {
    byte[] frame = new byte[FRAME];
    Arrays.fill(frame, FILL);
    SegmentFooter footer =
        new SegmentFooter(
            1, 1, 0, 1, PAGE + FRAME, PAGE + FRAME, 0, 1, 1, 0, false, 0, 1, SegmentFooter.SEALED);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (SeekableWriter writer = new SeekableWriter()) {
      writer.start(out::write, 1);
      writer.frame(new byte[PAGE], 0, PAGE);
      writer.frame(frame, 0, FRAME);
      writer.skippable(WarmIndex.builder().addFrame(0, 1, 1, 1).build(footer).encode());
      writer.finish();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /** An open file; counts what is wrong with its use. Plain, as a file's state is. */
  static final class Source implements RangeSource, Closeable {
    final Meeting reads = new Meeting();
    int closes;
    int lateReads;

    @Override
    public void read(long position, byte[] dst, int offset, int length) {
      System.arraycopy(FILE, (int) position, dst, offset, length);
      lateReads += closes;
      reads.step();
    }

    @Override
    public void close() {
      closes++;
    }
  }
}
