package io.bop.aof.spring.boot.autoconfigure.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.bop.aof.AofStore;
import io.bop.aof.spring.boot.autoconfigure.AofAnnotationDrivenAutoConfiguration;
import io.bop.aof.spring.boot.autoconfigure.AofAutoConfiguration;
import io.bop.aof.spring.core.AofConversionException;
import io.bop.aof.spring.listener.AofListenerContainer;
import io.bop.aof.spring.listener.AofListenerContainerFactory;
import io.bop.aof.spring.listener.AofListenerEndpoint;
import io.bop.aof.spring.listener.ListenerState;
import io.bop.aof.spring.testsupport.InMemoryStore;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.autoconfigure.actuate.endpoint.HealthEndpointAutoConfiguration;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration;
import org.springframework.boot.health.autoconfigure.registry.HealthContributorRegistryAutoConfiguration;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.health.registry.HealthContributorRegistry;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class AofHealthContributorAutoConfigurationTest {

  private final ApplicationContextRunner runner =
      new ApplicationContextRunner()
          .withConfiguration(
              AutoConfigurations.of(
                  AofAutoConfiguration.class,
                  AofHealthContributorAutoConfiguration.class,
                  HealthContributorAutoConfiguration.class,
                  HealthContributorRegistryAutoConfiguration.class,
                  HealthEndpointAutoConfiguration.class))
          .withBean(AofStore.class, InMemoryStore::new);

  @Test
  void contributesAof() {
    runner.run(
        context -> {
          HealthContributorRegistry registry = context.getBean(HealthContributorRegistry.class);
          assertThat(registry.getContributor("aof"))
              .isInstanceOfSatisfying(
                  CompositeHealthContributor.class,
                  aof ->
                      assertThat(aof.stream().map(e -> e.name()))
                          .containsExactly(
                              "residency",
                              "backpressure",
                              "flush",
                              "tier2",
                              "manifest",
                              "storage"));
        });
  }

  @Test
  void canBeSwitchedOff() {
    runner
        .withPropertyValues("management.health.aof.enabled=false")
        .run(context -> assertThat(context).doesNotHaveBean("aofHealthContributor"));
  }

  @Test
  void needsBootsHealthModule() {
    runner
        .withClassLoader(new FilteredClassLoader(ConditionalOnEnabledHealthIndicator.class))
        .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean("aofHealthContributor"));
  }

  @Test
  void prefersTheUsersIndicator() {
    runner
        .withBean("aofHealthIndicator", HealthIndicator.class, () -> () -> Health.unknown().build())
        .run(
            context ->
                assertThat(context)
                    .hasBean("aofHealthIndicator")
                    .doesNotHaveBean("aofHealthContributor"));
  }

  private HealthIndicator listeners(AssertableApplicationContext context) {
    CompositeHealthContributor aof =
        (CompositeHealthContributor)
            context.getBean(HealthContributorRegistry.class).getContributor("aof");
    return (HealthIndicator) aof.getContributor("listeners");
  }

  private static AofListenerContainer failed(AofStore store) {
    ((InMemoryStore) store).inMemory("orders").append(new byte[1]);
    AofListenerContainer container =
        new AofListenerContainerFactory(store)
            .createContainer(
                AofListenerEndpoint.builder("projection")
                    .streams("orders")
                    .options(o -> o.autoStartup(false))
                    .onRecord(
                        (delivery, ack) -> {
                          throw new AofConversionException("poison");
                        })
                    .build());
    container.start();
    await().until(() -> container.state() == ListenerState.FAILED);
    return container;
  }

  @Test
  void aListenerThatHasFailedIsADetail() {
    runner
        .withConfiguration(AutoConfigurations.of(AofAnnotationDrivenAutoConfiguration.class))
        .withBean(AofListenerContainer.class, () -> failed(new InMemoryStore()))
        .run(
            context -> {
              Health health = listeners(context).health();
              assertThat(health.getStatus()).isEqualTo(Status.UP);
              assertThat(health.getDetails().get("projection"))
                  .hasToString(
                      "{state=FAILED, failure=record was not handled: stream=orders offset=0"
                          + " attempts=1, streams=1, lag=1, failures=1, recovered=0}");
            });
  }

  @Test
  void aListenerThatHasFailedIsOutOfServiceByChoice() {
    runner
        .withConfiguration(AutoConfigurations.of(AofAnnotationDrivenAutoConfiguration.class))
        .withBean(AofListenerContainer.class, () -> failed(new InMemoryStore()))
        .withPropertyValues("aof.health.listener-out-of-service=true")
        .run(
            context ->
                assertThat(listeners(context).health().getStatus())
                    .isEqualTo(Status.OUT_OF_SERVICE));
  }
}
