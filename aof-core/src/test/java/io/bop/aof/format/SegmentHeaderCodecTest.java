package io.bop.aof.format;

import static io.bop.aof.format.FormatSamples.HEADER;
import static io.bop.aof.format.FormatSamples.headerPage;
import static io.bop.aof.format.FormatSamples.little;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bop.aof.UnsupportedFormatException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SegmentHeaderCodecTest {

  @ParameterizedTest
  @EnumSource(SlotState.class)
  void readsBackExtremeFieldsInEveryState(SlotState state) {
    long max = Long.MAX_VALUE;
    SegmentHeader header =
        new SegmentHeader(
            new UUID(-1, Long.MIN_VALUE), -1, max, max, max, max, max, Long.MIN_VALUE, max, state);

    assertThat(SegmentHeaderCodec.decode(headerPage(header), "0.seg")).isEqualTo(header);
  }

  @Test
  void touchesNeitherTheBuffersStateNorOtherBytes() {
    byte[] page = new byte[SegmentHeaderLayout.PAGE_SIZE];
    Arrays.fill(page, (byte) 0x77);
    ByteBuffer buffer = ByteBuffer.wrap(page).position(17).limit(3_000);

    SegmentHeaderCodec.encode(HEADER, buffer);

    assertThat(buffer.position()).isEqualTo(17);
    assertThat(buffer.limit()).isEqualTo(3_000);
    assertThat(buffer.order()).isEqualTo(ByteOrder.BIG_ENDIAN);
    assertThat(SegmentHeaderCodec.decode(page)).isEqualTo(HEADER);
    int length = SegmentHeaderLayout.HEADER_LENGTH;
    for (int i = 0; i < page.length; i++) {
      if (i % SegmentHeaderLayout.SECOND_COPY_AT >= length || i >= 2_048) {
        assertThat(page[i]).as("byte %d", i).isEqualTo((byte) 0x77);
      }
    }
  }

  @Test
  void readsTheOtherCopyWhateverByteOfOneIsDamaged() {
    byte[] page = headerPage(HEADER);
    for (int i = 0; i < page.length; i++) {
      byte[] damaged = page.clone();
      damaged[i] ^= 0x40;
      assertThat(SegmentHeaderCodec.decode(damaged)).as("byte %d", i).isEqualTo(HEADER);
    }
  }

  @Test
  void neverReadsAWrongHeaderWhenBothCopiesAreDamaged() {
    byte[] page = headerPage(HEADER);
    for (int i = 0; i < SegmentHeaderLayout.HEADER_LENGTH; i++) {
      for (int bit = 0; bit < 8; bit++) {
        byte[] damaged = page.clone();
        damaged[i] ^= (byte) (1 << bit);
        damaged[SegmentHeaderLayout.SECOND_COPY_AT + i] ^= (byte) (1 << bit);
        assertThatThrownBy(() -> SegmentHeaderCodec.decode(damaged, "7.seg"))
            .as("byte %d bit %d", i, bit)
            .isInstanceOf(MalformedException.class)
            .hasMessageContaining("file=7.seg");
      }
    }
  }

  @Test
  void prefersTheFirstIntactCopy() {
    byte[] page = headerPage(HEADER);
    byte[] other = headerPage(withState(SlotState.SPARE));
    int copy = SegmentHeaderLayout.SECOND_COPY_AT;
    System.arraycopy(other, copy, page, copy, 512);

    assertThat(SegmentHeaderCodec.decode(page)).isEqualTo(HEADER);
    page[0] ^= 1;
    assertThat(SegmentHeaderCodec.decode(page)).isEqualTo(withState(SlotState.SPARE));
  }

  @Test
  void saysThatAFileIsNotOurs() {
    assertThatThrownBy(() -> SegmentHeaderCodec.decode(new byte[4_096], "junk"))
        .isInstanceOf(MalformedException.class)
        .hasMessage("not a segment header: magic=0 file=junk");
    assertThatThrownBy(() -> SegmentHeaderCodec.decode(new byte[4_095], "short"))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("length=4095");
  }

  @Test
  void tellsANewerVersionFromDamage() {
    byte[] newer = copies(SegmentHeaderLayout.VERSION_AT, 2, SegmentHeaderLayout.HEADER_LENGTH);
    byte[] older = copies(SegmentHeaderLayout.VERSION_AT, 0, SegmentHeaderLayout.HEADER_LENGTH);

    assertThatThrownBy(() -> SegmentHeaderCodec.decode(newer, "9.seg"))
        .isInstanceOfSatisfying(
            UnsupportedFormatException.class,
            e -> {
              assertThat(e.file()).isEqualTo("9.seg");
              assertThat(e.found()).isEqualTo(2);
              assertThat(e.readable()).isEqualTo(1);
            });
    assertThatThrownBy(() -> SegmentHeaderCodec.decode(older))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("version=0");
  }

  @Test
  void tellsANewerVersionWithALongerHeader() {
    byte[] page = headerPage(HEADER);
    for (int at : new int[] {0, SegmentHeaderLayout.SECOND_COPY_AT}) {
      byte[] header = Arrays.copyOfRange(page, at, at + 512);
      little(header).putInt(SegmentHeaderLayout.VERSION_AT, 3);
      little(header).putInt(SegmentHeaderLayout.HEADER_LENGTH_AT, 512);
      Envelope.sign(little(header), 512);
      System.arraycopy(header, 0, page, at, 512);
    }

    assertThatThrownBy(() -> SegmentHeaderCodec.decode(page))
        .isInstanceOf(UnsupportedFormatException.class);
  }

  @Test
  void refusesHostileLengthsAndFields() {
    for (int length : new int[] {-1, 0, 19, 103, 105, 513, 4_096, Integer.MAX_VALUE}) {
      byte[] page = headerPage(HEADER);
      little(page).putInt(SegmentHeaderLayout.HEADER_LENGTH_AT, length);
      little(page).putInt(1_024 + SegmentHeaderLayout.HEADER_LENGTH_AT, length);
      assertThatThrownBy(() -> SegmentHeaderCodec.decode(page))
          .isInstanceOf(MalformedException.class);
    }
    int length = SegmentHeaderLayout.HEADER_LENGTH;
    byte[] state = copies(SegmentHeaderLayout.STATE_AT, 4, length);
    assertThatThrownBy(() -> SegmentHeaderCodec.decode(state))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("state=4");
    byte[] negative = copies(SegmentHeaderLayout.BASE_OFFSET_AT + 4, Integer.MIN_VALUE, length);
    assertThatThrownBy(() -> SegmentHeaderCodec.decode(negative))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("negative");
  }

  /** A page with one field of both copies changed and the CRC made right again. */
  private static byte[] copies(int at, int value, int length) {
    byte[] header = Arrays.copyOf(headerPage(HEADER), length);
    little(header).putInt(at, value);
    Envelope.sign(little(header), length);
    byte[] page = new byte[SegmentHeaderLayout.PAGE_SIZE];
    System.arraycopy(header, 0, page, SegmentHeaderLayout.FIRST_COPY_AT, length);
    System.arraycopy(header, 0, page, SegmentHeaderLayout.SECOND_COPY_AT, length);
    return page;
  }

  private static SegmentHeader withState(SlotState state) {
    return new SegmentHeader(
        HEADER.storeId(),
        HEADER.salt(),
        HEADER.streamId(),
        HEADER.segmentId(),
        HEADER.baseOffset(),
        HEADER.baseBytes(),
        HEADER.fileSize(),
        HEADER.createdMicros(),
        HEADER.epoch(),
        state);
  }
}
