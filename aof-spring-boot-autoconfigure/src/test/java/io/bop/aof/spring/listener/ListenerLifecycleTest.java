package io.bop.aof.spring.listener;

import static io.bop.aof.spring.listener.ListenerFixture.on;
import static io.bop.aof.spring.listener.ListenerFixture.only;
import static io.bop.aof.spring.listener.ListenerFixture.retry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.bop.aof.ReadFrom;
import io.bop.aof.SegmentUnavailableException;
import io.bop.aof.spring.testsupport.InMemoryStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;

/** Starts and stops that meet each other, a failure, or a late answer. */
@Timeout(60)
class ListenerLifecycleTest {

  private final ListenerFixture fixture = new ListenerFixture();

  @AfterEach
  void close() {
    fixture.close();
  }

  private AofListenerContainer container(ThreadFactory threads) {
    return new AofListenerContainerFactory(fixture.store)
        .withThreads(threads)
        .createContainer(on("orders").onRecord(fixture.recording()).build());
  }

  @Test
  void aStopDuringTheStartIsNotForgotten() throws InterruptedException {
    AtomicReference<AofListenerContainer> self = new AtomicReference<>();
    AtomicReference<Thread> stopper = new AtomicReference<>();
    fixture.append("orders", "a");
    AofListenerContainer container =
        container(
            work -> {
              AofListenerContainer started = self.get();
              if (stopper.compareAndSet(null, new Thread(started::stop))) {
                stopper.get().start();
                await()
                    .until(
                        () ->
                            !stopper.get().isAlive() || started.state() == ListenerState.STOPPING);
              }
              return new Thread(work);
            });
    self.set(container);

    container.start();
    stopper.get().join();

    assertThat(container.isRunning()).isFalse();
    assertThat(container.state()).isEqualTo(ListenerState.STOPPED);
  }

  /** A start looks for streams and saves places, which may take the disk some time. */
  @Test
  void aPauseDoesNotWaitForTheStart() {
    AtomicReference<AofListenerContainer> self = new AtomicReference<>();
    AtomicBoolean paused = new AtomicBoolean();
    AofListenerContainer container =
        container(
            work -> {
              Thread pausing = new Thread(self.get()::pause);
              pausing.start();
              await().until(() -> !pausing.isAlive());
              paused.set(true);
              return new Thread(work);
            });
    self.set(container);
    fixture.append("orders", "a");

    container.start();

    assertThat(paused).isTrue();
    assertThat(container.state()).isEqualTo(ListenerState.PAUSED);
    container.stop();
    assertThat(fixture.delivered).isEmpty();
  }

  @Test
  void canBeStartedAgainAfterAThreadCouldNot() {
    AtomicBoolean exhausted = new AtomicBoolean(true);
    fixture.append("orders", "a");
    AofListenerContainer container =
        container(
            work ->
                new Thread(work) {
                  @Override
                  public synchronized void start() {
                    if (exhausted.get()) {
                      throw new OutOfMemoryError("unable to create native thread");
                    }
                    super.start();
                  }
                });

    assertThatExceptionOfType(OutOfMemoryError.class).isThrownBy(container::start);
    assertThat(container.isRunning()).isFalse();
    exhausted.set(false);
    container.start();
    fixture.awaitDelivered("orders:0:a");
    container.stop();
  }

  @Test
  void aRecordThatFailsBecauseOfTheStopIsNotGivenUp() throws InterruptedException {
    ListenerFixture.Held held = fixture.held();
    fixture.errorHandler = retry(0, AofRecordRecoverer.skip());
    fixture.append("orders", "a");
    AofListenerContainer container =
        fixture.start(
            on("orders").onRecord(asADriver(held)), o -> o.shutdownTimeout(Duration.ofMillis(50)));
    held.awaitCall();

    container.stop();

    assertThat(container.state()).isEqualTo(ListenerState.STOPPED);
    assertThat(only(container).recovered()).isZero();
    assertThat(fixture.store.cursors().offset("projection", "orders")).isZero();
    held.letGo();
    container.start();
    fixture.awaitDelivered("orders:0:a");
  }

  @Test
  void aFailureThatCausesItselfIsAFailureLikeAnyOther() {
    IllegalStateException one = new IllegalStateException("one");
    IllegalStateException other = new IllegalStateException("other", one);
    one.initCause(other);
    fixture.errorHandler = retry(0, AofRecordRecoverer.skip());
    fixture.append("orders", "poison", "a");
    fixture.start(
        on("orders")
            .onRecord(
                (delivery, ack) -> {
                  if (ListenerFixture.text(delivery).equals("poison")) {
                    throw one;
                  }
                  fixture.delivered.add(ListenerFixture.describe(delivery));
                }),
        o -> {});

    fixture.awaitDelivered("orders:1:a");
  }

  /** Many drivers answer an interrupt with an exception of their own, which has no cause. */
  private static AofRecordListener asADriver(AofRecordListener listener) {
    return (delivery, ack) -> {
      try {
        listener.onRecord(delivery, ack);
      } catch (InterruptedException e) {
        throw new IllegalStateException("connection was closed");
      }
    };
  }

  @Test
  void anAcknowledgementOfAnEarlierRunDoesNotMoveThePosition() {
    List<Acknowledgment> all = new CopyOnWriteArrayList<>();
    fixture.append("orders", "a", "b", "c");
    AofListenerContainer container =
        fixture.start(
            on("orders").onRecord((delivery, ack) -> all.add(ack)), o -> o.ackMode(AckMode.MANUAL));
    await().until(() -> all.size() == 3);
    container.stop();
    container.start();
    await().until(() -> all.size() == 6);
    all.subList(3, 6).forEach(Acknowledgment::acknowledge);
    assertThat(only(container).position()).isEqualTo(3);

    all.get(0).acknowledge();

    assertThat(only(container).position()).isEqualTo(3);
    assertThat(container.snapshot().lag()).isZero();
  }

  private StreamConsumer consumer(String id) {
    AofListenerContainer unstarted =
        fixture.container(
            AofListenerEndpoint.builder(id).streams("orders").onRecord((d, a) -> {}), o -> {});
    ListenerSetup setup =
        new ListenerSetup(
            fixture.store,
            fixture.store.cursors(),
            unstarted.endpoint(),
            unstarted.options(),
            fixture.errorHandler,
            AofListenerInterceptor.NOOP,
            Thread::new);
    return new StreamConsumer(
        new ListenerRun(setup, false, StreamCounters::new),
        fixture.store.inMemory("orders"),
        ReadFrom.latest());
  }

  /** The worker would do nothing else until the stream is found to be gone. */
  @Test
  void aDeletedStreamIsNotReadAgainAtOnce() {
    fixture.append("orders", "a");
    InMemoryStream stream = fixture.store.inMemory("orders");
    StreamConsumer unreadable = consumer("unreadable");
    StreamConsumer retired = consumer("retired");
    for (StreamConsumer consumer : List.of(unreadable, retired)) {
      assertThat(consumer.poll(Duration.ZERO)).isEmpty();
      assertThat(consumer.mayWait()).isTrue();
    }
    fixture.store.deleteStream("orders");

    stream.failReads(new SegmentUnavailableException("orders", 0, "gone", null));
    assertThat(unreadable.poll(Duration.ZERO)).isEmpty();
    stream.failReads(null);
    stream.truncateBefore(2);
    assertThat(retired.poll(Duration.ZERO)).isEmpty();

    for (StreamConsumer consumer : List.of(unreadable, retired)) {
      assertThat(consumer.mayWait()).isFalse();
      assertThat(consumer.counters().snapshot(fixture.store).failures()).isZero();
      consumer.close();
    }
  }

  @Test
  void anIdIsFreeWhenItsContainerHasStopped() throws InterruptedException {
    ListenerFixture.Held held = fixture.held();
    fixture.append("orders", "a");
    AofListenerEndpointRegistry registry =
        new AofListenerEndpointRegistry(
            new DefaultListableBeanFactory().getBeanProvider(AofListenerContainer.class));
    AofListenerContainerFactory factory = new AofListenerContainerFactory(fixture.store);
    registry.start();
    registry.register(on("orders").onRecord(held).build(), factory);
    held.awaitCall();
    Thread removing = new Thread(() -> registry.unregister("projection"));
    removing.start();
    await().until(() -> isStopping(registry) || !removing.isAlive());

    assertThat(registry.find("projection")).isPresent();
    held.letGo();
    removing.join();
    assertThat(registry.find("projection")).isEmpty();
  }

  private static boolean isStopping(AofListenerEndpointRegistry registry) {
    return registry
        .find("projection")
        .filter(container -> container.state() == ListenerState.STOPPING)
        .isPresent();
  }
}
