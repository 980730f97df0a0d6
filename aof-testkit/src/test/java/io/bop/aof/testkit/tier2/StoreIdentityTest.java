package io.bop.aof.testkit.tier2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bop.aof.AofException;
import io.bop.aof.UnsupportedFormatException;
import io.bop.aof.format.MalformedException;
import io.bop.aof.objectstore.ObjectStoreException.Reason;
import io.bop.aof.testkit.objectstore.Fault;
import io.bop.aof.testkit.objectstore.FaultyObjectStore.ObjectCall;
import io.bop.aof.tier2.StoreIdentity;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoreIdentityTest {

  private static final UUID MINE = new UUID(1, 2);
  private static final UUID OTHER = new UUID(3, 4);

  @TempDir Path root;

  @Test
  void isReadableByPeople() {
    StoreIdentity identity = new StoreIdentity(MINE, Instant.parse("2026-11-21T10:00:00.123456Z"));

    assertThat(identity.encode())
        .asString()
        .isEqualTo(
            """
            {
              "format": "aof-store",
              "formatVersion": 1,
              "storeId": "00000000-0000-0001-0000-000000000002",
              "createdAt": "2026-11-21T10:00:00.123Z"
            }
            """);
    assertThat(StoreIdentity.parse(identity.encode())).isEqualTo(identity);
  }

  @Test
  void passesOverMembersItDoesNotKnow() {
    String text =
        """
        {"note":"\\u0061 \\"b\\" \\n\\/","n":-1.5e+3,"t":true,"z":null,"format":"aof-store",
         "storeId":"00000000-0000-0001-0000-000000000002","createdAt":"2026-01-01T00:00:00Z",
         "formatVersion":1}""";

    assertThat(parse(text).storeId()).isEqualTo(MINE);
  }

  @Test
  void refusesNewerVersion() {
    String newer = valid().replace("\"formatVersion\": 1", "\"formatVersion\": 2");

    assertThatThrownBy(() -> parse(newer))
        .isInstanceOf(UnsupportedFormatException.class)
        .hasMessageContaining("found=2 readable=1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "{}",
        "[]",
        "null",
        "\"x\"",
        "{\"a\":1,}",
        "{\"a\":{}}",
        "{\"a\":[1]}",
        "{\"a\":1} x",
        "{\"a\":1,\"a\":2}",
        "{\"a\" 1}",
        "{a:1}",
        "{\"a\":01}",
        "{\"a\":1e}",
        "{\"a\":\"\\x\"}",
        "{\"a\":\"\\u12g4\"}",
        "{\"a\":\"\n\"}",
        "{\"a\":tru}",
        "{\"a\":",
        "{\"a\":\"",
        "{\"a\":\"\\",
        "{\"format\":\"aof-store\"}",
        "{\"format\":\"aof-store\",\"formatVersion\":0}",
        "{\"format\":\"aof-store\",\"formatVersion\":99999999999}",
        "{\"format\":\"aof-store\",\"formatVersion\":1,\"storeId\":\"1-1-1-1-1\"}",
        "{\"format\":\"other\",\"formatVersion\":1}"
      })
  void refusesWhatIsNotAnIdentity(String text) {
    assertThatThrownBy(() -> parse(text)).isInstanceOf(MalformedException.class);
  }

  @Test
  void refusesBytesThatAreNotTextAndTextThatIsTooLong() {
    assertThatThrownBy(() -> StoreIdentity.parse(new byte[] {'{', (byte) 0xff, '}'}))
        .isInstanceOf(MalformedException.class);
    assertThatThrownBy(() -> parse(valid() + " ".repeat(5_000)))
        .isInstanceOf(MalformedException.class);
  }

  @Test
  void answersAnyDamageWithTypedErrorOrValue() {
    long seed = new SplittableRandom().nextLong();
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = valid().getBytes(StandardCharsets.UTF_8);
      for (int n = random.nextInt(1, 4); n > 0; n--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      try {
        StoreIdentity.parse(bytes);
      } catch (AofException e) {
        assertThat(e.getMessage()).isNotEmpty();
      } catch (RuntimeException e) {
        throw new AssertionError("untyped error: seed=" + seed + " i=" + i, e);
      }
    }
  }

  @Test
  void claimsAnEmptyBucketOnce() throws Exception {
    try (Tier2Fixture t = new Tier2Fixture(root)) {
      assertThat(StoreIdentity.read(t.tier2)).isEmpty();

      assertThat(StoreIdentity.claim(t.tier2, MINE).storeId()).isEqualTo(MINE);

      assertThat(StoreIdentity.claim(t.tier2, OTHER).storeId()).isEqualTo(MINE);
      assertThat(StoreIdentity.read(t.tier2).orElseThrow().storeId()).isEqualTo(MINE);
      assertThat(Files.readString(root.resolve("store.json"))).contains(MINE.toString());
    }
  }

  @Test
  void recognizesItsOwnClaimWhenTheAnswerWasLost() throws Exception {
    try (Tier2Fixture t = new Tier2Fixture(root)) {
      t.store.next(ObjectCall.PUT, new Fault.AnswerLost(Reason.TIMEOUT));

      assertThat(StoreIdentity.claim(t.tier2, MINE).storeId()).isEqualTo(MINE);
    }
  }

  @Test
  void doesNotTakeOverSomethingElse() throws Exception {
    try (Tier2Fixture t = new Tier2Fixture(root)) {
      Files.writeString(root.resolve("store.json"), "<html>");

      assertThatThrownBy(() -> StoreIdentity.claim(t.tier2, MINE))
          .isInstanceOf(MalformedException.class);
    }
  }

  private static String valid() {
    Instant created = Instant.parse("2026-01-01T00:00:00Z");
    return new String(new StoreIdentity(MINE, created).encode(), StandardCharsets.UTF_8);
  }

  private static StoreIdentity parse(String text) {
    return StoreIdentity.parse(text.getBytes(StandardCharsets.UTF_8));
  }
}
