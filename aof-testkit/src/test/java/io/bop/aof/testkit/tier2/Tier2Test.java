package io.bop.aof.testkit.tier2;

import static io.bop.aof.testkit.tier2.Tier2Fixture.body;
import static io.bop.aof.testkit.tier2.Tier2Fixture.config;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bop.aof.RetryConfig;
import io.bop.aof.Tier2Config;
import io.bop.aof.objectstore.ObjectBody;
import io.bop.aof.objectstore.ObjectMetadata;
import io.bop.aof.objectstore.ObjectStoreException;
import io.bop.aof.objectstore.ObjectStoreException.Reason;
import io.bop.aof.testkit.objectstore.Fault;
import io.bop.aof.testkit.objectstore.FaultyObjectStore.ObjectCall;
import io.bop.aof.tier2.ObjectConflictException;
import io.bop.aof.tier2.PutOutcome;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class Tier2Test {

  @TempDir Path root;
  @TempDir Path bodies;
  private Tier2Fixture t;

  @BeforeEach
  void open() throws Exception {
    t = new Tier2Fixture(root);
  }

  @AfterEach
  void close() {
    t.close();
  }

  @Test
  void passesCallsThrough() throws Exception {
    assertThat(t.tier2.put("a/k", body("0123456789"), Map.of("aof-epoch", "1")))
        .isEqualTo(PutOutcome.CREATED);
    assertThat(t.tier2.get("a/k")).asString().isEqualTo("0123456789");
    assertThat(range("a/k", 3, 4)).isEqualTo("3456");
    assertThat(t.tier2.head("a/k").orElseThrow().metadata())
        .isEqualTo(Map.of("aof-epoch", "1", "aof-crc32c", "280c069e"));
    assertThat(t.tier2.list("a/", null, 10).objects()).hasSize(1);
    t.tier2.delete("a/k");
    assertThat(t.tier2.head("a/k")).isEmpty();

    assertThat(t.tier2.lastError()).isNull();
    assertThat(t.events)
        .containsExactly(
            "PUT OK 10",
            "GET OK 10",
            "GET_RANGE OK 4",
            "HEAD OK 0",
            "LIST OK 0",
            "DELETE OK 0",
            "HEAD OK 0");
    assertThat(t.tier2.stats().writes().bytes()).isEqualTo(10);
    assertThat(t.tier2.stats().reads().bytes()).isEqualTo(14);
    assertThat(t.tier2.stats().reads().calls()).isEqualTo(5);
    assertThat(t.tier2.stats().reads().failures()).isZero();
  }

  @Test
  void retriesWhatMaySucceedLater() throws Exception {
    t.store.next(
        ObjectCall.PUT, Fault.THROTTLED, Fault.UNREACHABLE, new Fault.Fails(Reason.TIMEOUT));

    assertThat(t.tier2.put("k", body("x"), Map.of())).isEqualTo(PutOutcome.CREATED);

    assertThat(t.events)
        .containsExactly(
            "retry PUT 1 TRANSIENT", "retry PUT 2 UNAVAILABLE", "retry PUT 3 TIMEOUT", "PUT OK 1");
    assertThat(t.tier2.stats().writes().retries()).isEqualTo(3);
  }

  @Test
  void givesUpAfterTheLastAttemptWithTheReason() {
    t.store.chance(ObjectCall.GET, 1, Fault.THROTTLED);

    assertFails(Reason.TRANSIENT, () -> t.tier2.get("k"));

    assertThat(t.store.calls(ObjectCall.GET)).isEqualTo(4);
    assertThat(t.tier2.lastError()).contains("injected");
  }

  @Test
  void doesNotRetryWhatIsFinal() throws Exception {
    try (Tier2Fixture calm = new Tier2Fixture(root.resolve("calm"), noBreaker())) {
      for (Reason reason : Reason.values()) {
        int expected = calm.store.calls(ObjectCall.HEAD) + (reason.retryable() ? 4 : 1);
        Fault fault = new Fault.Fails(reason);
        calm.store.heal().next(ObjectCall.HEAD, fault, fault, fault, fault);

        assertFails(reason, () -> calm.tier2.head("k"));

        assertThat(calm.store.calls(ObjectCall.HEAD)).as(reason.name()).isEqualTo(expected);
      }
    }
  }

  @Test
  void backsOffExponentiallyWithinBoundsAndFullJitter() throws Exception {
    List<Long> first = new ArrayList<>();
    List<Long> third = new ArrayList<>();
    try (Tier2Fixture many = new Tier2Fixture(root.resolve("many"), noBreaker())) {
      many.store.chance(ObjectCall.GET, 1, Fault.THROTTLED);
      for (int i = 0; i < 200; i++) {
        int from = many.host.sleeps().size();
        assertFails(Reason.TRANSIENT, () -> many.tier2.get("k"));
        List<Long> sleeps = many.host.sleeps().subList(from, many.host.sleeps().size());
        assertThat(sleeps).hasSize(3);
        first.add(sleeps.get(0));
        third.add(sleeps.get(2));
      }
    }

    long milli = 1_000_000;
    assertThat(first).allMatch(nanos -> nanos >= 0 && nanos < 100 * milli);
    assertThat(third).allMatch(nanos -> nanos >= 0 && nanos < 300 * milli);
    // Full jitter: all of the range is used, not a part of it.
    assertThat(first).anyMatch(nanos -> nanos < 10 * milli).anyMatch(n -> n > 90 * milli);
    assertThat(third).anyMatch(nanos -> nanos < 30 * milli).anyMatch(n -> n > 270 * milli);
  }

  @Test
  void settlesLostAnswerByLookingInsteadOfSendingAgain() throws Exception {
    t.store.next(ObjectCall.PUT, new Fault.AnswerLost(Reason.TIMEOUT));

    assertThat(t.tier2.put("k", body("mine"), Map.of())).isEqualTo(PutOutcome.ALREADY_THERE);

    assertThat(t.store.calls(ObjectCall.PUT)).isEqualTo(1);
    assertThat(t.events).containsExactly("retry PUT 1 TIMEOUT", "PUT ALREADY_THERE 4");
  }

  @Test
  void settlesLostAnswerOfTheLastAttempt() throws Exception {
    Fault busy = Fault.THROTTLED;
    t.store.next(ObjectCall.PUT, busy, busy, busy, new Fault.AnswerLost(Reason.UNAVAILABLE));

    assertThat(t.tier2.put("k", body("mine"), Map.of())).isEqualTo(PutOutcome.ALREADY_THERE);
  }

  @Test
  void settlesServerErrorThatWroteTheObjectAllTheSame() throws Exception {
    t.store.next(ObjectCall.PUT, new Fault.AnswerLost(Reason.TRANSIENT));

    assertThat(t.tier2.put("k", body("mine"), Map.of())).isEqualTo(PutOutcome.ALREADY_THERE);
  }

  @Test
  void takesOwnObjectFromBeforeACrash() throws Exception {
    t.tier2.put("k", body("mine"), Map.of());

    assertThat(t.tier2.put("k", body("mine"), Map.of())).isEqualTo(PutOutcome.ALREADY_THERE);
  }

  @Test
  void reportsConflictWhenRivalWasFaster() {
    t.store.next(ObjectCall.PUT, new Fault.Rival("theirs".getBytes(StandardCharsets.UTF_8)));

    assertThatThrownBy(() -> t.tier2.put("k", body("mine"), Map.of()))
        .isInstanceOfSatisfying(
            ObjectConflictException.class, e -> assertThat(e.key()).isEqualTo("k"));
    assertThat(t.events).containsExactly("PUT CONFLICT 0");
  }

  @Test
  void reportsConflictAfterAnUnclearPut() {
    t.store.next(
        ObjectCall.PUT,
        Fault.UNREACHABLE,
        new Fault.Rival("them".getBytes(StandardCharsets.UTF_8)));

    assertThatThrownBy(() -> t.tier2.put("k", body("mine"), Map.of()))
        .isInstanceOf(ObjectConflictException.class);
  }

  @Test
  void comparesBytesWhenMetadataSaysNothing() throws Exception {
    Files.writeString(root.resolve("by-hand"), "mine");
    assertThat(t.tier2.put("by-hand", body("mine"), Map.of())).isEqualTo(PutOutcome.ALREADY_THERE);
    assertThatThrownBy(() -> t.tier2.put("by-hand", body("mind"), Map.of()))
        .isInstanceOf(ObjectConflictException.class);
  }

  @Test
  void takesAnObjectWhoseReadIsDamagedForNobodyElses() throws Exception {
    t.store.next(ObjectCall.PUT, new Fault.AnswerLost(Reason.TIMEOUT));
    t.store.next(ObjectCall.GET_RANGE, new Fault.BodyCorrupted());
    assertThat(t.tier2.put("k", body("mine"), Map.of())).isEqualTo(PutOutcome.ALREADY_THERE);

    Files.writeString(root.resolve("by-hand"), "mine");
    t.store.next(ObjectCall.GET_RANGE, new Fault.BodyCorrupted());
    assertThat(t.tier2.put("by-hand", body("mine"), Map.of())).isEqualTo(PutOutcome.ALREADY_THERE);
  }

  @Test
  void saysThatAnObjectIsDamagedAtRest() throws Exception {
    ObjectBody.OfBytes mine = (ObjectBody.OfBytes) body("mine");
    String crc = ObjectMetadata.crc32cText(mine.crc32c());
    t.store.putIfAbsent("k", body("rot!"), Map.of(ObjectMetadata.CRC32C, crc));

    assertThatThrownBy(() -> t.tier2.put("k", mine, Map.of()))
        .isInstanceOf(ObjectStoreException.class)
        .hasMessageContaining("does not match its own checksum");
  }

  @Test
  void settlesPutsOfFiles() throws Exception {
    byte[] bytes = new byte[700_000];
    new SplittableRandom(5).nextBytes(bytes);
    ObjectBody file = fileBody(bytes);
    t.store.next(ObjectCall.PUT, new Fault.AnswerLost(Reason.TIMEOUT));
    assertThat(t.tier2.put("same", file, Map.of())).isEqualTo(PutOutcome.ALREADY_THERE);

    byte[] other = bytes.clone();
    other[600_000] ^= 1;
    t.store.next(ObjectCall.PUT, new Fault.Rival(other));
    assertThatThrownBy(() -> t.tier2.put("other", file, Map.of()))
        .isInstanceOf(ObjectConflictException.class);
  }

  @Test
  void failsPutWhoseFateStaysUnknown() {
    t.store.chance(ObjectCall.PUT, 1, new Fault.AnswerLost(Reason.TIMEOUT));
    t.store.chance(ObjectCall.HEAD, 1, Fault.UNREACHABLE);

    assertFails(Reason.UNAVAILABLE, () -> t.tier2.put("k", body("mine"), Map.of()));
  }

  @Test
  void takesUpABrokenRangeWhereItBroke() throws Exception {
    t.tier2.put("k", body("0123456789"), Map.of());
    t.store.next(ObjectCall.GET_RANGE, new Fault.BodyCut(0.5), new Fault.BodyCut(0.5));

    assertThat(range("k", 1, 8)).isEqualTo("12345678");

    assertThat(t.store.calls(ObjectCall.GET_RANGE)).isEqualTo(3);
  }

  @Test
  void leavesBufferAloneWhenARangeFails() throws Exception {
    t.tier2.put("k", body("0123456789"), Map.of());
    t.store.chance(ObjectCall.GET_RANGE, 1, new Fault.BodyCut(0.3));
    ByteBuffer dst = ByteBuffer.allocate(10);

    assertFails(Reason.UNAVAILABLE, () -> t.tier2.getRange("k", 0, dst));

    assertThat(dst.position()).isZero();
    assertThat(dst.array()).containsOnly(0);
  }

  @Test
  void doesNotSleepBeyondTheDeadline() throws Exception {
    RetryConfig patient = new RetryConfig(100, Duration.ofSeconds(10), Duration.ofSeconds(10));
    try (Tier2Fixture slow = new Tier2Fixture(root.resolve("slow"), config().withRetry(patient))) {
      slow.store.chance(ObjectCall.GET, 1, Fault.THROTTLED);

      assertFails(Reason.TRANSIENT, () -> slow.tier2.get("k"));

      assertThat(slow.host.clock().nanoTime()).isLessThan(Duration.ofSeconds(60).toNanos());
      assertThat(slow.store.calls(ObjectCall.GET)).isLessThan(100);
    }
  }

  @Test
  void refusesIllegalArgumentsAtOnce() {
    assertThatThrownBy(() -> t.tier2.put("../k", body("x"), Map.of()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> t.tier2.put("k", body("x"), Map.of("x", "y")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> t.tier2.getRange("k", -1, ByteBuffer.allocate(1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(t.events).isEmpty();
  }

  @Test
  void survivesAnyMixOfFaults() throws Exception {
    long seed = new SplittableRandom().nextLong();
    for (int round = 0; round < 10; round++) {
      Path place = root.resolve("round" + round);
      try (Tier2Fixture mixed = new Tier2Fixture(place, noBreaker())) {
        runMix(mixed, seed + round);
      } catch (Throwable e) {
        throw new AssertionError("failed with seed=" + (seed + round), e);
      }
    }
  }

  private static void runMix(Tier2Fixture mixed, long seed) throws Exception {
    SplittableRandom random = new SplittableRandom(seed);
    Fault lost = new Fault.AnswerLost(Reason.TIMEOUT);
    for (ObjectCall call : ObjectCall.values()) {
      mixed.store.chance(
          call, 0.4, Fault.THROTTLED, Fault.UNREACHABLE, lost, new Fault.BodyCut(0.5));
    }
    for (int i = 0; i < 30; i++) {
      String key = "k" + i;
      byte[] bytes = new byte[random.nextInt(1, 2_000)];
      random.nextBytes(bytes);
      CRC32C crc = new CRC32C();
      crc.update(bytes);
      ObjectBody body = new ObjectBody.OfBytes(bytes, (int) crc.getValue());
      boolean put = succeeds(() -> mixed.tier2.put(key, body, Map.of()));
      ByteBuffer read = ByteBuffer.allocate(bytes.length);
      boolean got = succeeds(() -> mixed.tier2.getRange(key, 0, read));
      if (put && got) {
        assertThat(read.array()).isEqualTo(bytes);
      }
      mixed.store.heal();
      assertThat(mixed.tier2.head(key).isPresent() || !put).isTrue();
      assertThat(mixed.tier2.put(key, body, Map.of())).isNotNull();
      for (ObjectCall call : ObjectCall.values()) {
        mixed.store.chance(call, 0.4, Fault.THROTTLED, Fault.UNREACHABLE, lost);
      }
    }
  }

  private interface Step {
    void run() throws ObjectStoreException, ObjectConflictException;
  }

  private static boolean succeeds(Step step) throws ObjectConflictException {
    try {
      step.run();
      return true;
    } catch (ObjectStoreException e) {
      return false;
    }
  }

  private static Tier2Config noBreaker() {
    return config().withCircuitBreaker(config().circuitBreaker().withSlidingWindowSize(10_000));
  }

  private ObjectBody fileBody(byte[] bytes) throws Exception {
    Path file = Files.write(bodies.resolve("body"), bytes);
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return new ObjectBody.OfFile(file, bytes.length, (int) crc.getValue());
  }

  private String range(String key, long position, int length) throws ObjectStoreException {
    ByteBuffer dst = ByteBuffer.allocate(length);
    t.tier2.getRange(key, position, dst);
    return new String(dst.array(), StandardCharsets.UTF_8);
  }

  private static void assertFails(Reason reason, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            ObjectStoreException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }
}
