package io.bop.aof.spring.listener;

import static io.bop.aof.spring.listener.ListenerFixture.on;
import static io.bop.aof.spring.listener.ListenerFixture.only;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.bop.aof.AofException;
import io.bop.aof.ReadOnlyStoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When places are saved, and what waits for what. */
@Timeout(60)
class AcknowledgementTest {

  private static final Duration NEVER = Duration.ofDays(1);

  private final ListenerFixture fixture = new ListenerFixture();

  @AfterEach
  void close() {
    fixture.close();
  }

  private long saved() {
    return fixture.store.cursors().offset("projection", "orders");
  }

  /** Notes what was saved when each record arrived. */
  private AofRecordListener notingWhatIsSaved() {
    return (delivery, ack) -> fixture.delivered.add(delivery.record().offset() + ":" + saved());
  }

  @Test
  void recordSavesAfterEachRecord() {
    fixture.append("orders", "a", "b", "c");
    fixture.start(
        on("orders").onRecord(notingWhatIsSaved()),
        o -> o.ackMode(AckMode.RECORD).commitInterval(NEVER));

    fixture.awaitDelivered("0:0", "1:1", "2:2");
    fixture.awaitSaved("orders", 3);
  }

  @Test
  void batchSavesAfterEachPolledBatch() {
    fixture.append("orders", "a", "b", "c", "d");
    fixture.start(
        on("orders").onRecord(notingWhatIsSaved()), o -> o.maxPollRecords(2).commitInterval(NEVER));

    fixture.awaitDelivered("0:0", "1:0", "2:2", "3:2");
    fixture.awaitSaved("orders", 4);
  }

  @Test
  void aBatchEndsAtItsBytesToo() {
    fixture.append("orders", "aaaa", "bbbb", "cccc");
    fixture.start(
        on("orders").onBatch((batch, ack) -> fixture.delivered.add(Integer.toString(batch.size()))),
        o -> o.maxPollBytes(8));

    fixture.awaitDelivered("2", "1");
  }

  @Test
  void aLongBatchSavesAtEveryCommitInterval() {
    fixture.append("orders", "a", "b", "c");
    fixture.start(
        on("orders").onRecord(notingWhatIsSaved()), o -> o.commitInterval(Duration.ofNanos(1)));

    fixture.awaitDelivered("0:0", "1:1", "2:2");
  }

  @Test
  void batchListenersGetRunsOfOneStream() {
    fixture.append("orders", "a", "b", "c");
    fixture.append("payments", "x", "y");
    List<String> batches = new CopyOnWriteArrayList<>();
    fixture.start(
        on("orders", "payments")
            .onBatch(
                (batch, ack) ->
                    batches.add(
                        String.join(",", batch.stream().map(ListenerFixture::describe).toList()))),
        o -> o.maxPollRecords(2));

    await().until(() -> batches.size() == 3);
    assertThat(batches)
        .containsExactlyInAnyOrder(
            "orders:0:a,orders:1:b", "orders:2:c", "payments:0:x,payments:1:y");
  }

  @Test
  void manualSavesUpToTheLowestThatWasNotAcknowledged() {
    fixture.append("orders", "a", "b", "c");
    List<Acknowledgment> acks = new CopyOnWriteArrayList<>();
    AofListenerContainer container =
        fixture.start(
            on("orders").onRecord((delivery, ack) -> acks.add(ack)),
            o -> o.ackMode(AckMode.MANUAL));
    await().until(() -> acks.size() == 3);
    acks.get(1).acknowledge();
    acks.get(1).acknowledge();
    fixture.awaitSaved("orders", 0);
    assertThat(only(container).position()).isZero();
    assertThat(only(container).lag()).isEqualTo(3);

    acks.get(0).acknowledge();

    fixture.awaitSaved("orders", 2);
    container.stop();
    acks.get(2).acknowledge();
    acks.clear();
    container.start();
    await().until(() -> acks.size() == 1);
    assertThat(saved()).isEqualTo(2);
  }

  @Test
  void manualStopsReadingAtTheBoundOfUnacknowledgedRecords() {
    fixture.append("orders", "a", "b", "c", "d", "e");
    List<Acknowledgment> acks = new CopyOnWriteArrayList<>();
    fixture.start(
        on("orders")
            .onRecord(
                (delivery, ack) -> {
                  fixture.delivered.add(ListenerFixture.text(delivery));
                  acks.add(ack);
                }),
        o -> o.ackMode(AckMode.MANUAL).maxUnacknowledged(2));
    await().until(() -> acks.size() == 2);

    acks.get(0).acknowledge();

    await().until(() -> acks.size() == 3);
    assertThat(fixture.delivered).containsExactly("a", "b", "c");
    assertThat(saved()).isLessThanOrEqualTo(1);
  }

  @Test
  void keysAreHandledSideBySideAndThePlaceIsTheLowestNotHandled() throws InterruptedException {
    CountDownLatch slow = new CountDownLatch(1);
    fixture.appendWithKeys("orders", "slow-1", "quick-1", "quick-2", "slow-2");
    AofListenerContainer container =
        fixture.start(
            on("orders")
                .onRecord(
                    (delivery, ack) -> {
                      if (ListenerFixture.text(delivery).equals("slow-1")) {
                        slow.await();
                      }
                      fixture.delivered.add(ListenerFixture.text(delivery));
                    }),
            o -> o.order(DeliveryOrder.KEY).concurrency(8).ackMode(AckMode.RECORD));
    await().until(() -> fixture.delivered.contains("quick-2"));
    assertThat(fixture.delivered).containsExactly("quick-1", "quick-2");
    assertThat(only(container).position()).isZero();
    assertThat(only(container).records()).isEqualTo(2);

    slow.countDown();

    fixture.awaitDelivered("quick-1", "quick-2", "slow-1", "slow-2");
    fixture.awaitSaved("orders", 4);
  }

  @Test
  void recordsOfOneKeyKeepTheirOrder() {
    long seed = System.nanoTime();
    System.out.println("recordsOfOneKeyKeepTheirOrder seed=" + seed);
    Random random = new Random(seed);
    Map<String, List<String>> expected = new ConcurrentHashMap<>();
    List<String> all = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      String key = "k" + random.nextInt(37);
      all.add(key + "-" + i);
      expected.computeIfAbsent(key, any -> new ArrayList<>()).add(key + "-" + i);
    }
    fixture.appendWithKeys("orders", all.toArray(String[]::new));
    Map<String, List<String>> handled = new ConcurrentHashMap<>();
    fixture.start(
        on("orders")
            .onRecord(
                (delivery, ack) -> {
                  String text = ListenerFixture.text(delivery);
                  handled
                      .computeIfAbsent(
                          text.substring(0, text.indexOf('-')), any -> new CopyOnWriteArrayList<>())
                      .add(text);
                }),
        o -> o.order(DeliveryOrder.KEY).concurrency(5).maxPollRecords(100).maxPollBytes(500));

    fixture.awaitSaved("orders", 2_000);
    assertThat(handled).isEqualTo(expected);
  }

  @Test
  void byKeyAsManyCallsRunAsTheConcurrencySays() {
    CountDownLatch three = new CountDownLatch(3);
    Set<Thread> threads = ConcurrentHashMap.newKeySet();
    String[] all = new String[64];
    for (int i = 0; i < all.length; i++) {
      all[i] = "key" + i + "-1";
    }
    fixture.appendWithKeys("orders", all);
    fixture.start(
        on("orders")
            .onRecord(
                (delivery, ack) -> {
                  if (threads.add(Thread.currentThread())) {
                    three.countDown();
                  }
                  three.await();
                }),
        o -> o.order(DeliveryOrder.KEY).concurrency(3));

    fixture.awaitSaved("orders", 64);
    assertThat(threads).hasSize(3);
  }

  @Test
  void byKeyAStopSavesWhatWasHandledAndTheRestComesAgain() throws InterruptedException {
    CountDownLatch called = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    fixture.appendWithKeys("orders", "x-1", "y-1", "x-2");
    AofListenerContainer container =
        fixture.start(
            on("orders")
                .onRecord(
                    (delivery, ack) -> {
                      if (ListenerFixture.text(delivery).equals("x-1")) {
                        called.countDown();
                        goOn.await();
                      }
                      fixture.delivered.add(ListenerFixture.text(delivery));
                    }),
            o -> o.order(DeliveryOrder.KEY).concurrency(16));
    called.await();
    await().until(() -> fixture.delivered.contains("y-1"));
    CountDownLatch stopped = new CountDownLatch(1);
    container.stop(stopped::countDown);
    await().until(() -> container.state() == ListenerState.STOPPING);
    goOn.countDown();
    assertThat(stopped.await(30, TimeUnit.SECONDS)).isTrue();

    assertThat(fixture.delivered).containsExactly("y-1", "x-1");
    assertThat(saved()).isEqualTo(2);
    container.start();
    fixture.awaitDelivered("y-1", "x-1", "x-2");
  }

  @Test
  void aPlaceThatCannotBeSavedIsSavedLater() {
    fixture.append("orders", "a");
    AofListenerContainer container =
        fixture.start(on("orders").onRecord(fixture.recording()), o -> {});
    fixture.awaitSaved("orders", 1);
    fixture.store.cursors().failSaves(new AofException("disk is full"));
    fixture.append("orders", "b");
    await().until(() -> only(container).failures() > 0);
    assertThat(fixture.delivered).containsExactly("orders:0:a", "orders:1:b");
    assertThat(only(container).savedPosition()).isEqualTo(1);
    assertThat(only(container).position()).isEqualTo(2);

    fixture.store.cursors().failSaves(null);

    fixture.awaitSaved("orders", 2);
    assertThat(container.state()).isEqualTo(ListenerState.RUNNING);
  }

  @Test
  void stopsWhereNoPlaceCanBeKept() {
    fixture.append("orders", "a");
    fixture.store.cursors().failSaves(new ReadOnlyStoreException("save a cursor", "memory"));
    AofListenerContainer container =
        fixture.start(on("orders").onRecord(fixture.recording()), o -> {});

    await().until(() -> container.state() == ListenerState.FAILED);
    assertThat(container.snapshot().failure()).contains("places cannot be kept");
  }
}
