package io.bop.aof.tier2;

import io.bop.aof.Tier2Breakers;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import org.jspecify.annotations.Nullable;

/**
 * What surrounds Tier 2. Only this and {@link RegisteredBreakers} show Resilience4j.
 *
 * @param name names the breakers {@code <name>-writes} and {@code <name>-reads}; stores that share
 *     a registry need different names
 * @param registry where the breakers are registered, for its meters and events; a breaker of that
 *     name that is there already is used as it is, its own settings and clock included; null:
 *     nowhere
 * @param listener hears of calls
 */
public record Tier2Options(
    String name, @Nullable CircuitBreakerRegistry registry, Tier2Listener listener) {

  private static final Tier2Options DEFAULTS =
      new Tier2Options("aof-tier2", null, Tier2Listener.NOOP);

  /** No registry, no listener. */
  public static Tier2Options defaults() {
    return DEFAULTS;
  }

  /** These options with another {@code name}. */
  public Tier2Options withName(String value) {
    return new Tier2Options(value, registry, listener);
  }

  /** These options with another {@code registry}. */
  public Tier2Options withRegistry(@Nullable CircuitBreakerRegistry value) {
    return new Tier2Options(name, value, listener);
  }

  /** These options with the registry of those breakers, if they have one. */
  public Tier2Options withBreakers(@Nullable Tier2Breakers value) {
    return value instanceof RegisteredBreakers registered
        ? withRegistry(registered.registry())
        : this;
  }

  /** These options with another {@code listener}. */
  public Tier2Options withListener(Tier2Listener value) {
    return new Tier2Options(name, registry, value);
  }
}
