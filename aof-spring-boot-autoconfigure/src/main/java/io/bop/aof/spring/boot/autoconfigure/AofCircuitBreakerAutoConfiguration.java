package io.bop.aof.spring.boot.autoconfigure;

import io.bop.aof.AofStore;
import io.bop.aof.tier2.RegisteredBreakers;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Keeps the circuit breakers of the object store in the application's registry, if it has one: with
 * its meters, its events and the settings of its instances {@code aof-tier2-writes} and {@code
 * aof-tier2-reads}.
 */
@AutoConfiguration(
    before = AofAutoConfiguration.class,
    afterName =
        "io.github.resilience4j.springboot.circuitbreaker.autoconfigure"
            + ".CircuitBreakerAutoConfiguration")
@ConditionalOnClass({AofStore.class, CircuitBreakerRegistry.class})
@ConditionalOnBooleanProperty(name = "aof.enabled", matchIfMissing = true)
public final class AofCircuitBreakerAutoConfiguration {

  AofCircuitBreakerAutoConfiguration() {}

  /** First of all, so that customizers of the application find what they may replace. */
  @Bean
  @Order(Ordered.HIGHEST_PRECEDENCE)
  AofConfigCustomizer aofCircuitBreakerCustomizer(
      ObjectProvider<CircuitBreakerRegistry> registries) {
    return builder -> {
      CircuitBreakerRegistry registry = registries.getIfUnique();
      if (registry != null) {
        builder.tier2(tier2 -> tier2.withBreakers(new RegisteredBreakers(registry)));
      }
    };
  }
}
