package io.bop.aof.spring.boot.autoconfigure.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.AofConfig;
import io.bop.aof.AofStore;
import io.bop.aof.EngineListener;
import io.bop.aof.Tier;
import io.bop.aof.spring.boot.autoconfigure.AofAutoConfiguration;
import io.bop.aof.spring.boot.metrics.AofListenerMeterBinder;
import io.bop.aof.spring.boot.metrics.AofMeterBinder;
import io.bop.aof.spring.boot.metrics.EngineMeters;
import io.bop.aof.spring.listener.AofListenerContainer;
import io.bop.aof.spring.listener.AofListenerEndpointRegistry;
import io.bop.aof.spring.testsupport.InMemoryStore;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** A registry that lives longer than the contexts whose stores are measured in it. */
class LastingRegistryTest {

  private final MeterRegistry registry = new Lasting();
  private final ApplicationContextRunner runner =
      new ApplicationContextRunner()
          .withConfiguration(
              AutoConfigurations.of(
                  AofMetricsAutoConfiguration.class,
                  AofAutoConfiguration.class,
                  MetricsAutoConfiguration.class))
          .withBean(MeterRegistry.class, () -> registry)
          .withBean(AofStore.class, InMemoryStore::new);

  /** Boot closes the registries of a context that ends; this one is not only its own. */
  private static final class Lasting extends SimpleMeterRegistry {
    @Override
    public void close() {}
  }

  private static List<String> names(MeterRegistry registry) {
    return registry.getMeters().stream()
        .map(meter -> meter.getId().getName())
        .filter(name -> name.startsWith("aof."))
        .distinct()
        .toList();
  }

  @Test
  void nothingOfTheStoreStaysWhenItsContextEnds() {
    registry.counter("aof.of.somebody.else").increment();
    runner.run(
        context -> {
          EngineListener listener = context.getBean(AofConfig.class).listener();
          listener.evicted("s", 1, Tier.TIER0, 10);
          listener.failed("s", 1, "rehearse", new IllegalStateException());
          assertThat(names(registry)).contains("aof.store.open", "aof.append", "aof.failures");
        });
    assertThat(names(registry)).containsExactly("aof.of.somebody.else");
  }

  @Test
  void theNextContextCountsFromZeroAndShowsItsOwnStore() {
    for (int context = 1; context <= 2; context++) {
      runner.run(
          started -> {
            EngineListener listener = started.getBean(AofConfig.class).listener();
            listener.flushed("s", 100, Duration.ofMillis(1), null);
            assertThat(registry.get("aof.flush").tag("outcome", "ok").timer().count()).isOne();
            assertThat(registry.get("aof.store.open").gauge().value()).isOne();
          });
    }
  }

  @Test
  void whatHappensAfterTheEndIsNotCounted() {
    AtomicReference<EngineListener> listener = new AtomicReference<>();
    runner.run(context -> listener.set(context.getBean(AofConfig.class).listener()));
    listener.get().failed("s", 1, "rehearse", new IllegalStateException());
    assertThat(names(registry)).isEmpty();
  }

  @Test
  void nothingStaysInTheRegistriesOfACompositeEither() {
    CompositeMeterRegistry all = new CompositeMeterRegistry();
    all.add(registry);
    try (AofMeterBinder binder = new AofMeterBinder(new InMemoryStore(), new EngineMeters(), 1)) {
      binder.bindTo(all);
      assertThat(names(registry)).contains("aof.store.open");
    }
    assertThat(names(registry)).isEmpty();
    assertThat(names(all)).isEmpty();
  }

  @Test
  void aStoreThatCameSecondLeavesTheMetersOfTheFirst() {
    try (AofMeterBinder first = new AofMeterBinder(new InMemoryStore(), new EngineMeters(), 1)) {
      first.bindTo(registry);
      List<String> before = names(registry);
      try (AofMeterBinder second = new AofMeterBinder(new InMemoryStore(), new EngineMeters(), 1)) {
        second.bindTo(registry);
      }
      assertThat(names(registry)).isEqualTo(before);
    }
    assertThat(names(registry)).isEmpty();
  }

  @Test
  void nothingOfTheListenersStays() {
    AofListenerEndpointRegistry listeners =
        new AofListenerEndpointRegistry(
            new StaticListableBeanFactory().getBeanProvider(AofListenerContainer.class));
    try (AofListenerMeterBinder binder = new AofListenerMeterBinder(listeners)) {
      binder.bindTo(registry);
      assertThat(names(registry)).containsExactly("aof.listeners");
    }
    assertThat(names(registry)).isEmpty();
  }
}
