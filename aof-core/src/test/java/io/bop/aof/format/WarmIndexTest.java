package io.bop.aof.format;

import static io.bop.aof.format.FormatSamples.BASE;
import static io.bop.aof.format.FormatSamples.FOOTER;
import static io.bop.aof.format.FormatSamples.TIME;
import static io.bop.aof.format.FormatSamples.little;
import static io.bop.aof.format.FormatSamples.warmIndex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bop.aof.UnsupportedFormatException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class WarmIndexTest {

  @Test
  void readsBackFramesAndFooter() {
    WarmIndex index = WarmIndex.decode(warmIndex().encode(), "1.zst");

    assertThat(index.frameCount()).isEqualTo(3);
    assertThat(index.firstOffset(1)).isEqualTo(BASE + 1_200);
    assertThat(index.recordCount(1)).isEqualTo(799);
    assertThat(index.minTimestamp(1)).isEqualTo(TIME + 10);
    assertThat(index.maxTimestamp(1)).isEqualTo(TIME + 900);
    assertThat(index.footer()).isEqualTo(FOOTER);
  }

  @Test
  void findsTheFrameOfAnOffset() {
    WarmIndex index = warmIndex();

    assertThat(index.frameOf(BASE)).isZero();
    assertThat(index.frameOf(BASE + 1_199)).isZero();
    assertThat(index.frameOf(BASE + 1_200)).isEqualTo(1);
    assertThat(index.frameOf(BASE + 1_999)).isEqualTo(2);
    assertThatThrownBy(() -> index.frameOf(BASE - 1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> index.frameOf(BASE + 2_000))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void findsTheFirstFrameOfATime() {
    WarmIndex index = warmIndex();

    assertThat(index.firstFrameWithTimestampAtLeast(Long.MIN_VALUE)).isZero();
    assertThat(index.firstFrameWithTimestampAtLeast(TIME + 500)).isZero();
    assertThat(index.firstFrameWithTimestampAtLeast(TIME + 501)).isEqualTo(1);
    assertThat(index.firstFrameWithTimestampAtLeast(TIME + 901)).isEqualTo(3);
  }

  @Test
  void anEmptySegmentHasNoFrames() {
    SegmentFooter empty = new SegmentFooter(1, 2, 3, 0, 4_096, 4_096, 0, 0, 0, 0, false, 0, 0, 1);
    byte[] bytes = WarmIndex.builder().build(empty).encode();

    assertThat(bytes).hasSize(WarmIndexLayout.FIXED_SIZE);
    assertThat(WarmIndex.decode(bytes, "1.zst").footer()).isEqualTo(empty);
  }

  @Test
  void growsWithTheFrames() {
    WarmIndex.Builder builder = WarmIndex.builder();
    for (int i = 0; i < 2_000; i++) {
      builder.addFrame(BASE + i, 1, i, i);
    }
    WarmIndex index = WarmIndex.decode(builder.build(FOOTER).encode(), "1.zst");

    assertThat(index.frameCount()).isEqualTo(2_000);
    assertThat(index.frameOf(BASE + 1_234)).isEqualTo(1_234);
  }

  @Test
  void detectsEveryDamagedBitAndEveryCut() {
    byte[] bytes = warmIndex().encode();
    for (int bit = 0; bit < bytes.length * 8; bit++) {
      byte[] damaged = bytes.clone();
      damaged[bit / 8] ^= (byte) (1 << bit % 8);
      assertThatThrownBy(() -> WarmIndex.decode(damaged, "1.zst"))
          .as("bit=%d", bit)
          .isInstanceOf(MalformedException.class)
          .hasMessageContaining("file=1.zst");
    }
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> WarmIndex.decode(cut, "1.zst"))
          .isInstanceOf(MalformedException.class);
    }
  }

  @Test
  void tellsANewerVersionFromDamage() {
    byte[] bytes = warmIndex().encode();
    little(bytes).putInt(WarmIndexLayout.VERSION_AT, 2);
    Envelope.sign(little(bytes), bytes.length);

    assertThatThrownBy(() -> WarmIndex.decode(bytes, "1.zst"))
        .isInstanceOf(UnsupportedFormatException.class)
        .hasMessageContaining("file=1.zst found=2 readable=1");
  }

  @Test
  void refusesHostileCountsAndFramesEvenWithAValidChecksum() {
    for (int count : new int[] {-1, 0, 2, 4, Integer.MAX_VALUE, 153_391_690}) {
      assertRefused(WarmIndexLayout.FRAME_COUNT_AT, count);
    }
    int entries = WarmIndexLayout.ENTRIES_AT;
    assertRefused(entries + WarmIndexLayout.FIRST_OFFSET_AT, 1);
    assertRefused(entries + WarmIndexLayout.FIRST_OFFSET_AT + 4, -1);
    assertRefused(entries + WarmIndexLayout.RECORD_COUNT_AT, 0);
    assertRefused(entries + WarmIndexLayout.RECORD_COUNT_AT, 1_201);
    assertRefused(entries + WarmIndexLayout.MIN_TIMESTAMP_AT + 4, Integer.MAX_VALUE);
    assertRefused(entries + 2 * WarmIndexLayout.ENTRY_SIZE + WarmIndexLayout.RECORD_COUNT_AT, 2);
  }

  @Test
  void refusesFramesThatDoNotHoldTheSegment() {
    WarmIndex.Builder builder = WarmIndex.builder().addFrame(BASE, 1_999, 0, 0);

    assertThatThrownBy(() -> builder.build(FOOTER))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("next=1001999");
    assertThatThrownBy(() -> builder.addFrame(BASE + 2_000, 1, 0, 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> WarmIndex.builder().build(FOOTER))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static void assertRefused(int at, int value) {
    byte[] bytes = warmIndex().encode();
    little(bytes).putInt(at, value);
    Envelope.sign(little(bytes), bytes.length);
    assertThatThrownBy(() -> WarmIndex.decode(bytes, "1.zst"))
        .as("at=%d value=%d", at, value)
        .isInstanceOf(MalformedException.class);
  }
}
