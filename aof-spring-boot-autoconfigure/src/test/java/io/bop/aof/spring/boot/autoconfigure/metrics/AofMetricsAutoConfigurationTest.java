package io.bop.aof.spring.boot.autoconfigure.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.AofConfig;
import io.bop.aof.AofStore;
import io.bop.aof.EngineListener;
import io.bop.aof.spring.boot.autoconfigure.AofAutoConfiguration;
import io.bop.aof.spring.boot.metrics.AofMeterBinder;
import io.bop.aof.spring.boot.metrics.EngineMeters;
import io.bop.aof.spring.testsupport.InMemoryStore;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.simple.SimpleMetricsExportAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class AofMetricsAutoConfigurationTest {

  private final ApplicationContextRunner runner =
      new ApplicationContextRunner()
          .withConfiguration(
              AutoConfigurations.of(
                  AofMetricsAutoConfiguration.class,
                  AofAutoConfiguration.class,
                  MetricsAutoConfiguration.class,
                  CompositeMeterRegistryAutoConfiguration.class,
                  SimpleMetricsExportAutoConfiguration.class))
          .withBean(AofStore.class, InMemoryStore::new);

  @Test
  void bindsTheMetersOfTheStore() {
    runner.run(
        context -> {
          MeterRegistry registry = context.getBean(MeterRegistry.class);
          assertThat(registry.get("aof.store.open").gauge().value()).isEqualTo(1);
          EngineListener listener = context.getBean(AofConfig.class).listener();
          listener.flushed("s", 100, Duration.ofMillis(1), null);
          assertThat(registry.get("aof.flush").tag("outcome", "ok").timer().count()).isEqualTo(1);
        });
  }

  @Test
  void bucketsOfTheApplicationWin() {
    runner
        .withPropertyValues("management.metrics.distribution.slo.aof.flush=7ms")
        .run(
            context ->
                assertThat(
                        context
                            .getBean(MeterRegistry.class)
                            .get("aof.flush")
                            .tag("outcome", "ok")
                            .timer()
                            .takeSnapshot()
                            .histogramCounts())
                    .hasSize(1));
  }

  @Test
  void canBeSwitchedOff() {
    runner
        .withPropertyValues("aof.metrics.enabled=false")
        .run(context -> assertThat(context).doesNotHaveBean(AofMeterBinder.class));
    runner
        .withPropertyValues("aof.enabled=false")
        .run(context -> assertThat(context).doesNotHaveBean(AofMeterBinder.class));
  }

  @Test
  void needsMicrometer() {
    new ApplicationContextRunner()
        .withConfiguration(
            AutoConfigurations.of(AofMetricsAutoConfiguration.class, AofAutoConfiguration.class))
        .withBean(AofStore.class, InMemoryStore::new)
        .withClassLoader(new FilteredClassLoader(MeterRegistry.class))
        .run(
            context ->
                assertThat(context)
                    .hasNotFailed()
                    .doesNotHaveBean(AofMetricsAutoConfiguration.class));
  }

  @Test
  void needsARegistry() {
    new ApplicationContextRunner()
        .withConfiguration(
            AutoConfigurations.of(AofMetricsAutoConfiguration.class, AofAutoConfiguration.class))
        .withBean(AofStore.class, InMemoryStore::new)
        .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(EngineMeters.class));
  }

  @Test
  void prefersTheUsersBinder() {
    runner
        .withBean(
            "mine",
            AofMeterBinder.class,
            () -> new AofMeterBinder(new InMemoryStore(), new EngineMeters(), 0))
        .run(context -> assertThat(context).hasSingleBean(AofMeterBinder.class).hasBean("mine"));
  }
}
