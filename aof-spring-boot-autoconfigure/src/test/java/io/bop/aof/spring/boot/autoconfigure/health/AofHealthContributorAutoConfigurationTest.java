package io.bop.aof.spring.boot.autoconfigure.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.AofStore;
import io.bop.aof.spring.boot.autoconfigure.AofAutoConfiguration;
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
import org.springframework.boot.health.registry.HealthContributorRegistry;
import org.springframework.boot.test.context.FilteredClassLoader;
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
}
