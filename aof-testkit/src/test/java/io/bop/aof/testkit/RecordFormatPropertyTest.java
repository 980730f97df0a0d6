package io.bop.aof.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.AppendRequest;
import io.bop.aof.format.HeadersCodec;
import io.bop.aof.format.RecordScanner;
import io.bop.aof.format.RecordScanner.Step;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Records survive the way through the format; damaged ones never do. */
@Timeout(120)
class RecordFormatPropertyTest {

  @Test
  void recordsReadBackAsTheyWereEncoded() {
    Property.forAll(
        "records read back as they were encoded",
        300,
        random -> {
          long salt = random.nextLong();
          long first = random.anyPositiveOrZero() >>> 1;
          EncodedRecords encoded = new EncodedRecords(salt, first);
          List<AppendRequest> requests = new ArrayList<>();
          int count = random.between(1, 20);
          for (int i = 0; i < count; i++) {
            requests.add(random.request(random.oneIn(20) ? 300_000 : 5_000));
            encoded.add(requests.get(i), random.oneIn(4));
          }
          RecordScanner scanner = new RecordScanner();
          byte[] bytes = encoded.bytes();
          scanner.reset(bytes, 0, bytes.length, salt, first);
          for (int i = 0; i < count; i++) {
            assertThat(scanner.advance()).isEqualTo(Step.RECORD);
            assertThat(scanner.offset()).isEqualTo(first + i);
            assertThat(scanner.at()).isEqualTo(encoded.positionOf(i));
            assertSame(scanner, bytes, requests.get(i));
          }
          assertThat(scanner.advance()).isEqualTo(Step.END);
        });
  }

  @Test
  void damageNeverYieldsAWrongRecord() {
    Property.forAll(
        "damage never yields a wrong record",
        2_000,
        random -> {
          long salt = random.nextLong();
          EncodedRecords encoded = encode(random, salt, 100);
          byte[] bytes = encoded.bytes();
          byte[] damaged = damage(random, bytes, salt);
          RecordScanner scanner = new RecordScanner();
          scanner.reset(damaged, 0, damaged.length, salt, 100);
          int i = 0;
          while (scanner.advance() == Step.RECORD) {
            assertThat(i).isLessThan(encoded.count());
            int at = encoded.positionOf(i);
            assertThat(scanner.at()).isEqualTo(at);
            assertThat(Arrays.copyOfRange(damaged, at, at + scanner.size()))
                .isEqualTo(Arrays.copyOfRange(bytes, at, at + scanner.size()));
            i++;
          }
          assertThat(scanner.nextAt()).isEqualTo(encoded.positionOf(i));
        });
  }

  @Test
  void whatAnEarlierUseLeftBehindIsNeverRead() {
    Property.forAll(
        "what an earlier use left behind is never read",
        500,
        random -> {
          byte[] old = encode(random, random.nextLong(), 100).bytes();
          long salt = random.nextLong();
          EncodedRecords fresh = encode(random, salt, 100);
          byte[] file = new byte[Math.max(old.length, fresh.bytes().length)];
          System.arraycopy(old, 0, file, 0, old.length);
          System.arraycopy(fresh.bytes(), 0, file, 0, fresh.bytes().length);
          RecordScanner scanner = new RecordScanner();
          scanner.reset(file, 0, file.length, salt, 100);
          int count = 0;
          while (scanner.advance() == Step.RECORD) {
            count++;
          }
          assertThat(count).isEqualTo(fresh.count());
        });
  }

  @Test
  void randomBytesAreNoRecords() {
    Property.forAll(
        "random bytes are no records",
        2_000,
        random -> {
          byte[] bytes = random.bytes(random.length(4_096));
          RecordScanner scanner = new RecordScanner();
          scanner.reset(bytes, 0, bytes.length, random.nextLong(), random.anyPositiveOrZero());
          assertThat(scanner.advance()).isNotEqualTo(Step.RECORD);
        });
  }

  private static void assertSame(RecordScanner scanner, byte[] bytes, AppendRequest request) {
    byte[] key = request.key();
    assertThat(part(bytes, scanner.keyAt(), scanner.keyLength()))
        .isEqualTo(key == null ? new byte[0] : key);
    assertThat(part(bytes, scanner.payloadAt(), scanner.payloadLength()))
        .isEqualTo(request.payload());
    assertThat(HeadersCodec.decode(bytes, scanner.headersAt(), scanner.headersLength()))
        .isEqualTo(request.headers());
    assertThat(scanner.timestamp()).isEqualTo(request.timestampMicros());
    assertThat(scanner.hasExtId() ? OptionalLong.of(scanner.extId()) : OptionalLong.empty())
        .isEqualTo(request.extId());
  }

  private static EncodedRecords encode(SeededRandom random, long salt, long first) {
    EncodedRecords encoded = new EncodedRecords(salt, first);
    for (int i = random.between(1, 8); i > 0; i--) {
      if (random.oneIn(8)) {
        encoded.addPadding(random.between(32, 100), random.anyLong());
      } else {
        encoded.add(random.request(200), random.oneIn(4));
      }
    }
    return encoded;
  }

  /** Flipped bytes, a run of garbage, a cut, a run moved, or records of the same salt moved in. */
  private static byte[] damage(SeededRandom random, byte[] bytes, long salt) {
    byte[] damaged = bytes.clone();
    int from = random.nextInt(bytes.length);
    int length = random.between(1, bytes.length - from);
    switch (random.nextInt(5)) {
      case 0 -> {
        for (int i = random.between(1, 4); i > 0; i--) {
          damaged[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        }
      }
      case 1 -> System.arraycopy(random.bytes(length), 0, damaged, from, length);
      case 2 -> {
        return Arrays.copyOf(damaged, from);
      }
      case 3 -> {
        int to = random.nextInt(bytes.length - length + 1);
        System.arraycopy(bytes, from, damaged, to, length);
      }
      default -> {
        byte[] other = encode(random, salt, random.between(80, 99)).bytes();
        int to = from & -8;
        System.arraycopy(other, 0, damaged, to, Math.min(other.length, bytes.length - to));
      }
    }
    return damaged;
  }

  private static byte[] part(byte[] bytes, int at, int length) {
    return Arrays.copyOfRange(bytes, at, at + length);
  }
}
