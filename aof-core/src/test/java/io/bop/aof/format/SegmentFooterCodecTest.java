package io.bop.aof.format;

import static io.bop.aof.format.FormatSamples.FOOTER;
import static io.bop.aof.format.FormatSamples.footer;
import static io.bop.aof.format.FormatSamples.little;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bop.aof.UnsupportedFormatException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class SegmentFooterCodecTest {

  @Test
  void readsBackExtremeFields() {
    long max = Long.MAX_VALUE;
    long min = Long.MIN_VALUE;
    SegmentFooter all =
        new SegmentFooter(
            max, min, 1, max - 1, max, max, Integer.MAX_VALUE, min, max, -1, true, min, min, 7);
    SegmentFooter none =
        new SegmentFooter(0, 0, 0, 0, 4_096, 4_096, 0, max, min, 0, false, 0, 0, 0);

    assertThat(SegmentFooterCodec.decode(footer(all), 0)).isEqualTo(all);
    assertThat(SegmentFooterCodec.decode(footer(none), 0)).isEqualTo(none);
    assertThat(all.nextOffset()).isEqualTo(max);
  }

  @Test
  void writesAtAnIndexWithoutTouchingTheRest() {
    byte[] file = new byte[1_000];
    ByteBuffer buffer = ByteBuffer.wrap(file).position(5);

    SegmentFooterCodec.encode(FOOTER, buffer, 872);

    assertThat(buffer.position()).isEqualTo(5);
    assertThat(SegmentFooterCodec.decode(file, 872, "3.seg")).isEqualTo(FOOTER);
    for (int i = 0; i < 872; i++) {
      assertThat(file[i]).isZero();
    }
  }

  @Test
  void detectsEveryDamagedBit() {
    byte[] bytes = footer(FOOTER);
    for (int bit = 0; bit < bytes.length * 8; bit++) {
      byte[] damaged = bytes.clone();
      damaged[bit / 8] ^= (byte) (1 << bit % 8);
      assertThatThrownBy(() -> SegmentFooterCodec.decode(damaged, 0, "3.seg"))
          .as("bit=%d", bit)
          .isInstanceOf(MalformedException.class)
          .hasMessageContaining("file=3.seg");
    }
  }

  @Test
  void refusesPlacesOutsideTheBytes() {
    byte[] bytes = footer(FOOTER);
    for (int at : new int[] {-1, 1, 128, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
      assertThatThrownBy(() -> SegmentFooterCodec.decode(bytes, at))
          .isInstanceOf(MalformedException.class)
          .hasMessageContaining("ends early");
    }
  }

  @Test
  void tellsANewerVersionFromDamage() {
    byte[] newer = signed(SegmentFooterLayout.VERSION_AT, 2);

    assertThatThrownBy(() -> SegmentFooterCodec.decode(newer, 0, "3.seg"))
        .isInstanceOf(UnsupportedFormatException.class)
        .hasMessageContaining("file=3.seg found=2 readable=1");
  }

  @Test
  void refusesFieldsThatMakeNoSense() {
    assertRefused(SegmentFooterLayout.VERSION_AT, 0);
    assertRefused(SegmentFooterLayout.FOOTER_LENGTH_AT, 127);
    assertRefused(SegmentFooterLayout.FLAGS_AT, 1 << 4);
    assertRefused(SegmentFooterLayout.FLAGS_AT, SegmentFooter.SEALED);
    assertRefused(SegmentFooterLayout.INDEX_COUNT_AT, -1);
    assertRefused(SegmentFooterLayout.DATA_END_AT + 4, -1);
    assertRefused(SegmentFooterLayout.RECORD_COUNT_AT + 4, Integer.MIN_VALUE);
    assertRefused(SegmentFooterLayout.ZEROS_AT, 1);
    assertRefused(SegmentFooterLayout.CRC_AT - 4, 1 << 31);
  }

  @Test
  void refusesFlagsThatAreTheCodecsOwn() {
    assertThatThrownBy(() -> new SegmentFooter(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, true, 1, 0, 8))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("flags=8");
  }

  private static void assertRefused(int at, int value) {
    byte[] bytes = signed(at, value);
    assertThatThrownBy(() -> SegmentFooterCodec.decode(bytes, 0))
        .as("at=%d value=%d", at, value)
        .isInstanceOf(MalformedException.class);
  }

  private static byte[] signed(int at, int value) {
    byte[] bytes = footer(FOOTER);
    little(bytes).putInt(at, value);
    Envelope.sign(little(bytes), bytes.length);
    return bytes;
  }
}
