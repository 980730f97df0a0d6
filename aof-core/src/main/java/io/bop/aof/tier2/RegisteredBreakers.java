package io.bop.aof.tier2;

import io.bop.aof.Tier2Breakers;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import java.util.Objects;

/**
 * Circuit breakers {@code aof-tier2-writes} and {@code aof-tier2-reads} in a registry of the
 * application. One of that name that is there already is used as it is, its own settings and clock
 * included; otherwise it is made as the configuration says, and removed when the store closes.
 *
 * @param registry where they are; stores of one process need different ones
 */
public record RegisteredBreakers(CircuitBreakerRegistry registry) implements Tier2Breakers {

  /** Must not be null. */
  public RegisteredBreakers {
    Objects.requireNonNull(registry, "registry");
  }
}
