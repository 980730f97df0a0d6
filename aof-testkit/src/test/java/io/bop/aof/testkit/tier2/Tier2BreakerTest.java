package io.bop.aof.testkit.tier2;

import static io.bop.aof.testkit.tier2.Tier2Fixture.await;
import static io.bop.aof.testkit.tier2.Tier2Fixture.body;
import static io.bop.aof.testkit.tier2.Tier2Fixture.config;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bop.aof.BreakerState;
import io.bop.aof.Tier2UnavailableException;
import io.bop.aof.objectstore.ObjectStoreException;
import io.bop.aof.objectstore.ObjectStoreException.Reason;
import io.bop.aof.testkit.objectstore.Fault;
import io.bop.aof.testkit.objectstore.FaultyObjectStore.ObjectCall;
import io.bop.aof.tier2.Tier2Options;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class Tier2BreakerTest {

  private static final int WINDOW = 4;

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
  void opensAfterFailuresAndFailsFastWithoutACall() {
    openReads();

    int before = t.store.calls(ObjectCall.HEAD);
    assertThatThrownBy(() -> t.tier2.head("k"))
        .isInstanceOfSatisfying(
            Tier2UnavailableException.class,
            e -> {
              assertThat(e.breakerState()).isEqualTo(BreakerState.OPEN);
              assertThat(e.reason()).contains("injected");
            });
    assertThat(t.store.calls(ObjectCall.HEAD)).isEqualTo(before);
    assertThat(t.events).contains("READ CLOSED->OPEN", "HEAD REJECTED 0");
    assertThat(t.events).anyMatch(event -> event.startsWith("READ because injected"));
    assertThat(t.tier2.stats().reads().rejected()).isEqualTo(1);
  }

  @Test
  void countsACallOnceHoweverOftenItWasRetried() {
    t.store.chance(ObjectCall.HEAD, 1, Fault.THROTTLED);

    fail(WINDOW - 1);

    assertThat(t.store.calls(ObjectCall.HEAD)).isEqualTo((WINDOW - 1) * 4);
    assertThat(t.tier2.readState()).isEqualTo(BreakerState.CLOSED);
  }

  @Test
  void keepsWritesAndReadsApart() throws Exception {
    openReads();

    assertThat(t.tier2.writeState()).isEqualTo(BreakerState.CLOSED);
    t.tier2.put("k", body("x"), Map.of());
  }

  @Test
  void closesAgainByCallsThatSucceedHalfOpen() throws Exception {
    openReads();
    t.store.heal();

    t.pass(Duration.ofSeconds(9));
    assertThat(t.tier2.readState()).isEqualTo(BreakerState.OPEN);
    t.pass(Duration.ofSeconds(2));
    t.tier2.head("k");
    assertThat(t.tier2.readState()).isEqualTo(BreakerState.HALF_OPEN);
    t.tier2.head("k");

    assertThat(t.tier2.readState()).isEqualTo(BreakerState.CLOSED);
    assertThat(t.events).contains("READ OPEN->HALF_OPEN", "READ HALF_OPEN->CLOSED");
  }

  @Test
  void opensAgainWhenHalfOpenCallsFail() {
    openReads();
    t.pass(Duration.ofSeconds(11));

    fail(2);

    assertThat(t.tier2.readState()).isEqualTo(BreakerState.OPEN);
    assertThat(t.events).contains("READ HALF_OPEN->OPEN");
  }

  @Test
  void doesNotStayHalfOpenForEver() throws Exception {
    openReads();
    t.store.heal();
    t.pass(Duration.ofSeconds(11));
    t.store.next(ObjectCall.HEAD, new Fault.Hangs(true), new Fault.Hangs(true));
    List<Future<?>> hung =
        List.of(t.async(() -> t.tier2.head("k")), t.async(() -> t.tier2.head("k")));
    await("both half-open calls hang", () -> t.store.inFlight() == 2);
    assertThat(hung).noneMatch(Future::isDone);
    assertThatThrownBy(() -> t.tier2.head("k")).isInstanceOf(Tier2UnavailableException.class);

    t.pass(Duration.ofSeconds(31));
    assertThat(t.tier2.readState()).isEqualTo(BreakerState.OPEN);

    t.pass(Duration.ofSeconds(11));
    t.tier2.head("k");
    t.tier2.head("k");
    assertThat(t.tier2.readState()).isEqualTo(BreakerState.CLOSED);
  }

  @Test
  void probesByItselfUntilBothBreakersAreClosed() throws Exception {
    openReads();
    openWrites();
    t.pass(Duration.ofSeconds(9));
    int before = t.store.calls(ObjectCall.HEAD);
    t.host.advance(Duration.ofMillis(500));
    assertThat(t.store.calls(ObjectCall.HEAD)).as("not while open").isEqualTo(before);
    await(
        "probes fail",
        () -> {
          t.host.advance(Duration.ofSeconds(1));
          return t.events.contains("READ HALF_OPEN->OPEN");
        });

    t.store.heal();
    await(
        "breakers close",
        () -> {
          t.host.advance(Duration.ofSeconds(1));
          return t.tier2.readState() == BreakerState.CLOSED
              && t.tier2.writeState() == BreakerState.CLOSED;
        });

    assertThat(t.events).contains("PROBE OK 0", "WRITE HALF_OPEN->CLOSED");
    assertThat(t.events.stream().filter(e -> e.startsWith("PROBE REJECTED")).count()).isZero();
    int after = t.store.calls(ObjectCall.HEAD);
    t.host.advance(Duration.ofHours(1));
    t.tier2.head("k");
    assertThat(t.store.calls(ObjectCall.HEAD)).isEqualTo(after + 1);
  }

  @Test
  void probeClosesBothBreakersWithoutTraffic() throws Exception {
    openReads();
    openWrites();
    t.store.heal();

    t.tier2.probe();
    t.host.advance(Duration.ofSeconds(11));
    await(
        "breakers close",
        () -> {
          t.tier2.probe();
          return t.tier2.readState() == BreakerState.CLOSED
              && t.tier2.writeState() == BreakerState.CLOSED;
        });
    assertThat(t.events).contains("PROBE OK 0", "WRITE HALF_OPEN->CLOSED");
  }

  @Test
  void probeAsksNothingWhileAllIsWell() throws Exception {
    t.tier2.probe();
    t.tier2.head("k");

    assertThat(t.store.calls(ObjectCall.HEAD)).isEqualTo(1);
  }

  @Test
  void countsWrongCredentialsAsFailures() {
    t.store.chance(ObjectCall.HEAD, 1, new Fault.Fails(Reason.AUTHORIZATION));

    fail(WINDOW);

    assertThat(t.tier2.readState()).isEqualTo(BreakerState.OPEN);
  }

  @Test
  void doesNotCountFactsAboutOneObject() {
    Reason[] facts = {Reason.MISSING, Reason.CORRUPT, Reason.CANCELLED};
    for (int i = 0; i < 5 * WINDOW; i++) {
      t.store.next(ObjectCall.HEAD, new Fault.Fails(facts[i % facts.length]));
      fail(1);
    }

    assertThat(t.tier2.readState()).isEqualTo(BreakerState.CLOSED);
    assertThat(t.tier2.lastError()).isNull();
  }

  @Test
  void countsSlowCalls() throws Exception {
    t.store.chance(ObjectCall.HEAD, 1, new Fault.Slow(Duration.ofSeconds(21)));

    for (int i = 0; i < WINDOW; i++) {
      t.tier2.head("k");
    }

    assertThat(t.tier2.readState()).isEqualTo(BreakerState.OPEN);
  }

  @Test
  void doesNotCareWhenTheWallClockIsSet() {
    openReads();

    t.host.clock().shiftWall(Duration.ofDays(1));

    assertThatThrownBy(() -> t.tier2.head("k")).isInstanceOf(Tier2UnavailableException.class);
  }

  @Test
  void registersItsBreakersAndTakesThemOutAgain() throws Exception {
    CircuitBreakerRegistry registry = CircuitBreakerRegistry.ofDefaults();
    Tier2Options options = Tier2Options.defaults().withName("orders").withRegistry(registry);
    try (Tier2Fixture registered = new Tier2Fixture(root.resolve("r"), config(), options)) {
      assertThat(registry.getAllCircuitBreakers())
          .extracting(CircuitBreaker::getName)
          .containsExactlyInAnyOrder("orders-writes", "orders-reads");
      registered.tier2.head("k");
      assertThat(registry.circuitBreaker("orders-reads").getMetrics().getNumberOfSuccessfulCalls())
          .isEqualTo(1);
    }

    assertThat(registry.getAllCircuitBreakers()).isEmpty();
  }

  @Test
  void startsNoThreadOfResilience4j() throws Exception {
    openReads();
    t.pass(Duration.ofSeconds(11));
    fail(1);

    assertThat(Thread.getAllStackTraces().keySet())
        .extracting(thread -> thread.getName().toLowerCase(Locale.ROOT))
        .noneMatch(name -> name.contains("circuitbreaker"));
  }

  @Test
  void plansNoProbeOnceItIsClosed() {
    openReads();
    assertThat(t.host.timers()).isEqualTo(1);

    t.tier2.close();

    assertThat(t.host.timers()).isZero();
  }

  private void openReads() {
    t.store.chance(ObjectCall.HEAD, 1, Fault.UNREACHABLE);
    fail(WINDOW);
    assertThat(t.tier2.readState()).isEqualTo(BreakerState.OPEN);
  }

  private void openWrites() {
    t.store.chance(ObjectCall.DELETE, 1, Fault.UNREACHABLE);
    for (int i = 0; i < WINDOW; i++) {
      assertThatThrownBy(() -> t.tier2.delete("k")).isInstanceOf(ObjectStoreException.class);
    }
    assertThat(t.tier2.writeState()).isEqualTo(BreakerState.OPEN);
  }

  private void fail(int times) {
    for (int i = 0; i < times; i++) {
      assertThatThrownBy(() -> t.tier2.head("k")).isInstanceOf(ObjectStoreException.class);
    }
  }
}
