package io.bop.aof.segment;

import static io.bop.aof.segment.SegmentFixture.append;
import static io.bop.aof.segment.SegmentFixture.record;
import static io.bop.aof.segment.SegmentFixture.scan;
import static io.bop.aof.segment.SegmentFixture.segment;
import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.format.RecordLayout;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

class SegmentScanTest {

  private static final int MORE = RecordLayout.FLAG_BATCH_MORE;

  private static byte[] bytes(int size) {
    byte[] bytes = new byte[size];
    SplittableRandom random = new SplittableRandom(size);
    for (int i = 0; i < size; i++) {
      bytes[i] = (byte) random.nextInt();
    }
    return bytes;
  }

  private static long end(HotSegment segment) {
    return HotSegment.positionOf(segment.committed());
  }

  @Test
  void walksRecordsSmallerAndLargerThanItsBuffer() throws Exception {
    HotSegment segment = segment(32 << 20);
    int[] sizes = {0, 1, 262_000, 262_144, 3, 1 << 20, 8 << 20, 17, 5 << 20, 262_112, 262_111, 9};
    for (int size : sizes) {
      assertThat(append(segment, record(0, 100 + size, bytes(size)))).isNotNegative();
    }
    SegmentScan.Result scan = scan(segment, end(segment));
    assertThat(scan.reason()).isNull();
    assertThat(scan.recordCount()).isEqualTo(sizes.length);
    assertThat(scan.dataEnd()).isEqualTo(end(segment));
    assertThat(scan.minTimestamp()).isEqualTo(100);
    assertThat(scan.maxTimestamp()).isEqualTo(100 + (8 << 20));
    byte[] all = new byte[(int) end(segment) - SegmentBytes.DATA_START];
    segment.copy(SegmentBytes.DATA_START, all, 0, all.length);
    CRC32C crc = new CRC32C();
    crc.update(all);
    assertThat(scan.recordsCrc()).isEqualTo((int) crc.getValue());
  }

  @Test
  void stopsAtTheFirstBytesThatAreNoRecordEvenIfZerosFollow() throws Exception {
    HotSegment segment = segment(1 << 20);
    for (int n = 0; n < 100; n++) {
      append(segment, record(0, n, bytes(500)));
    }
    SegmentScan.Result scan = scan(segment, 900_000);
    assertThat(scan.recordCount()).isEqualTo(100);
    assertThat(scan.dataEnd()).isEqualTo(end(segment));
    assertThat(scan.reason()).isNotNull();
  }

  @Test
  void stopsBeforeARecordWithAWrongByteWhereverItIs() throws Exception {
    for (int wrong : new int[] {0, 5, 8, 15, 16, 24, 31, 32, 400, 531}) {
      HotSegment segment = segment(1 << 20);
      long third = 0;
      for (int n = 0; n < 10; n++) {
        long claim = append(segment, record(0, n, bytes(500)));
        third = n == 2 ? HotSegment.positionOf(claim) : third;
      }
      int at = (int) third + wrong;
      segment.bytes().put(at, (byte) (segment.bytes().get(at) ^ 0x10));
      SegmentScan.Result scan = scan(segment, end(segment));
      assertThat(scan.recordCount()).as("byte %d", wrong).isEqualTo(2);
      assertThat(scan.dataEnd()).isEqualTo(third);
    }
  }

  @Test
  void leavesATornBatchOutAsAWhole() throws Exception {
    HotSegment segment = segment(2 << 20);
    append(segment, record(0, 1, bytes(100)));
    append(segment, record(MORE, 2, bytes(100)));
    append(segment, record(0, 3, bytes(100)));
    long whole = end(segment);
    append(segment, record(MORE, 4, bytes(300_000)));
    append(segment, record(MORE, 5, bytes(300_000)));
    long torn = end(segment);
    for (long limit : new long[] {torn, torn + 500_000}) {
      SegmentScan.Result scan = scan(segment, limit);
      assertThat(scan.recordCount()).isEqualTo(3);
      assertThat(scan.dataEnd()).isEqualTo(whole);
      assertThat(scan.reason()).isNotNull();
      assertThat(scan.maxTimestamp()).isEqualTo(3);
    }
  }

  @Test
  void leavesOutARecordThatTheLimitCutsOff() throws Exception {
    HotSegment segment = segment(2 << 20);
    append(segment, record(0, 1, bytes(100)));
    long whole = end(segment);
    append(segment, record(0, 1, bytes(600_000)));
    for (long limit : new long[] {whole + 8, whole + 40, whole + 300_000, end(segment) - 8}) {
      SegmentScan.Result scan = scan(segment, limit);
      assertThat(scan.recordCount()).as("limit %d", limit).isEqualTo(1);
      assertThat(scan.dataEnd()).isEqualTo(whole);
      assertThat(scan.reason()).isNotNull();
    }
  }

  @Test
  void findsNothingInAnEmptySegment() throws Exception {
    SegmentScan.Result scan = scan(segment(1 << 20), SegmentBytes.DATA_START);
    assertThat(scan.recordCount()).isZero();
    assertThat(scan.dataEnd()).isEqualTo(SegmentBytes.DATA_START);
    assertThat(scan.minTimestamp()).isEqualTo(Long.MAX_VALUE);
    assertThat(scan.reason()).isNull();
  }
}
