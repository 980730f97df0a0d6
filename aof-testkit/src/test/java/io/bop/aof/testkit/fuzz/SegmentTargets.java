package io.bop.aof.testkit.fuzz;

import io.bop.aof.format.DurableMarkCodec;
import io.bop.aof.format.DurableMarkLayout;
import io.bop.aof.format.HeadersCodec;
import io.bop.aof.format.MalformedException;
import io.bop.aof.format.RecordScanner;
import io.bop.aof.format.RecordScanner.Step;
import io.bop.aof.format.SegmentFooter;
import io.bop.aof.format.SegmentFooterCodec;
import io.bop.aof.format.SegmentFooterLayout;
import io.bop.aof.format.SegmentHeader;
import io.bop.aof.format.SegmentHeaderCodec;
import io.bop.aof.format.SegmentHeaderLayout;
import io.bop.aof.format.SparseIndex;
import io.bop.aof.format.WarmIndex;
import io.bop.aof.segment.SegmentBytes;
import io.bop.aof.segment.SegmentScan;
import java.io.EOFException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32C;

/** The decoders of Tier 0. Stateless. */
final class SegmentTargets {

  private static final long FIRST_OFFSET = 1_000;
  private static final long LOW_MARK = 4_096;
  private static final long HIGH_MARK = 8_192;

  private SegmentTargets() {}

  static List<DecoderTarget> all() {
    return List.of(header(), marks(), footer(), index(), warmIndex(), headers(), records(), scan());
  }

  private static DecoderTarget header() {
    return DecoderTarget.guarded(
        "segment-header",
        random -> page(Samples.header(random)),
        bytes -> {
          signHeader(bytes, SegmentHeaderLayout.FIRST_COPY_AT);
          return signHeader(bytes, SegmentHeaderLayout.SECOND_COPY_AT);
        },
        bytes -> {
          SegmentHeader header = SegmentHeaderCodec.decode(bytes, "fuzz");
          byte[] again = page(header);
          boolean understood =
              sameHeader(bytes, again, SegmentHeaderLayout.FIRST_COPY_AT)
                  || sameHeader(bytes, again, SegmentHeaderLayout.SECOND_COPY_AT);
          Understood.require(understood);
          return header;
        });
  }

  private static byte[] page(SegmentHeader header) {
    byte[] page = new byte[SegmentHeaderLayout.PAGE_SIZE];
    SegmentHeaderCodec.encode(header, ByteBuffer.wrap(page));
    return page;
  }

  private static byte[] signHeader(byte[] bytes, int at) {
    return Checksums.signEnd(bytes, at, SegmentHeaderLayout.HEADER_LENGTH);
  }

  private static boolean sameHeader(byte[] bytes, byte[] again, int at) {
    int to = at + SegmentHeaderLayout.HEADER_LENGTH;
    return Arrays.equals(bytes, at, to, again, at, to);
  }

  private static DecoderTarget marks() {
    return DecoderTarget.guarded(
            "durable-marks",
            random -> {
              DurableMarkCodec codec = new DurableMarkCodec();
              byte[] page = new byte[SegmentHeaderLayout.PAGE_SIZE];
              codec.write(ByteBuffer.wrap(page), 0, Samples.SALT, LOW_MARK);
              codec.write(ByteBuffer.wrap(page), 1, Samples.SALT, HIGH_MARK);
              return page;
            },
            bytes -> {
              for (int slot = 0; slot < DurableMarkLayout.SLOTS; slot++) {
                Checksums.signEnd(bytes, DurableMarkLayout.at(slot), DurableMarkLayout.SIZE);
              }
              return bytes;
            },
            bytes -> {
              long mark = new DurableMarkCodec().read(bytes, Samples.SALT);
              Understood.require(mark >= 0);
              return mark;
            })
        .mayGive((valid, found) -> Set.<Object>of(0L, LOW_MARK, HIGH_MARK).contains(found));
  }

  private static DecoderTarget footer() {
    return DecoderTarget.guarded(
        "segment-footer",
        random -> {
          byte[] bytes = new byte[SegmentFooterLayout.SIZE];
          SegmentFooter footer =
              Samples.footer(
                  random, random.anyPositiveOrZero() >>> 1, random.anyPositiveOrZero() >>> 1);
          SegmentFooterCodec.encode(footer, ByteBuffer.wrap(bytes), 0);
          return bytes;
        },
        bytes -> Checksums.signEnd(bytes, 0, SegmentFooterLayout.SIZE),
        bytes -> {
          SegmentFooter footer = SegmentFooterCodec.decode(bytes, 0, "fuzz");
          byte[] again = new byte[SegmentFooterLayout.SIZE];
          SegmentFooterCodec.encode(footer, ByteBuffer.wrap(again), 0);
          Understood.require(again, Arrays.copyOf(bytes, again.length));
          return footer;
        });
  }

  private static DecoderTarget index() {
    return DecoderTarget.guarded(
        "sparse-index",
        random -> Samples.index(random).encode(Samples.SALT),
        bytes -> {
          int at = bytes.length - Integer.BYTES;
          if (at >= 0) {
            CRC32C crc = new CRC32C();
            byte[] salt = new byte[Long.BYTES];
            Checksums.little(salt).putLong(0, Samples.SALT);
            crc.update(salt);
            crc.update(bytes, 0, at);
            Checksums.little(bytes).putInt(at, (int) crc.getValue());
          }
          return bytes;
        },
        bytes -> {
          SparseIndex index = SparseIndex.decode(bytes, Samples.SALT);
          Understood.require(index.encode(Samples.SALT), bytes);
          search(index);
          return ByteBuffer.wrap(bytes);
        });
  }

  private static void search(SparseIndex index) {
    for (long value : new long[] {Long.MIN_VALUE, -1, 0, 5, 1L << 40, Long.MAX_VALUE}) {
      int floor = index.floor(value);
      int first = index.firstWithMaxTimestampAtLeast(value);
      Understood.require(floor >= -1 && floor < index.count());
      Understood.require(first >= 0 && first <= index.count());
      Understood.require(index.positionAtOrBefore(value) >= SegmentHeaderLayout.PAGE_SIZE);
    }
    try {
      index.validate(1, 100, 1 << 20);
    } catch (MalformedException e) {
      Understood.require(index.count() > 0);
    }
  }

  private static DecoderTarget warmIndex() {
    return DecoderTarget.guarded(
        "warm-index",
        random -> Samples.warm(random).encode(),
        SegmentTargets::signWarmIndex,
        bytes -> {
          WarmIndex index = WarmIndex.decode(bytes, "fuzz");
          Understood.require(index.encode(), bytes);
          long last = index.footer().nextOffset() - 1;
          if (last >= index.footer().baseOffset()) {
            Understood.require(index.frameOf(last) == index.frameCount() - 1);
          }
          int frame = index.firstFrameWithTimestampAtLeast(0);
          Understood.require(frame >= 0 && frame <= index.frameCount());
          return ByteBuffer.wrap(bytes);
        });
  }

  static byte[] signWarmIndex(byte[] bytes) {
    int footerAt = bytes.length - Integer.BYTES - SegmentFooterLayout.SIZE;
    return Checksums.signEnd(Checksums.signEnd(bytes, footerAt, SegmentFooterLayout.SIZE));
  }

  private static DecoderTarget headers() {
    return DecoderTarget.unguarded(
        "record-headers",
        random -> HeadersCodec.encode(random.headers()),
        bytes -> {
          var headers = HeadersCodec.decode(bytes, 0, bytes.length);
          // A count of none is written as no bytes at all.
          Understood.require(
              headers.isEmpty() || Arrays.equals(HeadersCodec.encode(headers), bytes));
          return headers;
        });
  }

  private static DecoderTarget records() {
    return DecoderTarget.guarded(
            "records",
            random -> Samples.records(random, FIRST_OFFSET, 20).bytes(),
            bytes -> Samples.signRecords(bytes, 0, bytes.length),
            SegmentTargets::walk)
        .mayGive(SegmentTargets::isPrefix);
  }

  private static List<String> walk(byte[] bytes) {
    List<String> found = new ArrayList<>();
    RecordScanner scanner = new RecordScanner();
    scanner.reset(bytes, 0, bytes.length, Samples.SALT, FIRST_OFFSET);
    Step step = scanner.advance();
    while (step == Step.RECORD) {
      found.add(describe(bytes, scanner));
      step = scanner.advance();
    }
    Understood.require(step != Step.BAD || !scanner.reason().isEmpty());
    return found;
  }

  private static String describe(byte[] bytes, RecordScanner scanner) {
    int end = scanner.payloadAt() + scanner.payloadLength();
    Understood.require(end == scanner.at() + scanner.size() && scanner.payloadLength() >= 0);
    Understood.require(scanner.nextAt() <= bytes.length && scanner.nextAt() >= end);
    String headers;
    try {
      int at = scanner.headersAt();
      headers = HeadersCodec.decode(bytes, at, scanner.headersLength()).toString();
    } catch (MalformedException e) {
      headers = "malformed";
    }
    long content = scanner.hasExtId() ? scanner.extId() : 0;
    for (int i = scanner.keyAt(); i < end; i++) {
      content = content * 31 + bytes[i];
    }
    return scanner.offset() + "@" + scanner.timestamp() + "#" + content + headers;
  }

  private static boolean isPrefix(Object valid, Object found) {
    List<?> all = (List<?>) valid;
    List<?> some = (List<?>) found;
    return some.size() <= all.size() && all.subList(0, some.size()).equals(some);
  }

  private static DecoderTarget scan() {
    return DecoderTarget.guarded(
            "segment-scan",
            random -> Samples.records(random, FIRST_OFFSET, random.oneIn(50) ? 400 : 20).bytes(),
            bytes -> Samples.signRecords(bytes, 0, bytes.length),
            SegmentTargets::scan)
        .mayGive((valid, found) -> (long) found <= (long) valid);
  }

  private static Object scan(byte[] bytes) throws Exception {
    SegmentScan.Result result =
        SegmentScan.run(
            (position, dst, offset, length) -> {
              int at = (int) (position - SegmentBytes.DATA_START);
              if (at < 0 || length > bytes.length - at) {
                throw new EOFException("position=" + position + " length=" + length);
              }
              System.arraycopy(bytes, at, dst, offset, length);
            },
            Samples.SALT,
            FIRST_OFFSET,
            SegmentBytes.DATA_START + (long) bytes.length);
    Understood.require(result.dataEnd() <= SegmentBytes.DATA_START + (long) bytes.length);
    Understood.require(result.recordCount() >= 0 && result.stoppedAt() >= SegmentBytes.DATA_START);
    return result.recordCount();
  }
}
