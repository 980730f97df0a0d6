package io.bop.aof.spring.annotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.bop.aof.AofStore;
import io.bop.aof.spring.boot.autoconfigure.AofAnnotationDrivenAutoConfiguration;
import io.bop.aof.spring.boot.autoconfigure.AofAutoConfiguration;
import io.bop.aof.spring.boot.autoconfigure.AofJacksonAutoConfiguration;
import io.bop.aof.spring.core.AofTemplate;
import io.bop.aof.spring.core.DefaultAofRecordConverter;
import io.bop.aof.spring.core.JacksonAofRecordConverter;
import io.bop.aof.spring.listener.AofListenerEndpointRegistry;
import io.bop.aof.spring.listener.AofListenerErrorHandler;
import io.bop.aof.spring.listener.AofListenerSnapshot;
import io.bop.aof.spring.listener.AofRecordRecoverer;
import io.bop.aof.spring.listener.DefaultAofListenerErrorHandler;
import io.bop.aof.spring.listener.ListenerState;
import io.bop.aof.spring.testsupport.InMemoryStore;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.util.backoff.FixedBackOff;
import tools.jackson.databind.json.JsonMapper;

/** Records that cannot be made arguments, and what becomes of those around them. */
@Timeout(60)
class ListenerArgumentTest {

  private static final long AN_HOUR = 3_600_000;
  private static final List<String> CALLS = new CopyOnWriteArrayList<>();

  private final InMemoryStore store = new InMemoryStore();
  private final AofTemplate aof =
      new AofTemplate(
          store,
          new DefaultAofRecordConverter(
              new JacksonAofRecordConverter(JsonMapper.builder().build())));

  private final ApplicationContextRunner runner =
      new ApplicationContextRunner()
          .withConfiguration(
              AutoConfigurations.of(
                  AofAutoConfiguration.class,
                  AofJacksonAutoConfiguration.class,
                  AofAnnotationDrivenAutoConfiguration.class))
          .withBean(AofStore.class, () -> store)
          .withBean(
              "skipping",
              AofListenerErrorHandler.class,
              () ->
                  new DefaultAofListenerErrorHandler(
                      new FixedBackOff(AN_HOUR, Long.MAX_VALUE), AofRecordRecoverer.skip()))
          .withPropertyValues("aof.listener.discovery-interval=10ms");

  record Order(String id, int amount) {}

  ListenerArgumentTest() {
    CALLS.clear();
  }

  private static void awaitCalls(String... expected) {
    await().until(() -> CALLS.size() >= expected.length);
    assertThat(CALLS).containsExactly(expected);
  }

  private static AofListenerSnapshot listener(ApplicationContext context) {
    return context.getBean(AofListenerEndpointRegistry.class).snapshots().get(0);
  }

  static class Skipping {

    @AofListener(id = "batches", streams = "orders", batch = true, errorHandler = "skipping")
    void on(List<Order> orders) {
      orders.forEach(order -> CALLS.add(order.id()));
    }
  }

  @Test
  void recordsOfABatchReachTheListenerThoughOneOfThemIsNoPayload() {
    appendPoisonAmongOrders();
    runner
        .withBean(Skipping.class)
        .run(
            context -> {
              awaitCalls("first", "second", "third");
              await().until(() -> store.cursors().offset("batches", "orders") == 4);
              assertThat(listener(context).streams().get(0).recovered()).isEqualTo(1);
            });
  }

  private void appendPoisonAmongOrders() {
    aof.append("orders", new Order("first", 1));
    aof.append("orders", new Order("second", 2));
    aof.append("orders", "no JSON");
    aof.append("orders", new Order("third", 3));
  }

  static class Stopping {

    @AofListener(id = "batches", streams = "orders", batch = true, errorHandler = "stopping")
    void on(List<Order> orders) {
      orders.forEach(order -> CALLS.add(order.id()));
    }
  }

  @Test
  void aBatchStopsInFrontOfWhatIsNoPayload() {
    appendPoisonAmongOrders();
    runner
        .withBean(Stopping.class)
        .withBean(
            "stopping", AofListenerErrorHandler.class, DefaultAofListenerErrorHandler::retryForever)
        .run(
            context -> {
              await().until(() -> listener(context).state() == ListenerState.FAILED);
              assertThat(CALLS).containsExactly("first", "second");
              await().until(() -> store.cursors().offset("batches", "orders") == 2);
            });
  }
}
