package io.bop.aof.testkit.tier2;

import static io.bop.aof.testkit.tier2.Tier2Fixture.await;
import static io.bop.aof.testkit.tier2.Tier2Fixture.body;
import static io.bop.aof.testkit.tier2.Tier2Fixture.config;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bop.aof.CircuitBreakerConfig;
import io.bop.aof.Tier2Config;
import io.bop.aof.objectstore.ObjectStoreException;
import io.bop.aof.objectstore.ObjectStoreException.Reason;
import io.bop.aof.testkit.objectstore.Fault;
import io.bop.aof.testkit.objectstore.FaultyObjectStore.ObjectCall;
import io.bop.aof.tier2.PutOutcome;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Deadlines, places, interrupts and close. */
@Timeout(60)
class Tier2LimitsTest {

  @TempDir Path root;
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
  void endsHungCallAtItsDeadline() throws Exception {
    t.store.next(ObjectCall.GET, new Fault.Hangs(true));
    Future<byte[]> call = t.async(() -> t.tier2.get("k"));
    await("call hangs", () -> t.store.inFlight() == 1);

    t.host.advance(Duration.ofSeconds(59));
    assertThat(call.isDone()).isFalse();
    t.host.advance(Duration.ofSeconds(2));

    assertFailed(Reason.TIMEOUT, call);
    await("transfer ends", () -> t.store.inFlight() == 0);
    assertThat(t.tier2.stats().abandoned()).isEqualTo(1);
    assertThat(t.tier2.lastError()).contains("GET").contains("key=k");
  }

  @Test
  void endsCallEvenWhenTheTransferHearsNothing() throws Exception {
    t.tier2.put("k", body("0123456789"), Map.of());
    t.store.next(ObjectCall.GET_RANGE, new Fault.Hangs(false));
    ByteBuffer dst = ByteBuffer.allocate(10);
    Future<Boolean> call =
        t.async(
            () -> {
              t.tier2.getRange("k", 0, dst);
              return true;
            });
    await("call hangs", () -> t.store.inFlight() == 1);

    t.host.advance(Duration.ofSeconds(61));

    assertFailed(Reason.TIMEOUT, call);
    assertThat(t.store.inFlight()).isEqualTo(1);
    // It keeps its place, but the others work.
    assertThat(range("k", 0, 10)).isEqualTo("0123456789");
  }

  @Test
  void boundsUploadsFetchesAndDeletesApart() throws Exception {
    int total = 2 + 8 + 2;
    t.store.down(new Fault.Hangs(true));
    List<Future<?>> calls = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      String key = "k" + i;
      calls.add(t.async(() -> t.tier2.put(key, body("x"), Map.of())));
      calls.add(t.async(() -> t.tier2.get(key)));
      calls.add(
          t.async(
              () -> {
                t.tier2.delete(key);
                return key;
              }));
    }
    await("all places are taken", () -> t.store.inFlight() == total);
    assertThat(t.store.calls(ObjectCall.PUT)).isEqualTo(2);
    assertThat(t.store.calls(ObjectCall.GET)).isEqualTo(8);
    assertThat(t.store.calls(ObjectCall.DELETE)).isEqualTo(2);

    t.store.heal();
    t.store.release();
    for (Future<?> call : calls) {
      try {
        call.get();
      } catch (ExecutionException e) {
        assertThat(e).cause().isInstanceOf(ObjectStoreException.class);
      }
    }
    assertThat(t.store.mostInFlight()).isEqualTo(total);
  }

  @Test
  void countsWaitingForAPlaceAgainstTheDeadline() throws Exception {
    t.store.chance(ObjectCall.DELETE, 1, new Fault.Hangs(false));
    List<Future<?>> calls = new ArrayList<>();
    AtomicReference<Thread> newest = new AtomicReference<>();
    for (int i = 0; i < 3; i++) {
      newest.set(null);
      calls.add(
          t.async(
              () -> {
                newest.set(Thread.currentThread());
                t.tier2.delete("k");
                return true;
              }));
      await("the call waits for its end", () -> isParked(newest.get()));
    }
    await("both places are taken", () -> t.store.inFlight() == 2);

    t.host.advance(Duration.ofSeconds(61));

    for (Future<?> call : calls) {
      assertFailed(Reason.TIMEOUT, call);
    }
    assertThat(t.store.calls(ObjectCall.DELETE)).isEqualTo(2);
    assertThat(t.tier2.stats().abandoned()).isEqualTo(2);
  }

  @Test
  void givesThePlaceOfATransferThatNeverEndsToAnother() throws Exception {
    try (Tier2Fixture t2 =
        new Tier2Fixture(root.resolve("never"), config().withCircuitBreaker(calm()))) {
      t2.store.next(ObjectCall.PUT, new Fault.Hangs(false), new Fault.Hangs(false));
      List<Future<?>> hung = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        String key = "hung" + i;
        hung.add(t2.async(() -> t2.tier2.put(key, body("x"), Map.of())));
      }
      await("both places are taken", () -> t2.store.inFlight() == 2);
      t2.host.advance(Duration.ofSeconds(61));
      for (Future<?> call : hung) {
        assertFailed(Reason.TIMEOUT, call);
      }
      assertThat(t2.tier2.stats().stuck()).isEqualTo(2);

      // A place is given away by then; the clock stands still while the next one is sent.
      t2.host.advance(Duration.ofSeconds(61));
      Future<?> next = t2.async(() -> t2.tier2.put("next", body("x"), Map.of()));
      await("the next one is sent", next::isDone);

      assertThat(next.get()).isEqualTo(PutOutcome.CREATED);
      assertThat(t2.store.calls(ObjectCall.PUT)).isEqualTo(3);
      assertThat(t2.tier2.stats().stuck()).as("they are still there").isEqualTo(2);
      t2.store.release();
      await("they end", () -> t2.tier2.stats().stuck() == 0);
      t2.tier2.put("last", body("x"), Map.of());
    }
  }

  @Test
  void givesUpSoManyTransfersAndNoMore() throws Exception {
    Tier2Config config = config().withUploadConcurrency(1).withCircuitBreaker(calm());
    try (Tier2Fixture t2 = new Tier2Fixture(root.resolve("many"), config)) {
      t2.store.chance(ObjectCall.PUT, 1, new Fault.Hangs(false));
      int most = 8;
      for (int i = 0; i <= most; i++) {
        int before = i;
        Future<?> call = t2.async(() -> t2.tier2.put("k" + before, body("x"), Map.of()));
        await(
            "it hangs in a place of its own",
            () -> {
              if (call.isDone()) {
                throw new AssertionError("no place for call " + before);
              }
              return t2.store.inFlight() == before + 1;
            });
        t2.host.advance(Duration.ofSeconds(61));
        assertFailed(Reason.TIMEOUT, call);
        await("its giving up is planned", () -> t2.tier2.stats().stuck() == before + 1);
        t2.host.advance(Duration.ofDays(1));
      }

      Future<?> call = t2.async(() -> t2.tier2.put("late", body("x"), Map.of()));
      await(
          "it waits for a place in vain",
          () -> {
            t2.host.advance(Duration.ofDays(1));
            return call.isDone();
          });

      assertFailed(Reason.TIMEOUT, call);
      assertThat(t2.store.inFlight()).isEqualTo(most + 1);
      assertThat(t2.store.calls(ObjectCall.PUT)).isEqualTo(most + 1);
      t2.store.heal().release();
      await("they end", () -> t2.tier2.stats().stuck() == 0);
      assertThat(t2.tier2.put("again", body("x"), Map.of())).isEqualTo(PutOutcome.CREATED);
    }
  }

  /* It never opens: these calls are not about it. */
  private static CircuitBreakerConfig calm() {
    return CircuitBreakerConfig.defaults()
        .withSlidingWindowSize(1_000)
        .withSlowCallDurationThreshold(Duration.ofDays(1_000));
  }

  @Test
  void endsWhenItsCallerIsInterrupted() throws Exception {
    t.store.next(ObjectCall.GET, new Fault.Hangs(true));
    Thread.currentThread().interrupt();
    try {
      assertFails(Reason.CANCELLED, () -> t.tier2.get("k"));
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
    await("transfer ends", () -> t.store.inFlight() == 0);
    // The interrupt was for that call alone.
    assertThat(t.tier2.head("k")).isEmpty();
  }

  @Test
  void waitsForNoTransferThatEndedOrWhoseStoreWasClosed() throws Exception {
    hangDeaf();
    assertThat(t.host.timers()).isEqualTo(1);
    t.store.release();
    await("transfer ends", () -> t.host.timers() == 0);

    hangDeaf();
    assertThat(t.host.timers()).isEqualTo(1);
    t.tier2.close();
    assertThat(t.host.timers()).isZero();
  }

  /** A transfer that goes on hanging when its caller has given it up. */
  private void hangDeaf() throws Exception {
    t.store.next(ObjectCall.GET, new Fault.Hangs(false));
    Future<byte[]> call = t.async(() -> t.tier2.get("k"));
    await("call hangs", () -> t.store.inFlight() == 1);
    call.cancel(true);
    await("caller has gone", () -> t.host.timers() == 1);
  }

  @Test
  void doesNotPassAnInterruptOnToTheNextCallOfThatWorker() throws Exception {
    try (Tier2Fixture single =
        new Tier2Fixture(root.resolve("single"), config().withFetchConcurrency(1))) {
      single.tier2.put("k", body("x"), Map.of());
      single.store.next(ObjectCall.GET, new Fault.Hangs(true));
      Future<byte[]> first = single.async(() -> single.tier2.get("k"));
      await("first call hangs", () -> single.store.inFlight() == 1);
      AtomicReference<Thread> waiter = new AtomicReference<>();
      Future<byte[]> second =
          single.async(
              () -> {
                waiter.set(Thread.currentThread());
                return single.tier2.get("k");
              });
      await("second call waits for the place", () -> isParked(waiter.get()));

      first.cancel(true);

      assertThat(second.get()).asString().isEqualTo("x");
    }
  }

  @Test
  void cancelsWaitingCallsWhenItCloses() throws Exception {
    t.store.down(new Fault.Hangs(true));
    List<Future<?>> calls = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      calls.add(t.async(() -> t.tier2.put("k", body("x"), Map.of())));
    }
    await("uploads hang", () -> t.store.inFlight() == 2);

    t.tier2.close();

    for (Future<?> call : calls) {
      assertFailed(Reason.CANCELLED, call);
    }
    assertFails(Reason.CANCELLED, () -> t.tier2.head("k"));
  }

  private static boolean isParked(@Nullable Thread thread) {
    return thread != null && thread.getState() == Thread.State.TIMED_WAITING;
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

  private static void assertFailed(Reason reason, Future<?> call) {
    assertThatThrownBy(call::get)
        .cause()
        .isInstanceOfSatisfying(
            ObjectStoreException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }
}
