package io.bop.aof.format;

import static io.bop.aof.format.FormatSamples.little;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class DurableMarkCodecTest {

  private static final long SALT = 0xFEDC_BA98_7654_3210L;

  private final DurableMarkCodec codec = new DurableMarkCodec();
  private final byte[] page = new byte[SegmentHeaderLayout.PAGE_SIZE];

  @Test
  void readsTheHigherOfTwoMarks() {
    assertThat(codec.read(page, SALT)).isZero();
    codec.write(little(page), 0, SALT, 8_192);
    assertThat(codec.read(page, SALT)).isEqualTo(8_192);
    codec.write(little(page), 1, SALT, 16_384);
    assertThat(codec.read(page, SALT)).isEqualTo(16_384);
    codec.write(little(page), 0, SALT, Long.MAX_VALUE);
    assertThat(codec.read(page, SALT)).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void marksOfAnotherSaltDoNotCount() {
    codec.write(little(page), 0, SALT + 1, 8_192);
    codec.write(little(page), 1, SALT, 4_096);

    assertThat(codec.read(page, SALT)).isEqualTo(4_096);
    assertThat(codec.read(page, SALT + 2)).isZero();
  }

  @Test
  void anEmptyPageHasNoMarkEvenForSaltZero() {
    assertThat(codec.read(page, 0)).isZero();
  }

  @Test
  void fallsBackToTheOtherMarkWhateverByteOfTheHigherIsDamaged() {
    codec.write(little(page), 0, SALT, 8_192);
    codec.write(little(page), 1, SALT, 12_288);
    for (int i = 0; i < page.length; i++) {
      byte[] damaged = page.clone();
      damaged[i] ^= 0x04;
      int inSecond = i - SegmentHeaderLayout.SECOND_MARK_AT;
      boolean lost = inSecond >= 0 && inSecond < DurableMarkLayout.SIZE;
      assertThat(codec.read(damaged, SALT)).as("byte %d", i).isEqualTo(lost ? 8_192 : 12_288);
    }
  }

  @Test
  void aNegativePositionNeverCountsAndIsNeverWritten() {
    codec.write(little(page), 0, SALT, 0);
    ByteBuffer in = little(page);
    int at = SegmentHeaderLayout.FIRST_MARK_AT;
    in.putLong(at + DurableMarkLayout.POSITION_AT, -8);
    in.putInt(at + DurableMarkLayout.CRC_AT, Envelope.crc(page, at, DurableMarkLayout.CRC_AT));

    assertThat(codec.read(page, SALT)).isZero();
    assertThatThrownBy(() -> codec.write(little(page), 0, SALT, -1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> codec.write(little(page), 2, SALT, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aShortPageHasNoMarks() {
    codec.write(little(page), 0, SALT, 8_192);
    int end = SegmentHeaderLayout.FIRST_MARK_AT + DurableMarkLayout.SIZE;

    assertThat(codec.read(Arrays.copyOf(page, end), SALT)).isEqualTo(8_192);
    assertThat(codec.read(Arrays.copyOf(page, end - 1), SALT)).isZero();
    assertThat(codec.read(new byte[0], SALT)).isZero();
  }

  @Test
  void leavesTheBuffersStateAloneAndAcceptsDirectMemory() {
    ByteBuffer direct = ByteBuffer.allocateDirect(4_096).position(99).limit(3_000);

    codec.write(direct, 1, SALT, 64);

    assertThat(direct.position()).isEqualTo(99);
    assertThat(direct.order()).isEqualTo(ByteOrder.BIG_ENDIAN);
    direct.clear().get(page);
    assertThat(codec.read(page, SALT)).isEqualTo(64);
  }
}
