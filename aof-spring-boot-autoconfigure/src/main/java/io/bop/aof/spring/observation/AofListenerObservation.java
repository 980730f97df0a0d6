package io.bop.aof.spring.observation;

import io.micrometer.observation.Observation.CheckedRunnable;
import io.micrometer.observation.ObservationRegistry;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * Observes what listeners handle: {@link AofObservation#LISTENER}. Immutable; safe for use by many
 * threads.
 *
 * @param registry where observations go
 * @param convention name and keys
 */
public record AofListenerObservation(
    ObservationRegistry registry, AofListenerConvention convention) {

  private static final AofListenerConvention DEFAULT = new DefaultAofListenerConvention();

  /** Nothing may be null. */
  public AofListenerObservation {
    Objects.requireNonNull(registry, "registry");
    Objects.requireNonNull(convention, "convention");
  }

  /** With the default convention. */
  public static AofListenerObservation of(ObservationRegistry registry) {
    return new AofListenerObservation(registry, DEFAULT);
  }

  /**
   * Handles, observed: what {@code handling} throws is the observation's error and is thrown on.
   * While it runs, the span is the current one.
   *
   * @param context asked for only if somebody observes
   * @param <E> what handling may throw
   */
  public <E extends Exception> void observe(
      Supplier<AofListenerContext> context, CheckedRunnable<E> handling) throws E {
    if (registry.isNoop()) {
      handling.run();
      return;
    }
    AofObservation.LISTENER
        .observation(convention, DEFAULT, context, registry)
        .observeChecked(handling);
  }
}
