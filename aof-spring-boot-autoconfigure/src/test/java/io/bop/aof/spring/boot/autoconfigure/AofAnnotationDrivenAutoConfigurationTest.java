package io.bop.aof.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.bop.aof.AofStore;
import io.bop.aof.AppendRequest;
import io.bop.aof.InvalidConfigException;
import io.bop.aof.spring.annotation.AofListener;
import io.bop.aof.spring.annotation.AofListenerBeanNames;
import io.bop.aof.spring.annotation.EnableAof;
import io.bop.aof.spring.listener.AofListenerContainer;
import io.bop.aof.spring.listener.AofListenerContainerFactory;
import io.bop.aof.spring.listener.AofListenerEndpoint;
import io.bop.aof.spring.listener.AofListenerEndpointRegistry;
import io.bop.aof.spring.listener.AofListenerErrorHandler;
import io.bop.aof.spring.listener.AofListenerInterceptor;
import io.bop.aof.spring.listener.AofListenerOptions;
import io.bop.aof.spring.listener.AofListenerSnapshot;
import io.bop.aof.spring.listener.AofRecordRecoverer;
import io.bop.aof.spring.listener.DefaultAofListenerErrorHandler;
import io.bop.aof.spring.listener.ListenerState;
import io.bop.aof.spring.testsupport.InMemoryStore;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.messaging.handler.annotation.support.MessageHandlerMethodFactory;
import org.springframework.util.backoff.FixedBackOff;

@Timeout(60)
class AofAnnotationDrivenAutoConfigurationTest {

  private static final List<String> CALLS = new CopyOnWriteArrayList<>();

  private final InMemoryStore store = new InMemoryStore();

  private final ApplicationContextRunner runner =
      new ApplicationContextRunner()
          .withConfiguration(
              AutoConfigurations.of(
                  AofAutoConfiguration.class, AofAnnotationDrivenAutoConfiguration.class))
          .withBean(AofStore.class, () -> store)
          .withPropertyValues("aof.listener.discovery-interval=10ms");

  AofAnnotationDrivenAutoConfigurationTest() {
    CALLS.clear();
  }

  private void append(String stream, String payload) {
    store.inMemory(stream).append(payload.getBytes(StandardCharsets.UTF_8));
  }

  static class Projection {

    @AofListener(id = "projection", streams = "orders")
    void on(String payload) {
      if (payload.startsWith("poison")) {
        throw new IllegalStateException(payload);
      }
      CALLS.add(payload + " on " + Thread.currentThread().getName());
    }
  }

  @Test
  void listensWithTheContextAndStopsWithIt() {
    append("orders", "a");
    runner
        .withBean(Projection.class)
        .run(
            context -> {
              await().until(() -> !CALLS.isEmpty());
              assertThat(CALLS).containsExactly("a on aof-listener-projection-1");
              assertThat(context.getBean(AofListenerEndpointRegistry.class).isRunning()).isTrue();
            });
    assertThat(store.cursors().offset("projection", "orders")).isEqualTo(1);
    assertThat(store.inMemory("orders").openReaders()).isZero();
  }

  @Test
  void startsLateAndStopsEarly() {
    runner.run(
        context -> {
          AofListenerEndpointRegistry registry = context.getBean(AofListenerEndpointRegistry.class);
          assertThat(registry.getPhase()).isEqualTo(Integer.MAX_VALUE - 100);
          assertThat(registry.isPauseable()).isTrue();
        });
  }

  @Test
  void isNotThereWhenDisabled() {
    for (String property : List.of("aof.enabled=false", "aof.listener.enabled=false")) {
      runner
          .withBean(Projection.class)
          .withPropertyValues(property)
          .run(
              context ->
                  assertThat(context)
                      .hasNotFailed()
                      .doesNotHaveBean(AofListenerEndpointRegistry.class)
                      .doesNotHaveBean(AofListenerContainerFactory.class)
                      .doesNotHaveBean(AofListenerBeanNames.PROCESSOR));
    }
  }

  @Test
  void isNotThereWithoutTheEngine() {
    new ApplicationContextRunner()
        .withConfiguration(AutoConfigurations.of(AofAnnotationDrivenAutoConfiguration.class))
        .withClassLoader(new FilteredClassLoader(AofStore.class))
        .run(context -> assertThat(context).doesNotHaveBean(AofListenerEndpointRegistry.class));
  }

  @Test
  void hasContainersButNoAnnotationsWithoutSpringMessaging() {
    runner
        .withClassLoader(new FilteredClassLoader(MessageHandlerMethodFactory.class))
        .run(
            context -> {
              assertThat(context)
                  .doesNotHaveBean(AofListenerBeanNames.PROCESSOR)
                  .hasSingleBean(AofListenerEndpointRegistry.class);
              append("orders", "a");
              context
                  .getBean(AofListenerEndpointRegistry.class)
                  .register(
                      AofListenerEndpoint.builder("programmatic")
                          .streams("orders")
                          .onRecord((delivery, ack) -> CALLS.add(delivery.stream()))
                          .build(),
                      context.getBean(AofListenerContainerFactory.class));
              await().until(() -> CALLS.contains("orders"));
            });
  }

  @Test
  void theUsersBeansWin() {
    runner
        .withBean(
            AofListenerBeanNames.CONTAINER_FACTORY,
            AofListenerContainerFactory.class,
            () ->
                new AofListenerContainerFactory(store)
                    .withOptions(AofListenerOptions.defaults().with(o -> o.concurrency(7))))
        .withBean(Projection.class)
        .run(
            context -> {
              assertThat(context).hasSingleBean(AofListenerContainerFactory.class);
              assertThat(
                      context
                          .getBean(AofListenerEndpointRegistry.class)
                          .find("projection")
                          .orElseThrow()
                          .options()
                          .concurrency())
                  .isEqualTo(7);
            });
  }

  @Test
  void theUsersErrorHandlerAndInterceptorsAreUsed() {
    AofListenerInterceptor noting =
        (attempt, call) -> {
          CALLS.add("attempt " + attempt.number());
          call.proceed();
        };
    append("orders", "poison");
    append("orders", "b");
    runner
        .withBean(Projection.class)
        .withBean(AofListenerInterceptor.class, () -> noting)
        .withBean(
            AofListenerErrorHandler.class,
            () ->
                new DefaultAofListenerErrorHandler(
                    new FixedBackOff(1, 1), AofRecordRecoverer.skip()))
        .run(
            context -> {
              await().until(() -> CALLS.size() == 4);
              assertThat(CALLS.subList(0, 3))
                  .containsExactly("attempt 1", "attempt 2", "attempt 1");
              assertThat(CALLS.get(3)).startsWith("b on ");
            });
  }

  @Test
  void propertiesReachTheContainers() {
    runner
        .withBean(Projection.class)
        .withPropertyValues(
            "aof.listener.auto-startup=false",
            "aof.listener.start-at=latest",
            "aof.listener.ack-mode=record",
            "aof.listener.order=key",
            "aof.listener.concurrency=3",
            "aof.listener.max-poll-records=4",
            "aof.listener.max-poll-bytes=5KB",
            "aof.listener.max-unacknowledged=6",
            "aof.listener.commit-interval=7s",
            "aof.listener.shutdown-timeout=9s",
            "aof.listener.on-retired=resume",
            "aof.listener.on-diverged=resume",
            "aof.listener.dead-letter.suffix=-dead")
        .run(
            context -> {
              AofListenerContainer container =
                  context
                      .getBean(AofListenerEndpointRegistry.class)
                      .find("projection")
                      .orElseThrow();
              assertThat(container.state()).isEqualTo(ListenerState.STOPPED);
              assertThat(container.options())
                  .hasToString(
                      "AofListenerOptions[autoStartup=false, startAt=Latest[], ackMode=RECORD,"
                          + " order=KEY, concurrency=3, maxPollRecords=4, maxPollBytes=5120,"
                          + " maxUnacknowledged=6, commitInterval=PT7S,"
                          + " discoveryInterval=PT0.01S, shutdownTimeout=PT9S, onRetired=RESUME,"
                          + " onDiverged=RESUME, deadLetterSuffix=-dead]");
            });
  }

  @Test
  void deadLettersByProperty() {
    append("orders", "poison");
    append("orders", "b");
    runner
        .withBean(Projection.class)
        .withPropertyValues(
            "aof.listener.on-failure=dead-letter",
            "aof.listener.retry.max-attempts=3",
            "aof.listener.retry.initial-interval=1ms",
            "aof.listener.dead-letter.suffix=.dead")
        .run(
            context -> {
              await().until(() -> !CALLS.isEmpty());
              List<AppendRequest> letters = store.inMemory("orders.dead").requests();
              assertThat(letters).hasSize(1);
              assertThat(letters.get(0).headers().lastString("aof-dlq-attempts")).contains("3");
            });
  }

  @Test
  void stopsByProperty() {
    append("orders", "poison");
    runner
        .withBean(Projection.class)
        .withPropertyValues(
            "aof.listener.on-failure=stop",
            "aof.listener.retry.max-attempts=2",
            "aof.listener.retry.initial-interval=1ms")
        .run(
            context -> {
              AofListenerEndpointRegistry registry =
                  context.getBean(AofListenerEndpointRegistry.class);
              await().until(() -> registry.snapshots().get(0).state() == ListenerState.FAILED);
              assertThat(registry.snapshots().get(0).failure()).contains("offset=0 attempts=2");
            });
  }

  @Test
  void skipsByProperty() {
    append("orders", "poison");
    append("orders", "b");
    runner
        .withBean(Projection.class)
        .withPropertyValues(
            "aof.listener.on-failure=skip", "aof.listener.retry.initial-interval=1ms")
        .withPropertyValues("aof.listener.retry.max-attempts=2")
        .run(context -> await().until(() -> !CALLS.isEmpty()));
    assertThat(store.inMemory("orders.dlq").requests()).isEmpty();
  }

  @Test
  void badPropertiesAreNamedAllAtOnce() {
    new ApplicationContextRunner()
        .withConfiguration(
            AutoConfigurations.of(
                AofAutoConfiguration.class, AofAnnotationDrivenAutoConfiguration.class))
        .withPropertyValues(
            "aof.segment.max-size=3MB",
            "aof.listener.start-at=yesterday",
            "aof.listener.concurrency=0",
            "aof.listener.max-poll-records=0",
            "aof.listener.max-poll-bytes=0B",
            "aof.listener.max-unacknowledged=0",
            "aof.listener.commit-interval=0s",
            "aof.listener.discovery-interval=-1s",
            "aof.listener.shutdown-timeout=0s",
            "aof.listener.retry.max-attempts=0",
            "aof.listener.retry.multiplier=0.5",
            "aof.listener.retry.initial-interval=0s",
            "aof.listener.retry.max-interval=0s",
            "aof.listener.dead-letter.suffix=/dlq")
        .run(
            context -> {
              Throwable cause = context.getStartupFailure();
              while (!(cause instanceof InvalidConfigException)) {
                cause = cause.getCause();
              }
              System.out.println(cause.getMessage());
              assertThat(((InvalidConfigException) cause).faults())
                  .hasSize(14)
                  .contains(
                      "listener.start-at=yesterday must be earliest, latest, offset:<number> or"
                          + " timestamp:<ISO 8601 instant>",
                      "listener.concurrency=0 must be 1 to 256",
                      "listener.max-poll-bytes=0 must be at least 1",
                      "listener.retry.max-attempts=0 must be at least 1",
                      "listener.dead-letter.suffix=/dlq must be [A-Za-z0-9._-]{1,64}");
            });
  }

  @Test
  void leavesBootsExecutorInPlace() {
    runner
        .withConfiguration(AutoConfigurations.of(TaskExecutionAutoConfiguration.class))
        .run(
            context ->
                assertThat(context.getBeanNamesForType(Executor.class))
                    .containsExactly("applicationTaskExecutor"));
  }

  @Test
  void containersThatAreBeansAreKnownToTheRegistry() {
    append("orders", "a");
    runner
        .withBean(
            AofListenerContainer.class,
            () ->
                new AofListenerContainerFactory(store)
                    .createContainer(
                        AofListenerEndpoint.builder("bean")
                            .streams("orders")
                            .onRecord((delivery, ack) -> CALLS.add("bean"))
                            .build()))
        .run(
            context -> {
              await().until(() -> CALLS.contains("bean"));
              AofListenerEndpointRegistry registry =
                  context.getBean(AofListenerEndpointRegistry.class);
              assertThat(registry.snapshots())
                  .extracting(AofListenerSnapshot::id)
                  .containsExactly("bean");
              registry.pause("bean");
              assertThat(registry.find("bean").orElseThrow().state())
                  .isEqualTo(ListenerState.PAUSED);
              registry.resume("bean");
              registry.stop("bean");
              assertThat(registry.find("bean").orElseThrow().isRunning()).isFalse();
              registry.start("bean");
              assertThat(registry.find("bean").orElseThrow().isRunning()).isTrue();
            });
  }

  @Test
  void stopsAtTheSameTimeAndTellsWhenAllHaveEnded() {
    AofListenerEndpointRegistry[] kept = new AofListenerEndpointRegistry[1];
    append("orders", "a");
    runner
        .withBean(Projection.class)
        .run(
            context -> {
              kept[0] = context.getBean(AofListenerEndpointRegistry.class);
              List<String> ended = new CopyOnWriteArrayList<>();
              await().until(() -> !CALLS.isEmpty());
              ((SmartLifecycle) kept[0]).stop(() -> ended.add("ended"));
              await().until(() -> !ended.isEmpty());
              assertThat(kept[0].find("projection").orElseThrow().isRunning()).isFalse();
            });
    kept[0].unregister("projection");
    assertThat(kept[0].containers()).isEmpty();
  }

  @Configuration(proxyBeanMethods = false)
  @EnableAof
  static class WithoutBoot {

    @Bean
    InMemoryStore store() {
      InMemoryStore store = new InMemoryStore();
      store.inMemory("orders").append("a".getBytes(StandardCharsets.UTF_8));
      return store;
    }

    @Bean
    AofListenerContainerFactory aofListenerContainerFactory(AofStore store) {
      return new AofListenerContainerFactory(store);
    }

    @Bean
    Projection projection() {
      return new Projection();
    }
  }

  @Test
  void worksWithoutBoot() {
    try (AnnotationConfigApplicationContext context =
        new AnnotationConfigApplicationContext(WithoutBoot.class)) {
      await().until(() -> !CALLS.isEmpty());
      assertThat(context.getBean(AofListenerEndpointRegistry.class).snapshots()).hasSize(1);
    }
  }

  @Test
  void enablingItAsWellAsBootDoesNoHarm() {
    append("orders", "a");
    runner
        .withUserConfiguration(EnabledToo.class)
        .withBean(Projection.class)
        .run(
            context -> {
              await().until(() -> !CALLS.isEmpty());
              assertThat(CALLS).hasSize(1);
            });
  }

  @Configuration(proxyBeanMethods = false)
  @EnableAof
  static class EnabledToo {}

  @Test
  void theUsersRegistryWins() {
    append("orders", "a");
    runner
        .withUserConfiguration(RegistryOfTheUser.class)
        .withBean(Projection.class)
        .run(
            context -> {
              assertThat(context)
                  .getBeanNames(AofListenerEndpointRegistry.class)
                  .containsExactly("mine");
              await().until(() -> !CALLS.isEmpty());
            });
  }

  @Configuration(proxyBeanMethods = false)
  static class RegistryOfTheUser {

    @Bean
    AofListenerEndpointRegistry mine(ObjectProvider<AofListenerContainer> containers) {
      return new AofListenerEndpointRegistry(containers);
    }
  }

  @Test
  void refusesAContainerThatHasTheIdOfAnAnnotatedMethod() {
    runner
        .withBean(Projection.class)
        .withBean(
            AofListenerContainer.class,
            () ->
                new AofListenerContainerFactory(store)
                    .createContainer(
                        AofListenerEndpoint.builder("projection")
                            .streams("orders")
                            .onRecord((delivery, ack) -> {})
                            .build()))
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .rootCause()
                    .hasMessageContaining("two listeners have one id")
                    .hasMessageContaining("id=projection"));
  }
}
