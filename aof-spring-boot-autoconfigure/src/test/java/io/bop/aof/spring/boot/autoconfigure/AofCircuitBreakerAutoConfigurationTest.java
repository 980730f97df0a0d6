package io.bop.aof.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.AofConfig;
import io.bop.aof.AofStore;
import io.bop.aof.BreakerState;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** Breakers in a registry of the application. */
class AofCircuitBreakerAutoConfigurationTest {

  private static final String WRITES = "aof-tier2-writes";
  private static final String READS = "aof-tier2-reads";

  @TempDir Path root;

  private ApplicationContextRunner runner = new ApplicationContextRunner();

  @BeforeEach
  void configure() {
    runner =
        runner
            .withConfiguration(
                AutoConfigurations.of(
                    AofAutoConfiguration.class, AofCircuitBreakerAutoConfiguration.class))
            .withPropertyValues(
                "aof.root=" + root,
                "aof.max-record-size=256KB",
                "aof.segment.max-size=1MB",
                "aof.tier0.max-bytes=8MB",
                "aof.tier1.max-bytes=8MB",
                "aof.tier2.circuit-breaker.sliding-window-size=33");
  }

  @Test
  void keepsItsOwnWithoutARegistry() {
    runner.run(context -> assertThat(context.getBean(AofConfig.class).tier2().breakers()).isNull());
  }

  @Test
  void registersThemAsThePropertiesSay() {
    CircuitBreakerRegistry registry = CircuitBreakerRegistry.ofDefaults();
    runner
        .withBean(CircuitBreakerRegistry.class, () -> registry)
        .run(
            context -> {
              assertThat(context.getBean(AofStore.class).snapshot().open()).isTrue();
              assertThat(registry.getAllCircuitBreakers())
                  .extracting(CircuitBreaker::getName)
                  .containsExactlyInAnyOrder(WRITES, READS);
              CircuitBreaker writes = registry.circuitBreaker(WRITES);
              assertThat(writes.getCircuitBreakerConfig().getSlidingWindowSize()).isEqualTo(33);
            });
  }

  @Test
  void usesAnInstanceThatIsThere() {
    CircuitBreakerRegistry registry = CircuitBreakerRegistry.ofDefaults();
    CircuitBreaker writes =
        registry.circuitBreaker(WRITES, CircuitBreakerConfig.custom().slidingWindowSize(7).build());
    runner
        .withBean(CircuitBreakerRegistry.class, () -> registry)
        .run(
            context -> {
              AofStore store = context.getBean(AofStore.class);
              assertThat(registry.circuitBreaker(WRITES)).isSameAs(writes);
              writes.transitionToForcedOpenState();
              assertThat(store.snapshot().tier2Writes()).isEqualTo(BreakerState.OPEN);
            });
    assertThat(registry.find(WRITES)).containsSame(writes);
    assertThat(registry.find(READS)).isEmpty();
  }

  @Test
  void choosesNoneOfSeveralRegistries() {
    runner
        .withBean("one", CircuitBreakerRegistry.class, CircuitBreakerRegistry::ofDefaults)
        .withBean("two", CircuitBreakerRegistry.class, CircuitBreakerRegistry::ofDefaults)
        .run(context -> assertThat(context.getBean(AofConfig.class).tier2().breakers()).isNull());
  }
}
