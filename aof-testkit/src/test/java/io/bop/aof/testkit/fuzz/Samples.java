package io.bop.aof.testkit.fuzz;

import io.bop.aof.format.RecordChecksum;
import io.bop.aof.format.RecordLayout;
import io.bop.aof.format.SegmentFooter;
import io.bop.aof.format.SegmentHeader;
import io.bop.aof.format.SegmentHeaderLayout;
import io.bop.aof.format.SlotState;
import io.bop.aof.format.SparseIndex;
import io.bop.aof.format.WarmIndex;
import io.bop.aof.testkit.EncodedRecords;
import io.bop.aof.testkit.SeededRandom;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.UUID;

/** Draws values of the formats. Stateless. */
final class Samples {

  static final long SALT = 0x0DD0_5A17_0DD0_5A17L;
  static final UUID STORE = UUID.fromString("00112233-4455-6677-8899-aabbccddeeff");

  private Samples() {}

  static SegmentHeader header(SeededRandom random) {
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

  static SegmentFooter footer(SeededRandom random, long baseOffset, long recordCount) {
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

  static SparseIndex index(SeededRandom random) {
    SparseIndex.Builder builder = SparseIndex.builder();
    long position = SegmentHeaderLayout.PAGE_SIZE;
    long offset = random.anyPositiveOrZero() >>> 1;
    for (int i = random.nextInt(40); i > 0; i--) {
      builder.add(offset++, random.anyLong(), position);
      position += 8L * random.between(4, 20_000);
    }
    return builder.build();
  }

  static WarmIndex warm(SeededRandom random) {
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

  /** Some records under {@link #SALT}; batches and paddings among them. */
  static EncodedRecords records(SeededRandom random, long firstOffset, int most) {
    EncodedRecords records = new EncodedRecords(SALT, firstOffset);
    for (int i = random.between(1, most); i > 0; i--) {
      if (random.oneIn(10)) {
        records.addPadding(random.between(RecordLayout.HEADER_SIZE, 200), random.anyLong());
      } else {
        records.add(random.request(random.oneIn(8) ? 3_000 : 100), i > 1 && random.oneIn(4));
      }
    }
    return records;
  }

  /** Makes the checksums of the records right again, as far as their sizes lead. */
  static byte[] signRecords(byte[] bytes, int from, int to) {
    ByteBuffer in = Checksums.little(bytes);
    int at = from;
    while (to - at >= RecordLayout.HEADER_SIZE) {
      int size = in.getInt(at + RecordLayout.SIZE_AT);
      if (size < RecordLayout.HEADER_SIZE || size > to - at) {
        break;
      }
      int crc = Checksums.crc(bytes, at + RecordLayout.CRC_FROM, size - RecordLayout.CRC_FROM);
      long offset = in.getLong(at + RecordLayout.OFFSET_AT);
      in.putInt(at + RecordLayout.CHECKSUM_AT, RecordChecksum.of(crc, size, SALT, offset));
      at += RecordLayout.padded(size);
    }
    return bytes;
  }
}
