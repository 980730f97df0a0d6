package io.bop.aof.spring.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.bop.aof.AppendRequest;
import io.bop.aof.spring.testsupport.InMemoryStore;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.springframework.util.backoff.FixedBackOff;

/**
 * A store in the heap, containers on it, and what they delivered. Stops all of them when closed.
 */
final class ListenerFixture implements AutoCloseable {

  final InMemoryStore store = new InMemoryStore();

  /** {@code stream:offset:payload} of every record that a listener was called with. */
  final List<String> delivered = new CopyOnWriteArrayList<>();

  AofListenerErrorHandler errorHandler = retry(Long.MAX_VALUE, AofRecordRecoverer.stop());
  private final List<AofListenerContainer> containers = new ArrayList<>();

  static AofListenerErrorHandler retry(long retries, AofRecordRecoverer recoverer) {
    return new DefaultAofListenerErrorHandler(new FixedBackOff(1, retries), recoverer);
  }

  void append(String stream, String... payloads) {
    for (String payload : payloads) {
      store.inMemory(stream).append(AppendRequest.of(bytes(payload)));
    }
  }

  /** Each payload with a key: what stands in front of its first dash. */
  void appendWithKeys(String stream, String... payloads) {
    for (String payload : payloads) {
      String key = payload.substring(0, payload.indexOf('-'));
      store.inMemory(stream).append(AppendRequest.builder(bytes(payload)).key(key).build());
    }
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static String text(AofDelivery delivery) {
    return new String(delivery.record().payloadBytes(), StandardCharsets.UTF_8);
  }

  static String describe(AofDelivery delivery) {
    return delivery.stream() + ":" + delivery.record().offset() + ":" + text(delivery);
  }

  /** Notes the record, and counts it as handled. */
  AofRecordListener recording() {
    return (delivery, ack) -> delivered.add(describe(delivery));
  }

  /** A listener that stays in its call until it is let go; then it notes the record. */
  final class Held implements AofRecordListener {
    private final CountDownLatch called = new CountDownLatch(1);
    private final CountDownLatch free = new CountDownLatch(1);

    void awaitCall() throws InterruptedException {
      called.await();
    }

    /** From now on it returns at once. */
    void letGo() {
      free.countDown();
    }

    @Override
    public void onRecord(AofDelivery delivery, Acknowledgment ack) throws InterruptedException {
      called.countDown();
      free.await();
      delivered.add(describe(delivery));
    }
  }

  Held held() {
    return new Held();
  }

  AofListenerContainer container(
      AofListenerEndpoint.Builder endpoint, Consumer<AofListenerOptions.Builder> options) {
    AofListenerContainer container =
        new AofListenerContainerFactory(store)
            .withOptions(
                AofListenerOptions.defaults()
                    .with(b -> b.discoveryInterval(Duration.ofMillis(10)))
                    .with(options))
            .withErrorHandler(errorHandler)
            .createContainer(endpoint.build());
    containers.add(container);
    return container;
  }

  AofListenerContainer start(
      AofListenerEndpoint.Builder endpoint, Consumer<AofListenerOptions.Builder> options) {
    AofListenerContainer container = container(endpoint, options);
    container.start();
    return container;
  }

  static AofListenerEndpoint.Builder on(String... streams) {
    return AofListenerEndpoint.builder("projection").streams(streams);
  }

  void awaitDelivered(String... expected) {
    await().until(() -> delivered.size() >= expected.length);
    assertThat(delivered).containsExactly(expected);
  }

  void awaitSaved(String stream, long offset) {
    await().until(() -> store.cursors().offset("projection", stream) == offset);
  }

  static AofListenerSnapshot.Stream only(AofListenerContainer container) {
    return container.snapshot().streams().get(0);
  }

  @Override
  public void close() {
    store.cursors().failSaves(null);
    containers.forEach(AofListenerContainer::stop);
  }
}
