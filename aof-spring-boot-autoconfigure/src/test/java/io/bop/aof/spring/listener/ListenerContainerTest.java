package io.bop.aof.spring.listener;

import static io.bop.aof.spring.listener.ListenerFixture.on;
import static io.bop.aof.spring.listener.ListenerFixture.only;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import io.bop.aof.Cursor;
import io.bop.aof.ReadFrom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Life cycle, places and streams of a container. */
@Timeout(60)
class ListenerContainerTest {

  private final ListenerFixture fixture = new ListenerFixture();

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void deliversWhatIsThereAndWhatComesInOrder() {
    fixture.append("orders", "a", "b");
    AofListenerContainer container =
        fixture.start(on("orders").onRecord(fixture.recording()), o -> {});
    fixture.append("orders", "c");

    fixture.awaitDelivered("orders:0:a", "orders:1:b", "orders:2:c");
    fixture.awaitSaved("orders", 3);
    assertThat(container.state()).isEqualTo(ListenerState.RUNNING);
    assertThat(only(container))
        .isEqualTo(new AofListenerSnapshot.Stream("orders", 3, 3, 0, 3, 0, 0));
  }

  @Test
  void goesOnWhereItWasAfterAStop() {
    fixture.append("orders", "a");
    AofListenerContainer container =
        fixture.start(on("orders").onRecord(fixture.recording()), o -> {});
    fixture.awaitDelivered("orders:0:a");
    container.stop();
    assertThat(container.state()).isEqualTo(ListenerState.STOPPED);
    assertThat(container.isRunning()).isFalse();
    assertThat(fixture.store.inMemory("orders").openReaders()).isZero();
    fixture.append("orders", "b");
    assertThat(container.snapshot().lag()).isEqualTo(1);

    container.start();

    fixture.awaitDelivered("orders:0:a", "orders:1:b");
  }

  @Test
  void deliversOnlyWhatIsDurable() {
    fixture.append("orders", "a", "b");
    fixture.store.inMemory("orders").durableOffset(1);
    fixture.start(on("orders").onRecord(fixture.recording()), o -> {});
    fixture.awaitSaved("orders", 1);
    assertThat(fixture.delivered).containsExactly("orders:0:a");

    fixture.store.inMemory("orders").flush();

    fixture.awaitDelivered("orders:0:a", "orders:1:b");
  }

  @Test
  void latestIsTheEndAtTheStartAndKnownAtOnce() {
    fixture.append("orders", "old");
    AofListenerContainer container =
        fixture.container(
            on("orders").onRecord(fixture.recording()), o -> o.startAt(ReadFrom.latest()));
    // A paused container reads nothing, so that nobody but the start saves a place.
    container.pause();
    container.start();
    assertThat(fixture.store.cursors().offset("projection", "orders")).isEqualTo(1);
    container.stop();
    fixture.append("orders", "new");

    container.resume();
    container.start();

    fixture.awaitDelivered("orders:1:new");
  }

  @Test
  void beginsAtAnOffset() {
    fixture.append("orders", "a", "b", "c");
    fixture.start(on("orders").onRecord(fixture.recording()), o -> o.startAt(ReadFrom.offset(2)));

    fixture.awaitDelivered("orders:2:c");
  }

  @Test
  void savesItsFirstPlaceBeforeAnythingIsHandled() {
    fixture.append("orders");
    fixture.store.inMemory("orders");
    fixture.start(on("orders").onRecord(fixture.recording()), o -> {});

    fixture.awaitSaved("orders", 0);
  }

  @Test
  void findsStreamsThatAreCreatedLaterAndReadsThemFromTheirBeginning() {
    fixture.append("orders.eu", "old");
    fixture.start(
        AofListenerEndpoint.builder("projection")
            .streams("invoices")
            .streamPattern(Pattern.compile("orders\\..*"))
            .onRecord(fixture.recording()),
        o -> o.startAt(ReadFrom.latest()));
    fixture.append("orders.us", "a");
    fixture.awaitDelivered("orders.us:0:a");
    fixture.append("invoices", "b");

    fixture.awaitDelivered("orders.us:0:a", "invoices:0:b");
  }

  @Test
  void aStreamThatAppearedWhileAPatternListenerWasAwayIsReadFromItsBeginning() {
    fixture.store.cursors().save("projection", "orders.eu", new Cursor(1, 0));
    fixture.append("orders.us", "while away");
    fixture.start(
        AofListenerEndpoint.builder("projection")
            .streamPattern(Pattern.compile("orders\\..*"))
            .onRecord(fixture.recording()),
        o -> o.startAt(ReadFrom.latest()));

    fixture.awaitDelivered("orders.us:0:while away");
  }

  @Test
  void aPatternLeavesDeadLettersOut() {
    fixture.append("orders.dlq", "dead");
    fixture.append("orders", "a");
    AofListenerContainer container =
        fixture.start(
            AofListenerEndpoint.builder("projection")
                .streamPattern(Pattern.compile(".*"))
                .onRecord(fixture.recording()),
            o -> {});

    fixture.awaitDelivered("orders:0:a");
    assertThat(container.snapshot().streams()).hasSize(1);
  }

  @Test
  void readsDeadLettersWhenTheirStreamIsNamed() {
    fixture.append("orders.dlq", "dead");
    fixture.start(on("orders.dlq").onRecord(fixture.recording()), o -> {});

    fixture.awaitDelivered("orders.dlq:0:dead");
  }

  @ParameterizedTest
  @EnumSource(DeliveryOrder.class)
  void aStreamThatWasDeletedAndCreatedAgainStartsAnew(DeliveryOrder order) {
    fixture.append("orders", "a", "b");
    fixture.start(on("orders").onRecord(fixture.recording()), o -> o.order(order));
    fixture.awaitDelivered("orders:0:a", "orders:1:b");
    fixture.awaitSaved("orders", 2);
    fixture.store.deleteStream("orders");
    fixture.append("orders", "new");

    fixture.awaitDelivered("orders:0:a", "orders:1:b", "orders:0:new");
    fixture.awaitSaved("orders", 1);
  }

  @Test
  void pauseDeliversNothingMoreAndSavesThePlace() throws InterruptedException {
    ListenerFixture.Held held = fixture.held();
    fixture.append("orders", "a", "b", "c");
    AofListenerContainer container = fixture.start(on("orders").onRecord(held), o -> {});
    held.awaitCall();
    container.pause();
    held.letGo();

    fixture.awaitSaved("orders", 1);
    assertThat(fixture.delivered).containsExactly("orders:0:a");
    assertThat(container.state()).isEqualTo(ListenerState.PAUSED);
    assertThat(container.snapshot().lag()).isEqualTo(2);
    container.resume();
    fixture.awaitDelivered("orders:0:a", "orders:1:b", "orders:2:c");
  }

  @Test
  void aPausedContainerStartsPaused() {
    fixture.append("orders", "a");
    AofListenerContainer container =
        fixture.container(on("orders").onRecord(fixture.recording()), o -> {});
    container.pause();
    container.start();
    assertThat(container.state()).isEqualTo(ListenerState.PAUSED);
    container.stop();
    assertThat(fixture.delivered).isEmpty();

    container.resume();
    container.start();

    fixture.awaitDelivered("orders:0:a");
  }

  @Test
  void streamsAreHandledSideBySide() {
    CyclicBarrier both = new CyclicBarrier(2);
    fixture.append("orders", "a");
    fixture.append("payments", "b");
    fixture.start(
        on("orders", "payments")
            .onRecord(
                (delivery, ack) -> {
                  both.await(30, TimeUnit.SECONDS);
                  fixture.delivered.add(delivery.stream());
                }),
        o -> o.concurrency(2));

    await().until(() -> fixture.delivered.size() == 2);
    assertThat(fixture.delivered).containsExactlyInAnyOrder("orders", "payments");
  }

  @Test
  void oneThreadServesManyStreams() {
    String[] names = new String[20];
    for (int i = 0; i < names.length; i++) {
      names[i] = "s" + i;
      fixture.append(names[i], "x", "y");
    }
    AofListenerContainer container =
        fixture.start(on(names).onRecord(fixture.recording()), o -> {});

    await().until(() -> fixture.delivered.size() == 40);
    assertThat(container.snapshot().lag()).isZero();
    for (String name : names) {
      assertThat(fixture.delivered).containsSubsequence(name + ":0:x", name + ":1:y");
    }
  }

  @Test
  void stopWaitsForTheCallInProgressAndSavesIt() throws Exception {
    ListenerFixture.Held held = fixture.held();
    fixture.append("orders", "a", "b");
    AofListenerContainer container = fixture.start(on("orders").onRecord(held), o -> {});
    held.awaitCall();
    CountDownLatch stopped = new CountDownLatch(1);
    container.stop(stopped::countDown);
    await().until(() -> container.state() == ListenerState.STOPPING);
    held.letGo();

    assertThat(stopped.await(30, TimeUnit.SECONDS)).isTrue();
    // One that was interrupted would not have noted it.
    assertThat(fixture.delivered).containsExactly("orders:0:a");
    assertThat(fixture.store.cursors().offset("projection", "orders")).isEqualTo(1);
  }

  @Test
  void aCallThatLastsTooLongIsInterruptedAndItsRecordComesAgain() throws Exception {
    ListenerFixture.Held held = fixture.held();
    fixture.append("orders", "a");
    AofListenerContainer container =
        fixture.start(on("orders").onRecord(held), o -> o.shutdownTimeout(Duration.ofMillis(50)));
    held.awaitCall();

    container.stop();

    assertThat(container.state()).isEqualTo(ListenerState.STOPPED);
    assertThat(only(container).failures()).isZero();
    held.letGo();
    container.start();
    fixture.awaitDelivered("orders:0:a");
  }

  @Test
  void doesNotStartBesideACallThatHasNotEnded() throws Exception {
    CountDownLatch called = new CountDownLatch(1);
    AtomicBoolean free = new AtomicBoolean();
    fixture.append("orders", "a");
    AofListenerContainer container =
        fixture.start(
            on("orders")
                .onRecord(
                    (delivery, ack) -> {
                      called.countDown();
                      while (!free.get()) {
                        Thread.onSpinWait();
                      }
                    }),
            o -> o.shutdownTimeout(Duration.ofMillis(50)));
    called.await();
    container.stop();

    assertThat(container.state()).isEqualTo(ListenerState.STOPPING);
    assertThatIllegalStateException()
        .isThrownBy(container::start)
        .withMessageContaining("has not ended")
        .withMessageContaining("listener=projection");
    free.set(true);
    await().until(() -> !container.isRunning());
    assertThat(fixture.store.cursors().offset("projection", "orders")).isZero();
    container.start();
    fixture.awaitSaved("orders", 1);
  }

  @Test
  void aListenerMayStopItsOwnContainer() {
    AtomicReference<AofListenerContainer> self = new AtomicReference<>();
    fixture.append("orders", "a", "b");
    AofListenerContainer container =
        fixture.container(
            on("orders")
                .onRecord(
                    (delivery, ack) -> {
                      fixture.delivered.add(ListenerFixture.describe(delivery));
                      self.get().stop();
                    }),
            o -> {});
    self.set(container);
    container.start();

    await().until(() -> container.state() == ListenerState.STOPPED);
    assertThat(fixture.delivered).containsExactly("orders:0:a");
    assertThat(fixture.store.cursors().offset("projection", "orders")).isEqualTo(1);
  }

  @Test
  void stopsByItselfWhenTheStoreIsClosed() {
    fixture.append("orders", "a");
    AofListenerContainer container =
        fixture.start(on("orders").onRecord(fixture.recording()), o -> {});
    fixture.awaitDelivered("orders:0:a");
    fixture.store.close();

    await().until(() -> container.state() == ListenerState.STOPPED);
    assertThat(container.snapshot().failure()).isNull();
  }

  @Test
  void namesEveryFaultOfAnEndpoint() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AofListenerEndpoint.builder("a b").streams("x/y").build())
        .withMessageContaining("id='a b' must be")
        .withMessageContaining("streams='x/y' must be")
        .withMessageContaining("a listener is missing");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                fixture.container(
                    on("orders").onRecord(fixture.recording()),
                    o -> o.concurrency(0).maxPollRecords(0).commitInterval(Duration.ZERO)))
        .withMessageContaining("concurrency=0 must be 1 to 256")
        .withMessageContaining("max-poll-records=0 must be 1 to 100000")
        .withMessageContaining("commit-interval=PT0S must be positive");
  }

  @Test
  void interceptorsAreAroundEachCallTheFirstOutermost() {
    List<String> calls = fixture.delivered;
    AofListenerInterceptor outer =
        (attempt, call) -> {
          calls.add("outer " + attempt.listenerId() + " " + attempt.number());
          call.proceed();
          calls.add("outer ends");
        };
    AofListenerInterceptor inner =
        (attempt, call) -> {
          calls.add("inner " + attempt.stream() + " " + attempt.deliveries().size());
          call.proceed();
        };
    fixture.append("orders", "a");
    AofListenerContainer container =
        new AofListenerContainerFactory(fixture.store)
            .withInterceptors(List.of(outer, inner))
            .createContainer(on("orders").onRecord((d, ack) -> calls.add("listener")).build());
    container.start();

    fixture.awaitDelivered("outer projection 1", "inner orders 1", "listener", "outer ends");
    container.stop();
  }
}
