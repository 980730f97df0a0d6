package io.bop.aof.format;

import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.AppendRequest;
import io.bop.aof.RecordHeaders;
import io.bop.aof.format.RecordScanner.Step;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordScannerTest {

  private static final long SALT = 0x5EED_5EED_5EED_5EEDL;
  private static final int TAIL_SIZE = RecordLayout.HEADER_SIZE - RecordLayout.CRC_FROM;

  private final RecordScanner scanner = new RecordScanner();

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 8, 9, 4_095, 4_096, 65_536, 8 * 1024 * 1024})
  void readsPayloadsOfAnySizeUpToTheLimit(int size) {
    byte[] payload = new byte[size];
    Arrays.fill(payload, (byte) 0x5A);
    AppendRequest request = AppendRequest.builder(payload).extId(Long.MIN_VALUE).build();

    start(RecordFixture.of(SALT, 0).add(request));

    assertThat(scanner.advance()).isEqualTo(Step.RECORD);
    assertThat(scanner.payloadLength()).isEqualTo(size);
    assertThat(scanner.extId()).isEqualTo(Long.MIN_VALUE);
    assertThat(scanner.advance()).isEqualTo(Step.END);
  }

  @Test
  void refusesASizeAboveTheLimitEvenWithAValidChecksum() {
    byte[] tail = new byte[RecordLayout.MAX_SIZE + 1 - RecordLayout.CRC_FROM];

    start(RecordFixture.of(SALT, 0).addRaw(tail));

    assertThat(scanner.advance()).isEqualTo(Step.BAD);
    assertThat(scanner.reason()).contains("size=" + (RecordLayout.MAX_SIZE + 1));
  }

  @Test
  void readsKeysAndHeadersOfTheGreatestLength() {
    byte[] key = new byte[AppendRequest.MAX_KEY_SIZE];
    RecordHeaders headers = RecordHeaders.empty().with("n".repeat(65_535), new byte[100_000]);

    start(
        RecordFixture.of(SALT, 5)
            .add(AppendRequest.builder(new byte[3]).key(key).headers(headers).build()));

    assertThat(scanner.advance()).isEqualTo(Step.RECORD);
    assertThat(scanner.keyLength()).isEqualTo(key.length);
    assertThat(scanner.payloadLength()).isEqualTo(3);
    assertThat(scanner.offset()).isEqualTo(5);
  }

  @Test
  void saysIncompleteWhereverTheBytesEnd() {
    byte[] bytes = RecordFixture.of(SALT, 9).add(new byte[21]).add(new byte[3]).bytes();
    for (int end = 0; end <= bytes.length; end++) {
      scanner.reset(bytes, 0, end, SALT, 9);
      int records = 0;
      Step step = scanner.advance();
      while (step == Step.RECORD) {
        records++;
        step = scanner.advance();
      }
      boolean whole = end == 0 || end == 56 || end == bytes.length;
      assertThat(step).as("end=%d", end).isEqualTo(whole ? Step.END : Step.INCOMPLETE);
      assertThat(records).isEqualTo(end < 56 ? 0 : end < bytes.length ? 1 : 2);
    }
  }

  @Test
  void looksAtTheOffsetBeforeItAsksForMoreBytes() {
    byte[] bytes = RecordFixture.of(SALT, 9).add(new byte[100]).bytes();

    scanner.reset(bytes, 0, 40, SALT, 10);

    assertThat(scanner.advance()).isEqualTo(Step.BAD);
    assertThat(scanner.reason()).contains("expected=10").contains("found=9");
  }

  @Test
  void detectsEveryDamagedBitButThoseOfTheZerosBehindTheRecord() {
    byte[] bytes =
        RecordFixture.of(SALT, 77)
            .add(AppendRequest.builder(new byte[5]).key("key").header("a", "b").build())
            .bytes();
    int size = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(0);
    for (int bit = 0; bit < size * 8; bit++) {
      byte[] damaged = bytes.clone();
      damaged[bit / 8] ^= (byte) (1 << bit % 8);
      scanner.reset(damaged, 0, damaged.length, SALT, 77);
      assertThat(scanner.advance()).as("bit=%d", bit).isIn(Step.BAD, Step.INCOMPLETE);
      assertThat(scanner.nextAt()).isZero();
    }
  }

  @Test
  void refusesRecordsOfAnotherSaltOrPlace() {
    byte[] bytes = RecordFixture.of(SALT, 1).add(new byte[8]).bytes();

    scanner.reset(bytes, 0, bytes.length, SALT + 1, 1);
    assertThat(scanner.advance()).isEqualTo(Step.BAD);
    assertThat(scanner.reason()).startsWith("checksum mismatch");

    bytes[RecordLayout.OFFSET_AT] = 2;
    scanner.reset(bytes, 0, bytes.length, SALT, 2);
    assertThat(scanner.advance()).isEqualTo(Step.BAD);
    assertThat(scanner.reason()).startsWith("checksum mismatch");
  }

  @Test
  void refusesUnknownFlagsAsWrittenByANewerVersion() {
    start(RecordFixture.of(SALT, 0).addRaw(tail(1 << 4, 0, 0, 0)));

    assertThat(scanner.advance()).isEqualTo(Step.BAD);
    assertThat(scanner.reason()).contains("newer version").contains("flags=16");
  }

  @Test
  void refusesLengthsThatDoNotAddUp() {
    assertRefused(tail(RecordLayout.FLAG_KEY, 0, 0, 8));
    assertRefused(tail(0, 1, 0, 8));
    assertRefused(tail(RecordLayout.FLAG_KEY, 9, 0, 8));
    assertRefused(tail(0, 0, 9, 8));
    assertRefused(tail(0, 0, -1, 8));
    assertRefused(tail(RecordLayout.FLAG_KEY, 8, Integer.MAX_VALUE, 8));
    assertRefused(tail(RecordLayout.FLAG_KEY, 8, Integer.MIN_VALUE, 8));
    assertRefused(tail(RecordLayout.FLAG_EXT_ID, 0, 1, 8));
    assertRefused(tail(RecordLayout.FLAG_EXT_ID, 0, 0, 7));
  }

  @Test
  void staysInFrontOfWhatStoppedIt() {
    RecordFixture fixture = RecordFixture.of(SALT, 3).add(new byte[1]).add(new byte[2]);
    byte[] bytes = fixture.bytes();
    bytes[fixture.positionOf(1) + RecordLayout.TIMESTAMP_AT] ^= 1;

    scanner.reset(bytes, 0, bytes.length, SALT, 3);

    assertThat(scanner.advance()).isEqualTo(Step.RECORD);
    assertThat(scanner.advance()).isEqualTo(Step.BAD);
    assertThat(scanner.nextAt()).isEqualTo(fixture.positionOf(1));
    assertThat(scanner.nextOffset()).isEqualTo(4);
    assertThat(scanner.advance()).isEqualTo(Step.BAD);
  }

  private void assertRefused(byte[] tail) {
    start(RecordFixture.of(SALT, 0).addRaw(tail));
    assertThat(scanner.advance()).isEqualTo(Step.BAD);
    assertThat(scanner.reason()).startsWith("lengths do not add up");
  }

  private void start(RecordFixture fixture) {
    byte[] bytes = fixture.bytes();
    long first = fixture.nextOffset() - 1;
    scanner.reset(bytes, 0, bytes.length, SALT, first);
  }

  private static byte[] tail(int flags, int keyLength, int headersLength, int content) {
    ByteBuffer tail = ByteBuffer.allocate(TAIL_SIZE + content).order(ByteOrder.LITTLE_ENDIAN);
    tail.putLong(0).putShort((short) flags).putShort((short) keyLength).putInt(headersLength);
    return tail.array();
  }
}
