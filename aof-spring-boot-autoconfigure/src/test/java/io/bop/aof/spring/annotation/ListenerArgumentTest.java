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
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.messaging.converter.MessageConversionException;
import org.springframework.messaging.handler.annotation.Header;
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

  static class Tenants {

    @AofListener(id = "tenants", streams = "orders", errorHandler = "skipping")
    void on(String payload, @Header("tenant") int tenant) {
      CALLS.add(payload + " of " + tenant);
    }
  }

  @Test
  void aHeaderThatIsMissingOrOfAnotherTypeIsTheSameAtEveryTry() {
    aof.append("orders", "without");
    aof.newAppend("wrong").toStream("orders").withHeader("tenant", "many").append();
    aof.newAppend("good").toStream("orders").withHeader("tenant", "7").append();
    runner
        .withBean(Tenants.class)
        .run(
            context -> {
              awaitCalls("good of 7");
              assertThat(listener(context).streams().get(0).recovered()).isEqualTo(2);
            });
  }

  static class Sending {

    @AofListener(id = "sending", streams = "orders", errorHandler = "patient")
    void on(String payload) {
      CALLS.add(payload);
      if (CALLS.size() == 1) {
        throw new MessageConversionException("the broker's, not ours");
      }
    }
  }

  @Test
  void whatTheMethodItselfThrowsIsTriedAgain() {
    aof.append("orders", "first");
    runner
        .withBean(Sending.class)
        .withBean(
            "patient",
            AofListenerErrorHandler.class,
            () ->
                new DefaultAofListenerErrorHandler(
                    new FixedBackOff(1, Long.MAX_VALUE), AofRecordRecoverer.skip()))
        .run(
            context -> {
              awaitCalls("first", "first");
              assertThat(listener(context).streams().get(0).recovered()).isZero();
            });
  }

  static class DoneLater {

    @AofListener(id = "later", streams = "orders")
    Future<String> on(String payload) {
      return new FutureTask<>(() -> payload);
    }
  }

  @Test
  void refusesAResultThatNobodyWouldWaitFor() {
    runner
        .withBean(DoneLater.class)
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .hasMessageContaining("returns='java.util.concurrent.Future' must be a"));
  }

  static class PlacedByProperty {

    @AofListener(id = "placed", streams = "orders", containerFactory = "${factory:}")
    void on(String payload) {
      CALLS.add(payload);
    }
  }

  @Test
  void aContainerFactoryThatAPropertyLeavesOutIsTheUsualOne() {
    aof.append("orders", "first");
    runner.withBean(PlacedByProperty.class).run(context -> awaitCalls("first"));
  }
}
