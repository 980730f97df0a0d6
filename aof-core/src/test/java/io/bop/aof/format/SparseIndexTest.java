package io.bop.aof.format;

import static io.bop.aof.format.FormatSamples.little;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SparseIndexTest {

  private static final long SALT = 0x1234_5678_9ABC_DEF0L;
  private static final int INTERVAL = SparseIndexLayout.INTERVAL;

  @Test
  void makesAnEntryOfTheFirstRecordAndThenOneEachInterval() {
    SparseIndex.Builder builder = SparseIndex.builder();
    for (int i = 0; i < 5_000; i++) {
      builder.add(100 + i, i, 4_096 + i * 64L);
    }
    SparseIndex index = builder.build();

    assertThat(index.count()).isEqualTo(5);
    for (int i = 0; i < index.count(); i++) {
      assertThat(index.positionAt(i)).isEqualTo(4_096 + (long) i * INTERVAL);
      assertThat(index.offsetAt(i)).isEqualTo(100 + i * 1_024L);
      assertThat(index.maxTimestampAt(i)).isEqualTo(i * 1_024L);
    }
  }

  @Test
  void findsTheEntryAtOrBeforeAnOffset() {
    SparseIndex index = threeEntries();

    assertThat(index.floor(9)).isEqualTo(-1);
    assertThat(index.positionAtOrBefore(9)).isEqualTo(4_096);
    assertThat(index.floor(10)).isZero();
    assertThat(index.floor(19)).isZero();
    assertThat(index.floor(20)).isEqualTo(1);
    assertThat(index.positionAtOrBefore(20)).isEqualTo(4_096 + INTERVAL);
    assertThat(index.floor(Long.MAX_VALUE)).isEqualTo(2);
    assertThat(SparseIndex.EMPTY.floor(0)).isEqualTo(-1);
    assertThat(SparseIndex.EMPTY.positionAtOrBefore(0)).isEqualTo(4_096);
  }

  @Test
  void findsTheFirstEntryWithATimestampThatHigh() {
    SparseIndex index = threeEntries();

    assertThat(index.firstWithMaxTimestampAtLeast(Long.MIN_VALUE)).isZero();
    assertThat(index.firstWithMaxTimestampAtLeast(5)).isZero();
    assertThat(index.firstWithMaxTimestampAtLeast(6)).isEqualTo(1);
    assertThat(index.firstWithMaxTimestampAtLeast(90)).isEqualTo(1);
    assertThat(index.firstWithMaxTimestampAtLeast(91)).isEqualTo(3);
    assertThat(SparseIndex.EMPTY.firstWithMaxTimestampAtLeast(0)).isZero();
  }

  @Test
  void aScanFromTheEntryBeforeMeetsTheLowestOffsetOfATime() {
    long[] times = new long[4_000];
    SparseIndex.Builder builder = SparseIndex.builder();
    for (int i = 0; i < times.length; i++) {
      times[i] = i * 37L % 1_009 + i / 7;
      builder.add(i, times[i], 4_096 + i * 256L);
    }
    SparseIndex index = builder.build();
    for (long t = 0; t < 1_700; t++) {
      int lowest = 0;
      while (lowest < times.length && times[lowest] < t) {
        lowest++;
      }
      int i = index.firstWithMaxTimestampAtLeast(t);
      if (i > 0) {
        assertThat(index.offsetAt(i - 1)).isLessThan(lowest);
      }
      if (i < index.count()) {
        assertThat(index.offsetAt(i)).isGreaterThanOrEqualTo(lowest);
      }
    }
  }

  @Test
  void paddingCountsForNothingInTime() {
    SparseIndex.Builder builder = SparseIndex.builder();
    builder.add(0, Long.MIN_VALUE, 4_096);
    builder.add(1, Long.MIN_VALUE, 4_096 + INTERVAL);
    builder.add(2, -5, 4_096 + 2L * INTERVAL);
    SparseIndex index = roundTrip(builder.build());

    assertThat(index.maxTimestampAt(1)).isEqualTo(Long.MIN_VALUE);
    assertThat(index.firstWithMaxTimestampAtLeast(-5)).isEqualTo(2);
  }

  @Test
  void readsBackPositionsUpToFourGibibytes() {
    SparseIndex.Builder builder = SparseIndex.builder();
    builder.add(0, 0, 4_096);
    builder.add(1, 0, 0xFFFF_FFF8L);
    SparseIndex index = roundTrip(builder.build());

    assertThat(index.positionAt(1)).isEqualTo(0xFFFF_FFF8L);
    assertThat(roundTrip(SparseIndex.EMPTY).count()).isZero();
  }

  @ParameterizedTest
  @ValueSource(longs = {4_104, 8_192, 65_536, 69_632, 69_640, 135_168, 1 << 20, 8 << 20, 64 << 20})
  void alwaysFitsInTheRoomKeptFree(long fileSize) {
    int room = SparseIndex.maxEncodedSize(fileSize);
    assertThat(room % 8).isZero();
    for (int step : new int[] {32, 40, 4_096, 65_528, 65_536, 65_544, 100_000}) {
      SparseIndex.Builder builder = SparseIndex.builder();
      long offset = 0;
      for (long at = 4_096; at < fileSize; at += step) {
        builder.add(offset++, 0, at);
      }
      int size = builder.build().encode(SALT).length + SegmentFooterLayout.SIZE;
      assertThat(size).as("step=%d", step).isLessThanOrEqualTo(room);
    }
  }

  @Test
  void roomIsSmallAndSizesOutsideTheFormatAreRefused() {
    assertThat(SparseIndex.maxEncodedSize(1 << 20)).isEqualTo(456);
    assertThat(SparseIndex.maxEncodedSize(64 << 20)).isEqualTo(20_616);
    for (long size : new long[] {-1, 0, 4_096, 1L << 32}) {
      assertThatThrownBy(() -> SparseIndex.maxEncodedSize(size))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void detectsEveryDamagedBitAndAnotherSalt() {
    byte[] bytes = threeEntries().encode(SALT);
    for (int bit = 0; bit < bytes.length * 8; bit++) {
      byte[] damaged = bytes.clone();
      damaged[bit / 8] ^= (byte) (1 << bit % 8);
      assertThatThrownBy(() -> SparseIndex.decode(damaged, SALT))
          .as("bit=%d", bit)
          .isInstanceOf(MalformedException.class);
    }
    assertThatThrownBy(() -> SparseIndex.decode(bytes, SALT + 1))
        .isInstanceOf(MalformedException.class);
  }

  @Test
  void refusesBadLengths() {
    for (int length : new int[] {0, 3, 5, 23, 25, 43}) {
      assertThatThrownBy(() -> SparseIndex.decode(new byte[length], SALT))
          .isInstanceOf(MalformedException.class)
          .hasMessageContaining("length=" + length);
    }
  }

  @Test
  void refusesEntriesThatMakeNoSenseEvenWithAValidChecksum() {
    int second = SparseIndexLayout.ENTRY_SIZE;
    assertNonsense(SparseIndexLayout.OFFSET_AT, -1);
    assertNonsense(second + SparseIndexLayout.OFFSET_AT, 10);
    assertNonsense(second + SparseIndexLayout.OFFSET_AT, 10 + INTERVAL / 32 + 1);
    assertNonsense(second + SparseIndexLayout.MAX_TIMESTAMP_AT, 4);
    assertNonsensePosition(0, 4_088);
    assertNonsensePosition(0, 4_100);
    assertNonsensePosition(second, 4_096);
    assertNonsensePosition(second, 0);
  }

  @Test
  void refusesAnIndexOfAnotherSegment() {
    SparseIndex index = threeEntries();
    long dataEnd = 4_096 + 3L * INTERVAL;

    index.validate(10, 31, dataEnd);
    SparseIndex.EMPTY.validate(10, 31, dataEnd);
    assertThatThrownBy(() -> index.validate(9, 31, dataEnd)).isInstanceOf(MalformedException.class);
    assertThatThrownBy(() -> index.validate(10, 30, dataEnd))
        .isInstanceOf(MalformedException.class);
    assertThatThrownBy(() -> index.validate(10, 31, 4_096 + 2L * INTERVAL))
        .isInstanceOf(MalformedException.class);
  }

  @Test
  void aBuilderRefusesRecordsThatCanNotFollow() {
    SparseIndex.Builder builder = SparseIndex.builder();
    assertThatThrownBy(() -> builder.add(0, 0, 0)).isInstanceOf(IllegalArgumentException.class);
    builder.add(5, 0, 4_096);
    assertThatThrownBy(() -> builder.add(5, 0, 4_096 + INTERVAL))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static SparseIndex threeEntries() {
    SparseIndex.Builder builder = SparseIndex.builder();
    builder.add(10, 5, 4_096);
    builder.add(15, 90, 4_096 + 500 * 8);
    builder.add(20, 7, 4_096 + INTERVAL);
    builder.add(30, 8, 4_096 + 2L * INTERVAL);
    return builder.build();
  }

  private static SparseIndex roundTrip(SparseIndex index) {
    byte[] bytes = index.encode(SALT);
    SparseIndex decoded = SparseIndex.decode(bytes, SALT);
    assertThat(decoded.encode(SALT)).containsExactly(bytes);
    return decoded;
  }

  private static void assertNonsense(int at, long value) {
    byte[] bytes = threeEntries().encode(SALT);
    little(bytes).putLong(at, value);
    assertRefusedWhenSigned(bytes);
  }

  private static void assertNonsensePosition(int entry, int position) {
    byte[] bytes = threeEntries().encode(SALT);
    little(bytes).putInt(entry + SparseIndexLayout.POSITION_AT, position);
    assertRefusedWhenSigned(bytes);
  }

  private static void assertRefusedWhenSigned(byte[] bytes) {
    int size = bytes.length - SparseIndexLayout.CRC_SIZE;
    byte[] covered = new byte[Long.BYTES + size];
    little(covered).putLong(0, SALT);
    System.arraycopy(bytes, 0, covered, Long.BYTES, size);
    little(bytes).putInt(size, Envelope.crc(covered, 0, covered.length));
    assertThatThrownBy(() -> SparseIndex.decode(bytes, SALT))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("makes no sense");
  }
}
