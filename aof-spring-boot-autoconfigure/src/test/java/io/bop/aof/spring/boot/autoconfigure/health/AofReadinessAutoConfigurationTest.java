package io.bop.aof.spring.boot.autoconfigure.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.bop.aof.AofSnapshot;
import io.bop.aof.AofStore;
import io.bop.aof.spring.boot.autoconfigure.AofAutoConfiguration;
import io.bop.aof.spring.boot.health.AofReadiness;
import io.bop.aof.spring.testsupport.InMemoryStore;
import io.bop.aof.spring.testsupport.Snapshots;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.availability.ApplicationAvailabilityAutoConfiguration;
import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class AofReadinessAutoConfigurationTest {

  private final ApplicationContextRunner runner =
      new ApplicationContextRunner()
          .withConfiguration(
              AutoConfigurations.of(
                  AofAutoConfiguration.class,
                  AofReadinessAutoConfiguration.class,
                  ApplicationAvailabilityAutoConfiguration.class))
          .withBean(AofStore.class, InMemoryStore::new);

  @Test
  void readinessFollowsTheStore() {
    runner.run(
        context -> {
          InMemoryStore store = (InMemoryStore) context.getBean(AofStore.class);
          ApplicationAvailability availability = context.getBean(ApplicationAvailability.class);
          // As Boot does when an application has started.
          AvailabilityChangeEvent.publish(context, ReadinessState.ACCEPTING_TRAFFIC);
          store.snapshot(
              new Snapshots()
                  .storageFull(new AofSnapshot.StorageFull("/data", 2, 1, true))
                  .build());
          context.getBean(AofReadiness.class).storageFull("/data", 2, 1);
          await().until(() -> availability.getReadinessState() == ReadinessState.REFUSING_TRAFFIC);
          store.snapshot(Snapshots.healthy());
          await().until(() -> availability.getReadinessState() == ReadinessState.ACCEPTING_TRAFFIC);
        });
  }

  @Test
  void canBeSwitchedOff() {
    runner
        .withPropertyValues("aof.health.readiness=false")
        .run(context -> assertThat(context).doesNotHaveBean(AofReadiness.class));
    runner
        .withPropertyValues("aof.enabled=false")
        .run(context -> assertThat(context).doesNotHaveBean(AofReadiness.class));
  }

  @Test
  void needsBootsHealthModule() {
    runner
        .withClassLoader(new FilteredClassLoader(Health.class))
        .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean("aofReadiness"));
  }
}
