package io.bop.aof.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.bop.aof.UnsupportedFormatException;
import io.bop.aof.format.DurableMarkCodec;
import io.bop.aof.format.HeadersCodec;
import io.bop.aof.format.MalformedException;
import io.bop.aof.format.SegmentFooter;
import io.bop.aof.format.SegmentFooterCodec;
import io.bop.aof.format.SegmentFooterLayout;
import io.bop.aof.format.SegmentHeader;
import io.bop.aof.format.SegmentHeaderCodec;
import io.bop.aof.format.SegmentHeaderLayout;
import io.bop.aof.format.SlotState;
import io.bop.aof.format.SparseIndex;
import io.bop.aof.format.WarmIndex;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Whatever the bytes, a decoder gives a value or one of its two exceptions, soon, and allocates in
 * proportion to the bytes. What it accepts after damage with a corrected checksum must encode to
 * the same bytes again: it has understood all of them.
 */
@Timeout(120)
class DecoderFuzzTest {

  private static final int RUNS = 3_000;
  private static final long SALT = 0x0DD0_5A17_0DD0_5A17L;

  @Test
  void segmentHeader() {
    Property.forAll(
        "segment header decoder takes any bytes",
        RUNS,
        random -> {
          byte[] valid = new byte[SegmentHeaderLayout.PAGE_SIZE];
          SegmentHeaderCodec.encode(header(random), ByteBuffer.wrap(valid));
          byte[] bytes = mutate(random, valid, DecoderFuzzTest::signHeader);
          survives(bytes, () -> SegmentHeaderCodec.decode(bytes, "fuzz"));
        });
  }

  @Test
  void durableMarks() {
    DurableMarkCodec codec = new DurableMarkCodec();
    Property.forAll(
        "durable mark decoder takes any bytes",
        RUNS,
        random -> {
          long low = random.anyPositiveOrZero();
          long high = random.anyPositiveOrZero();
          byte[] valid = new byte[SegmentHeaderLayout.PAGE_SIZE];
          codec.write(ByteBuffer.wrap(valid), 0, SALT, low);
          codec.write(ByteBuffer.wrap(valid), 1, SALT, high);
          byte[] bytes = mutate(random, valid, page -> page);
          assertThat(codec.read(bytes, SALT)).isIn(0L, low, high);
        });
  }

  @Test
  void segmentFooter() {
    Property.forAll(
        "segment footer decoder takes any bytes",
        RUNS,
        random -> {
          byte[] valid = new byte[SegmentFooterLayout.SIZE];
          SegmentFooterCodec.encode(footer(random, 10, 5), ByteBuffer.wrap(valid), 0);
          byte[] bytes = mutate(random, valid, DecoderFuzzTest::signEnd);
          int at = random.oneIn(4) ? (int) random.anyLong() : 0;
          survives(
              bytes,
              () -> {
                SegmentFooter footer = SegmentFooterCodec.decode(bytes, at, "fuzz");
                byte[] again = new byte[SegmentFooterLayout.SIZE];
                SegmentFooterCodec.encode(footer, ByteBuffer.wrap(again), 0);
                assertUnderstood(
                    again, Arrays.copyOfRange(bytes, at, at + SegmentFooterLayout.SIZE));
              });
        });
  }

  @Test
  void sparseIndex() {
    Property.forAll(
        "sparse index decoder takes any bytes",
        RUNS,
        random -> {
          byte[] valid = index(random).encode(SALT);
          byte[] bytes = mutate(random, valid, DecoderFuzzTest::signIndex);
          survives(
              bytes, () -> assertUnderstood(SparseIndex.decode(bytes, SALT).encode(SALT), bytes));
        });
  }

  @Test
  void warmIndex() {
    Property.forAll(
        "warm index decoder takes any bytes",
        RUNS,
        random -> {
          byte[] bytes = mutate(random, warm(random).encode(), DecoderFuzzTest::signWarm);
          survives(bytes, () -> assertUnderstood(WarmIndex.decode(bytes, "fuzz").encode(), bytes));
        });
  }

  @Test
  void recordHeaders() {
    Property.forAll(
        "record headers decoder takes any bytes",
        RUNS,
        random -> {
          byte[] valid = HeadersCodec.encode(random.headers());
          byte[] bytes = mutate(random, valid, headers -> headers);
          survives(bytes, () -> HeadersCodec.decode(bytes, 0, bytes.length));
        });
  }

  @Test
  void validStructuresRoundTrip() {
    Property.forAll(
        "valid structures round trip",
        500,
        random -> {
          byte[] page = new byte[SegmentHeaderLayout.PAGE_SIZE];
          SegmentHeader header = header(random);
          SegmentHeaderCodec.encode(header, ByteBuffer.wrap(page));
          assertThat(SegmentHeaderCodec.decode(page)).isEqualTo(header);
          WarmIndex warm = warm(random);
          assertThat(WarmIndex.decode(warm.encode(), "w").footer()).isEqualTo(warm.footer());
          byte[] index = index(random).encode(SALT);
          assertThat(SparseIndex.decode(index, SALT).encode(SALT)).isEqualTo(index);
        });
  }

  private static void survives(byte[] bytes, Runnable decoder) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
    try {
      decoder.run();
    } catch (MalformedException | UnsupportedFormatException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
    long allocated = threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
    assertThat(allocated).as("allocated bytes").isLessThan(1_000_000 + 64L * bytes.length);
  }

  /** Plain, because allocations are counted around it. */
  private static void assertUnderstood(byte[] again, byte[] bytes) {
    if (!Arrays.equals(again, bytes)) {
      throw new AssertionError("decoded value does not encode to the same bytes");
    }
  }

  /** Random bytes; or valid ones, changed in places, cut or made longer, signed again or not. */
  private static byte[] mutate(SeededRandom random, byte[] valid, UnaryOperator<byte[]> sign) {
    if (random.oneIn(10)) {
      return random.bytes(random.length(10_000));
    }
    byte[] bytes = random.oneIn(4) ? Arrays.copyOf(valid, random.length(5_000)) : valid.clone();
    for (int i = random.nextInt(4); i > 0 && bytes.length > 0; i--) {
      int at = random.nextInt(Math.min(bytes.length, random.oneIn(2) ? 160 : bytes.length));
      if (random.oneIn(2) || bytes.length - at < Integer.BYTES) {
        bytes[at] ^= (byte) (1 << random.nextInt(8));
      } else {
        little(bytes).putInt(at, (int) random.anyLong());
      }
    }
    return random.oneIn(3) ? bytes : sign.apply(bytes);
  }

  private static byte[] signHeader(byte[] page) {
    int length = SegmentHeaderLayout.HEADER_LENGTH;
    if (page.length >= SegmentHeaderLayout.SECOND_COPY_AT + length) {
      byte[] header = signEnd(Arrays.copyOf(page, length));
      System.arraycopy(header, 0, page, SegmentHeaderLayout.FIRST_COPY_AT, length);
      System.arraycopy(header, 0, page, SegmentHeaderLayout.SECOND_COPY_AT, length);
    }
    return page;
  }

  private static byte[] signWarm(byte[] bytes) {
    int size = SegmentFooterLayout.SIZE;
    int footerAt = bytes.length - Integer.BYTES - size;
    if (footerAt >= 0) {
      byte[] footer = signEnd(Arrays.copyOfRange(bytes, footerAt, footerAt + size));
      System.arraycopy(footer, 0, bytes, footerAt, size);
    }
    return signEnd(bytes);
  }

  private static byte[] signEnd(byte[] bytes) {
    return sign(bytes, new CRC32C());
  }

  private static byte[] signIndex(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(0, SALT));
    return sign(bytes, crc);
  }

  private static byte[] sign(byte[] bytes, CRC32C crc) {
    int at = bytes.length - Integer.BYTES;
    if (at >= 0) {
      crc.update(bytes, 0, at);
      little(bytes).putInt(at, (int) crc.getValue());
    }
    return bytes;
  }

  private static SegmentHeader header(SeededRandom random) {
    return new SegmentHeader(
        new UUID(random.anyLong(), random.anyLong()),
        random.anyLong(),
        random.anyPositiveOrZero(),
        random.anyPositiveOrZero(),
        random.anyPositiveOrZero(),
        random.anyPositiveOrZero(),
        random.anyPositiveOrZero(),
        random.anyLong(),
        random.anyPositiveOrZero(),
        random.pick(List.of(SlotState.values())));
  }

  private static SegmentFooter footer(SeededRandom random, long baseOffset, long recordCount) {
    boolean hasExtId = random.oneIn(2);
    return new SegmentFooter(
        random.anyPositiveOrZero(),
        random.anyLong(),
        baseOffset,
        recordCount,
        random.anyPositiveOrZero(),
        random.anyPositiveOrZero(),
        random.between(0, Integer.MAX_VALUE),
        random.anyLong(),
        random.anyLong(),
        (int) random.anyLong(),
        hasExtId,
        hasExtId ? random.anyLong() : 0,
        random.anyLong(),
        random.nextInt(8));
  }

  private static SparseIndex index(SeededRandom random) {
    SparseIndex.Builder builder = SparseIndex.builder();
    long position = SegmentHeaderLayout.PAGE_SIZE;
    long offset = random.anyPositiveOrZero() >>> 1;
    for (int i = random.nextInt(40); i > 0; i--) {
      builder.add(offset++, random.anyLong(), position);
      position += 8L * random.between(4, 20_000);
    }
    return builder.build();
  }

  private static WarmIndex warm(SeededRandom random) {
    WarmIndex.Builder builder = WarmIndex.builder();
    long first = random.anyPositiveOrZero() >>> 2;
    long next = first;
    for (int i = random.nextInt(40); i > 0; i--) {
      int records = random.between(1, 100_000);
      long a = random.anyLong();
      long b = random.anyLong();
      builder.addFrame(next, records, Math.min(a, b), Math.max(a, b));
      next += records;
    }
    return builder.build(footer(random, first, next - first));
  }

  private static ByteBuffer little(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
