package io.bop.aof.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ManifestRecordCodecTest {

  static Stream<ManifestRecord> records() {
    return ManifestRecords.oneOfEach().stream();
  }

  @ParameterizedTest
  @MethodSource("records")
  void readsBackWhatItWrote(ManifestRecord record) {
    byte[] bytes = ManifestRecordCodec.encode(record);
    assertThat(ManifestRecordCodec.decode(bytes)).isEqualTo(record).hasSameHashCodeAs(record);
  }

  @Test
  void everyRecordTypeIsTried() {
    Set<Class<?>> tried =
        ManifestRecords.oneOfEach().stream().map(Object::getClass).collect(Collectors.toSet());
    assertThat(tried).containsExactlyInAnyOrder(ManifestRecord.class.getPermittedSubclasses());
  }

  @ParameterizedTest
  @MethodSource("records")
  void refusesEveryFlippedBit(ManifestRecord record) {
    byte[] bytes = ManifestRecordCodec.encode(record);
    for (int bit = 0; bit < bytes.length * 8; bit++) {
      byte[] damaged = bytes.clone();
      damaged[bit / 8] ^= (byte) (1 << (bit % 8));
      assertThatThrownBy(() -> ManifestRecordCodec.decode(damaged))
          .as("bit %d", bit)
          .isInstanceOf(MalformedException.class);
    }
  }

  @ParameterizedTest
  @MethodSource("records")
  void refusesEveryShorterLength(ManifestRecord record) {
    byte[] bytes = ManifestRecordCodec.encode(record);
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> ManifestRecordCodec.decode(cut))
          .isInstanceOf(MalformedException.class);
    }
  }

  @Test
  void keepsRecordsOfReservedAndFutureTypes() {
    for (int type : new int[] {10, 11, 12, 14, 23, 0xFFFF}) {
      ManifestRecord.Unknown record = new ManifestRecord.Unknown(type, 1, 2, 3, new byte[] {4, 5});
      byte[] bytes = ManifestRecordCodec.encode(record);
      assertThat(ManifestRecordCodec.decode(bytes)).isEqualTo(record);
    }
  }

  @Test
  void refusesPayloadOfAnotherLength() {
    ManifestRecord.Unknown longer =
        new ManifestRecord.Unknown(ManifestRecordType.STREAM_DELETED, 1, 0, 3, new byte[1]);
    byte[] bytes = ManifestRecordCodec.encode(longer);
    assertThatThrownBy(() -> ManifestRecordCodec.decode(bytes))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("bytes behind the end");
  }
}
