package io.bop.aof.spring.listener;

import static io.bop.aof.spring.listener.ListenerFixture.on;
import static io.bop.aof.spring.listener.ListenerFixture.only;
import static io.bop.aof.spring.listener.ListenerFixture.retry;
import static io.bop.aof.spring.listener.ListenerFixture.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.bop.aof.AofException;
import io.bop.aof.AofRecord;
import io.bop.aof.AppendRequest;
import io.bop.aof.Cursor;
import io.bop.aof.Durability;
import io.bop.aof.ReadFrom;
import io.bop.aof.RecordHeaders;
import io.bop.aof.RecordTooLargeException;
import io.bop.aof.SegmentUnavailableException;
import io.bop.aof.spring.core.AofConversionException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.util.backoff.FixedBackOff;

/** What becomes of records that are not handled. */
@Timeout(60)
class ListenerFailureTest {

  private static final long AN_HOUR = 3_600_000;

  private final ListenerFixture fixture = new ListenerFixture();
  private final AtomicInteger calls = new AtomicInteger();

  @AfterEach
  void close() {
    fixture.close();
  }

  /** Fails at "poison" always, notes the rest. */
  private AofRecordListener poisoned(RuntimeException failure) {
    return (delivery, ack) -> {
      calls.incrementAndGet();
      if (text(delivery).equals("poison")) {
        throw failure;
      }
      fixture.delivered.add(ListenerFixture.describe(delivery));
    };
  }

  private List<AppendRequest> deadLetters() {
    return fixture.store.inMemory("orders.dlq").requests();
  }

  private static String header(AppendRequest letter, String name) {
    return letter.headers().lastString(name).orElse("absent");
  }

  @ParameterizedTest
  @EnumSource(DeliveryOrder.class)
  void triesAgainUntilItIsHandledAndKeepsTheOrder(DeliveryOrder order) {
    fixture.append("orders", "a", "b", "c");
    AofListenerContainer container =
        fixture.start(
            on("orders")
                .onRecord(
                    (delivery, ack) -> {
                      if (text(delivery).equals("b") && calls.incrementAndGet() < 4) {
                        throw new IllegalStateException("not yet");
                      }
                      fixture.delivered.add(text(delivery));
                    }),
            o -> o.order(order).concurrency(4));

    fixture.awaitDelivered("a", "b", "c");
    fixture.awaitSaved("orders", 3);
    assertThat(only(container).failures()).isEqualTo(3);
    assertThat(only(container).records()).isEqualTo(3);
    assertThat(only(container).recovered()).isZero();
  }

  @Test
  void byDefaultItTriesForEver() {
    fixture.errorHandler = DefaultAofListenerErrorHandler.retryForever();
    FailedDelivery failed =
        new FailedDelivery(
            "projection",
            List.of(new AofDelivery("orders", record())),
            new IllegalStateException("down"),
            1);
    var backOff = fixture.errorHandler.backOff(failed).start();

    assertThat(backOff.nextBackOff()).isEqualTo(500);
    assertThat(backOff.nextBackOff()).isEqualTo(1_000);
    for (int i = 0; i < 10_000; i++) {
      assertThat(backOff.nextBackOff()).isPositive().isLessThanOrEqualTo(30_000);
    }
    assertThat(fixture.errorHandler.exhausted(failed)).isEqualTo(AfterFailure.STOP);
  }

  private AofRecord record() {
    fixture.append("other", "x");
    try (var reader = fixture.store.inMemory("other").reader(ReadFrom.earliest())) {
      return reader.next().copy();
    }
  }

  @Test
  void aStopDuringABackOffIsPromptAndTheRecordComesAgain() {
    fixture.errorHandler =
        new DefaultAofListenerErrorHandler(
            new FixedBackOff(AN_HOUR, Long.MAX_VALUE), AofRecordRecoverer.stop());
    fixture.append("orders", "poison");
    AofListenerContainer container =
        fixture.start(on("orders").onRecord(poisoned(new IllegalStateException("no"))), o -> {});
    await().until(() -> only(container).failures() == 1);

    container.stop();

    assertThat(container.state()).isEqualTo(ListenerState.STOPPED);
    container.start();
    await().until(() -> only(container).failures() == 2);
    assertThat(fixture.store.cursors().offset("projection", "orders")).isZero();
  }

  @Test
  void anInterruptThatNobodyAskedForDoesNotSkipARecord() {
    fixture.append("orders", "a", "b");
    fixture.start(
        on("orders")
            .onRecord(
                (delivery, ack) -> {
                  if (calls.incrementAndGet() == 1) {
                    Thread.currentThread().interrupt();
                    throw new InterruptedException("somebody");
                  }
                  fixture.delivered.add(text(delivery));
                  Thread.currentThread().interrupt();
                }),
        o -> {});

    fixture.awaitDelivered("a", "b");
    fixture.awaitSaved("orders", 2);
  }

  @Test
  void skipsWhenToldTo() {
    fixture.errorHandler = retry(2, AofRecordRecoverer.skip());
    fixture.append("orders", "a", "poison", "b");
    AofListenerContainer container =
        fixture.start(on("orders").onRecord(poisoned(new IllegalStateException("no"))), o -> {});

    fixture.awaitDelivered("orders:0:a", "orders:2:b");
    fixture.awaitSaved("orders", 3);
    assertThat(calls).hasValue(5);
    assertThat(only(container))
        .isEqualTo(new AofListenerSnapshot.Stream("orders", 3, 3, 0, 3, 3, 1));
  }

  @Test
  void stopsInFrontOfTheRecordWhenToldTo() {
    fixture.errorHandler = retry(1, AofRecordRecoverer.stop());
    fixture.append("orders", "a", "poison", "b");
    AofListenerContainer container =
        fixture.start(on("orders").onRecord(poisoned(new IllegalStateException("no"))), o -> {});

    await().until(() -> !container.isRunning());
    assertThat(container.state()).isEqualTo(ListenerState.FAILED);
    assertThat(container.snapshot().failure())
        .isEqualTo("record was not handled: stream=orders offset=1 attempts=2");
    assertThat(fixture.delivered).containsExactly("orders:0:a");
    assertThat(fixture.store.cursors().offset("projection", "orders")).isEqualTo(1);
    container.start();
    await().until(() -> calls.get() == 5);
    assertThat(fixture.delivered).containsExactly("orders:0:a");
  }

  @Test
  void whatCannotBeConvertedIsNotTriedAgain() {
    fixture.errorHandler = retry(Long.MAX_VALUE, AofRecordRecoverer.skip());
    fixture.append("orders", "poison", "b");
    fixture.start(on("orders").onRecord(poisoned(new AofConversionException("not JSON"))), o -> {});

    fixture.awaitDelivered("orders:1:b");
    assertThat(calls).hasValue(2);
  }

  @Test
  void aPoisonRecordReachesTheDeadLetterStream() {
    fixture.errorHandler = retry(2, new DeadLetterRecoverer(fixture.store, ".dlq"));
    fixture.append("orders", "a");
    fixture
        .store
        .inMemory("orders")
        .append(
            AppendRequest.builder(ListenerFixture.bytes("poison"))
                .key("o-1")
                .extId(7)
                .timestampMicros(1_000_000)
                .header("tenant", "t-1")
                .build());
    fixture.append("orders", "b");
    fixture.start(
        on("orders").onRecord(poisoned(new IllegalStateException("x".repeat(2_000)))), o -> {});

    fixture.awaitDelivered("orders:0:a", "orders:2:b");
    assertThat(deadLetters()).hasSize(1);
    AppendRequest letter = deadLetters().get(0);
    assertThat(letter.payload()).isEqualTo(ListenerFixture.bytes("poison"));
    assertThat(letter.key()).isEqualTo(ListenerFixture.bytes("o-1"));
    assertThat(letter.extId()).hasValue(7);
    assertThat(letter.durability()).isEqualTo(Durability.FLUSHED);
    assertThat(header(letter, "tenant")).isEqualTo("t-1");
    assertThat(header(letter, DeadLetterHeaders.STREAM)).isEqualTo("orders");
    assertThat(header(letter, DeadLetterHeaders.OFFSET)).isEqualTo("1");
    assertThat(header(letter, DeadLetterHeaders.TIMESTAMP)).isEqualTo("1970-01-01T00:00:01Z");
    assertThat(header(letter, DeadLetterHeaders.LISTENER)).isEqualTo("projection");
    assertThat(header(letter, DeadLetterHeaders.ATTEMPTS)).isEqualTo("3");
    assertThat(header(letter, DeadLetterHeaders.EXCEPTION))
        .isEqualTo("java.lang.IllegalStateException");
    assertThat(header(letter, DeadLetterHeaders.MESSAGE)).isEqualTo("x".repeat(1_000));
    assertThat(header(letter, DeadLetterHeaders.STACK_TRACE)).isEqualTo("absent");
  }

  @Test
  void aDeadLetterHasItsStackTraceWhenAskedFor() {
    fixture.errorHandler =
        retry(0, new DeadLetterRecoverer(fixture.store, stream -> "graveyard", true));
    fixture.append("orders", "poison");
    fixture.start(on("orders").onRecord(poisoned(new IllegalStateException("no"))), o -> {});

    await().until(() -> !fixture.store.inMemory("graveyard").requests().isEmpty());
    AppendRequest letter = fixture.store.inMemory("graveyard").requests().get(0);
    assertThat(header(letter, DeadLetterHeaders.STACK_TRACE)).contains("ListenerFailureTest");
  }

  @Test
  void aRecordThatCannotBeSetAsideIsDeliveredAgain() {
    fixture.errorHandler = retry(0, new DeadLetterRecoverer(fixture.store, ".dlq"));
    fixture.append("orders", "poison", "b");
    fixture.store.inMemory("orders.dlq").failAppends(new AofException("disk is full"));
    AofListenerContainer container =
        fixture.start(on("orders").onRecord(poisoned(new IllegalStateException("no"))), o -> {});
    await().until(() -> calls.get() >= 2);
    assertThat(fixture.store.cursors().offset("projection", "orders")).isZero();
    assertThat(only(container).recovered()).isZero();

    fixture.store.inMemory("orders.dlq").failAppends(null);

    fixture.awaitDelivered("orders:1:b");
    assertThat(deadLetters()).hasSize(1);
  }

  @Test
  void aDeadLetterThatIsTooLargeSaysWhereItsPayloadIs() {
    fixture.append("orders", "poison");
    fixture.store.inMemory("orders.dlq").failAppendsOver(0, new RecordTooLargeException(6, 5));
    fixture.errorHandler = retry(0, new DeadLetterRecoverer(fixture.store, ".dlq"));
    fixture.start(on("orders").onRecord(poisoned(new IllegalStateException("no"))), o -> {});

    await().until(() -> !deadLetters().isEmpty());
    RecordHeaders headers = deadLetters().get(0).headers();
    assertThat(deadLetters().get(0).payload()).isEmpty();
    assertThat(headers.lastString(DeadLetterHeaders.PAYLOAD)).contains("absent");
    assertThat(headers.lastString(DeadLetterHeaders.OFFSET)).contains("0");
  }

  @Test
  void aBatchGoesOnAtTheRecordItFailedAt() {
    fixture.append("orders", "a", "b", "c");
    fixture.start(
        on("orders")
            .onBatch(
                (batch, ack) -> {
                  fixture.delivered.add(
                      String.join("", batch.stream().map(ListenerFixture::text).toList()));
                  if (calls.incrementAndGet() == 1) {
                    throw new AofBatchListenerFailedException(1, new IllegalStateException("b"));
                  }
                }),
        o -> {});

    fixture.awaitDelivered("abc", "bc");
    fixture.awaitSaved("orders", 3);
  }

  @Test
  void aBatchThatDoesNotSayWhereItFailedIsDividedInTheEnd() {
    fixture.errorHandler = retry(1, new DeadLetterRecoverer(fixture.store, ".dlq"));
    fixture.append("orders", "a", "poison", "c");
    fixture.start(
        on("orders")
            .onBatch(
                (batch, ack) -> {
                  fixture.delivered.add(
                      String.join("", batch.stream().map(ListenerFixture::text).toList()));
                  if (batch.stream().map(ListenerFixture::text).anyMatch("poison"::equals)) {
                    throw new IllegalStateException("one of them");
                  }
                }),
        o -> {});

    fixture.awaitDelivered("apoisonc", "apoisonc", "a", "poison", "poison", "c");
    fixture.awaitSaved("orders", 3);
    assertThat(deadLetters()).hasSize(1);
  }

  @Test
  void byKeyAPoisonRecordHoldsUpItsOwnKeyOnly() {
    fixture.errorHandler =
        new DefaultAofListenerErrorHandler(
            new FixedBackOff(AN_HOUR, Long.MAX_VALUE), AofRecordRecoverer.stop());
    fixture.appendWithKeys("orders", "bad-1", "good-1", "bad-2", "good-2");
    AofListenerContainer container =
        fixture.start(
            on("orders")
                .onRecord(
                    (delivery, ack) -> {
                      if (text(delivery).equals("bad-1")) {
                        throw new IllegalStateException("no");
                      }
                      fixture.delivered.add(text(delivery));
                    }),
            o -> o.order(DeliveryOrder.KEY).concurrency(8));

    fixture.awaitDelivered("good-1", "good-2");
    container.stop();
    assertThat(fixture.store.cursors().offset("projection", "orders")).isZero();
  }

  @Test
  void manualRecordsThatAreGivenUpAreAcknowledgedForTheListener() {
    fixture.errorHandler = retry(0, AofRecordRecoverer.skip());
    fixture.append("orders", "poison");
    fixture.start(
        on("orders").onRecord(poisoned(new IllegalStateException("no"))),
        o -> o.ackMode(AckMode.MANUAL));

    fixture.awaitSaved("orders", 1);
  }

  @Test
  void aFailureOfTheMachineStopsTheContainer() {
    fixture.append("orders", "a");
    AofListenerContainer container =
        fixture.start(
            on("orders")
                .onRecord(
                    (delivery, ack) -> {
                      throw new OutOfMemoryError("for the test");
                    }),
            o -> {});

    await().until(() -> container.state() == ListenerState.FAILED);
    assertThat(fixture.store.cursors().offset("projection", "orders")).isLessThanOrEqualTo(0);
  }

  @Test
  void readsAgainWhenAReadFailed() {
    fixture.append("orders", "a");
    AofListenerContainer container =
        fixture.start(on("orders").onRecord(fixture.recording()), o -> {});
    fixture.awaitDelivered("orders:0:a");
    fixture
        .store
        .inMemory("orders")
        .failReads(new SegmentUnavailableException("orders", 1, "no copy", null));
    fixture.append("orders", "b");
    await().until(() -> only(container).failures() > 0);
    assertThat(container.state()).isEqualTo(ListenerState.RUNNING);

    fixture.store.inMemory("orders").failReads(null);

    fixture.awaitDelivered("orders:0:a", "orders:1:b");
  }

  @Test
  void stopsWhenRecordsWereRetiredBeforeTheyWereHandled() {
    fixture.append("orders", "a", "b", "c");
    fixture.store.cursors().save("projection", "orders", new Cursor(1, 0));
    fixture.store.inMemory("orders").truncateBefore(2);
    AofListenerContainer container =
        fixture.start(on("orders").onRecord(fixture.recording()), o -> {});

    await().until(() -> container.state() == ListenerState.FAILED);
    assertThat(container.snapshot().failure())
        .contains("offset out of range: stream=orders offset=0 start=2 next=3");
    assertThat(fixture.delivered).isEmpty();
    assertThat(fixture.store.cursors().offset("projection", "orders")).isZero();
  }

  @Test
  void goesOnAtTheOldestRecordWhenToldTo() {
    fixture.append("orders", "a", "b", "c");
    fixture.store.cursors().save("projection", "orders", new Cursor(1, 0));
    fixture.store.inMemory("orders").truncateBefore(2);
    AofListenerContainer container =
        fixture.start(
            on("orders").onRecord(fixture.recording()), o -> o.onRetired(OffsetLossPolicy.RESUME));

    fixture.awaitDelivered("orders:2:c");
    assertThat(only(container).failures()).isEqualTo(1);
  }

  @Test
  void stopsWhenWhatWasHandledIsNotThereAnyMore() {
    fixture.append("orders", "a", "b", "c");
    fixture.store.cursors().save("projection", "orders", new Cursor(0, 3));
    fixture.store.inMemory("orders").divergesAt(1);
    AofListenerContainer container =
        fixture.start(on("orders").onRecord(fixture.recording()), o -> {});

    await().until(() -> container.state() == ListenerState.FAILED);
    assertThat(container.snapshot().failure()).contains("replaced by a takeover");
    assertThat(fixture.delivered).isEmpty();
  }

  @Test
  void goesOnWhereItDivergedWhenToldTo() {
    fixture.append("orders", "a", "b", "c");
    fixture.store.cursors().save("projection", "orders", new Cursor(0, 3));
    fixture.store.inMemory("orders").divergesAt(1);
    fixture.start(
        on("orders").onRecord(fixture.recording()), o -> o.onDiverged(OffsetLossPolicy.RESUME));

    fixture.awaitDelivered("orders:1:b", "orders:2:c");
    fixture.awaitSaved("orders", 3);
  }

  @Test
  void aPlaceBehindTheEndIsADivergence() {
    fixture.append("orders", "a");
    fixture.store.cursors().save("projection", "orders", new Cursor(1, 5));
    AofListenerContainer container =
        fixture.start(
            on("orders").onRecord(fixture.recording()), o -> o.onRetired(OffsetLossPolicy.RESUME));
    await().until(() -> container.state() == ListenerState.FAILED);
    container.stop();
    fixture.start(
        on("orders").onRecord(fixture.recording()), o -> o.onDiverged(OffsetLossPolicy.RESUME));
    fixture.awaitSaved("orders", 1);
    fixture.append("orders", "b");

    fixture.awaitDelivered("orders:1:b");
  }

  @Test
  void listenersOfOneStreamDoNotDisturbEachOther() {
    List<String> other = new CopyOnWriteArrayList<>();
    fixture.errorHandler = retry(0, AofRecordRecoverer.stop());
    fixture.append("orders", "poison", "b");
    AofListenerContainer failing =
        fixture.start(on("orders").onRecord(poisoned(new IllegalStateException("no"))), o -> {});
    fixture.start(
        AofListenerEndpoint.builder("other")
            .streams("orders")
            .onRecord((delivery, ack) -> other.add(text(delivery))),
        o -> {});

    await().until(() -> other.size() == 2);
    await().until(() -> failing.state() == ListenerState.FAILED);
    assertThat(other).containsExactly("poison", "b");
  }
}
