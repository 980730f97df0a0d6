package io.bop.aof.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bop.aof.UnsupportedFormatException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ScrubStateTest {

  private static final ScrubState STATE = new ScrubState(1_000_001, 2_000_002, 3, 44);

  @Test
  void readsBackWhatItWrote() {
    byte[] bytes = STATE.encode();
    assertThat(bytes).hasSize(ScrubStateLayout.SIZE);
    assertThat(ScrubState.decode(bytes, "f")).isEqualTo(STATE);
    assertThat(Arrays.copyOfRange(bytes, ScrubStateLayout.ZEROS_AT, ScrubStateLayout.CRC_AT))
        .containsOnly(0);
  }

  @Test
  void refusesEveryOtherByte() {
    for (int at = 0; at < ScrubStateLayout.SIZE; at++) {
      byte[] bytes = STATE.encode();
      bytes[at] ^= 1;
      assertThatThrownBy(() -> ScrubState.decode(bytes, "f"))
          .as("byte %d", at)
          .isInstanceOf(MalformedException.class);
    }
    assertThatThrownBy(() -> ScrubState.decode(new byte[3], "f"))
        .isInstanceOf(MalformedException.class);
  }

  @Test
  void tellsANewerVersionFromDamage() {
    ByteBuffer bytes = ByteBuffer.wrap(STATE.encode()).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(ScrubStateLayout.VERSION_AT, ScrubStateLayout.VERSION + 1);
    Envelope.sign(bytes, ScrubStateLayout.SIZE);
    assertThatThrownBy(() -> ScrubState.decode(bytes.array(), "f"))
        .isInstanceOf(UnsupportedFormatException.class);
  }

  @Test
  void aNewerVersionMayBeLonger() {
    ByteBuffer bytes =
        ByteBuffer.wrap(Arrays.copyOf(STATE.encode(), 96)).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(ScrubStateLayout.VERSION_AT, ScrubStateLayout.VERSION + 1);
    bytes.putInt(ScrubStateLayout.LENGTH_AT, bytes.capacity());
    Envelope.sign(bytes, bytes.capacity());
    assertThatThrownBy(() -> ScrubState.decode(bytes.array(), "f"))
        .isInstanceOf(UnsupportedFormatException.class);
    bytes.putInt(ScrubStateLayout.VERSION_AT, ScrubStateLayout.VERSION);
    Envelope.sign(bytes, bytes.capacity());
    assertThatThrownBy(() -> ScrubState.decode(bytes.array(), "f"))
        .isInstanceOf(MalformedException.class);
  }
}
