package io.bop.aof.testkit.fuzz;

import io.bop.aof.UnsupportedFormatException;
import io.bop.aof.format.MalformedException;
import io.bop.aof.format.RecordScanner;
import io.bop.aof.format.RecordScanner.Step;
import io.bop.aof.format.SegmentFooter;
import io.bop.aof.format.SegmentHeaderCodec;
import io.bop.aof.format.SegmentHeaderLayout;
import io.bop.aof.format.WarmIndex;
import io.bop.aof.testkit.EncodedRecords;
import io.bop.aof.testkit.SeededRandom;
import io.bop.aof.zstd.FrameReader;
import io.bop.aof.zstd.RangeSource;
import io.bop.aof.zstd.SeekableTail;
import io.bop.aof.zstd.SeekableWriter;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** The decoders of warm files and segment objects. Stateless. */
final class WarmTargets {

  private static final long FIRST_OFFSET = 7;
  private static final int TABLE_FOOTER = 9;
  private static final int TABLE_ENTRY = 8;
  private static final int SKIPPABLE = 8;

  private WarmTargets() {}

  static List<DecoderTarget> all() {
    return List.of(tail(), file());
  }

  /* The size of the file, which its directory entry tells, and its last bytes. */
  private static DecoderTarget tail() {
    return DecoderTarget.guarded(
        "warm-tail",
        random -> {
          byte[] file = example(random);
          try {
            int length = SeekableTail.read(source(file), file.length, "example").length();
            byte[] tail = new byte[Long.BYTES + length];
            Checksums.little(tail).putLong(0, file.length);
            System.arraycopy(file, file.length - length, tail, Long.BYTES, length);
            return tail;
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        },
        WarmTargets::signTail,
        bytes -> {
          byte[] front = Arrays.copyOf(bytes, Long.BYTES);
          int from = Math.min(Long.BYTES, bytes.length);
          byte[] tail = Arrays.copyOfRange(bytes, from, bytes.length);
          long fileSize = Checksums.little(front).getLong();
          return describe(SeekableTail.parse(tail, fileSize, "fuzz"));
        });
  }

  private static DecoderTarget file() {
    return DecoderTarget.guarded(
            "warm-file", WarmTargets::example, WarmTargets::signTail, WarmTargets::readAll)
        .mayGive((valid, found) -> isCorrect((Content) valid, (Content) found))
        .mayThrow(
            Set.of(MalformedException.class, UnsupportedFormatException.class, EOFException.class));
  }

  /** What a reader gets of a file: frames that fail are left out. */
  private record Content(String tail, List<String> frames) {}

  /* The frames that can be read hold what they held. */
  private static boolean isCorrect(Content valid, Content found) {
    return valid.tail.equals(found.tail)
        && found.frames.stream().allMatch(f -> f.isEmpty() || valid.frames.contains(f));
  }

  private static Content readAll(byte[] bytes) throws IOException {
    RangeSource source = source(bytes);
    SeekableTail tail = SeekableTail.read(source, bytes.length, "fuzz");
    List<String> frames = new ArrayList<>();
    try (FrameReader reader = new FrameReader()) {
      byte[] page = new byte[SegmentHeaderLayout.PAGE_SIZE];
      frames.add(frame(() -> headerPage(reader, source, tail, page)));
      byte[] buffer = new byte[tail.maxFrameSize()];
      for (int i = 0; i < tail.frameCount(); i++) {
        int number = i;
        frames.add(frame(() -> records(reader, source, tail, number, buffer)));
      }
    }
    return new Content(describe(tail), frames);
  }

  private interface FrameRead {
    String run() throws IOException;
  }

  private static String frame(FrameRead read) throws IOException {
    try {
      return read.run();
    } catch (MalformedException e) {
      return "";
    }
  }

  private static String headerPage(
      FrameReader reader, RangeSource source, SeekableTail tail, byte[] page) throws IOException {
    reader.readHeaderPage(source, tail, page);
    return SegmentHeaderCodec.decode(page, "fuzz").toString();
  }

  private static String records(
      FrameReader reader, RangeSource source, SeekableTail tail, int frame, byte[] buffer)
      throws IOException {
    int length = reader.readFrame(source, tail, frame, buffer);
    RecordScanner scanner = new RecordScanner();
    scanner.reset(buffer, 0, length, tail.footer().salt(), tail.firstOffset(frame));
    Step step = scanner.advance();
    while (step == Step.RECORD) {
      step = scanner.advance();
    }
    int crc = Checksums.crc(buffer, 0, scanner.nextAt());
    return step == Step.END ? frame + "#" + scanner.nextOffset() + "#" + crc : "";
  }

  private static String describe(SeekableTail tail) {
    StringBuilder text = new StringBuilder().append(tail.footer());
    for (int i = 0; i < tail.frameCount(); i++) {
      Understood.require(tail.compressedSize(i) > 0 && tail.frameSize(i) <= tail.maxFrameSize());
      text.append(' ').append(tail.firstOffset(i)).append('+').append(tail.recordCount(i));
      text.append('@').append(tail.compressedPosition(i)).append('/').append(tail.frameSize(i));
    }
    return text.toString();
  }

  private static RangeSource source(byte[] bytes) {
    return (position, dst, offset, length) -> {
      if (position < 0 || length < 0 || position > bytes.length - (long) length) {
        throw new EOFException("position=" + position + " length=" + length);
      }
      System.arraycopy(bytes, (int) position, dst, offset, length);
    };
  }

  /** A whole file of a few frames. */
  static byte[] example(SeededRandom random) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (SeekableWriter writer = new SeekableWriter()) {
      writer.start((bytes, offset, length) -> out.write(bytes, offset, length), 1);
      byte[] page = new byte[SegmentHeaderLayout.PAGE_SIZE];
      SegmentHeaderCodec.encode(Samples.header(random), ByteBuffer.wrap(page));
      writer.frame(page, 0, page.length);
      WarmIndex.Builder index = WarmIndex.builder();
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      long next = FIRST_OFFSET;
      for (int i = random.nextInt(4); i > 0; i--) {
        EncodedRecords records = Samples.records(random, next, 10);
        byte[] bytes = records.bytes();
        writer.frame(bytes, 0, bytes.length);
        index.addFrame(next, records.count(), Long.MIN_VALUE, Long.MAX_VALUE);
        all.writeBytes(bytes);
        next = records.nextOffset();
      }
      writer.skippable(index.build(footer(all.toByteArray(), next)).encode());
      writer.finish();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private static SegmentFooter footer(byte[] records, long nextOffset) {
    long end = SegmentHeaderLayout.PAGE_SIZE + (long) records.length;
    return new SegmentFooter(
        3,
        Samples.SALT,
        FIRST_OFFSET,
        nextOffset - FIRST_OFFSET,
        end,
        end,
        0,
        0,
        0,
        Checksums.crc(records, 0, records.length),
        false,
        0,
        0,
        SegmentFooter.SEALED);
  }

  /** Finds the warm index as a reader does, and corrects its checksums. */
  private static byte[] signTail(byte[] bytes) {
    int footer = bytes.length - TABLE_FOOTER;
    if (footer < 0) {
      return bytes;
    }
    ByteBuffer in = Checksums.little(bytes);
    long entries = in.getInt(footer);
    long table = footer - entries * TABLE_ENTRY - SKIPPABLE;
    if (entries < 1 || table < 0) {
      return bytes;
    }
    long size = in.getInt(footer - TABLE_ENTRY);
    if (size < SKIPPABLE || size > table) {
      return bytes;
    }
    int from = (int) (table - size + SKIPPABLE);
    byte[] content = SegmentTargets.signWarmIndex(Arrays.copyOfRange(bytes, from, (int) table));
    System.arraycopy(content, 0, bytes, from, content.length);
    return bytes;
  }
}
