package io.bop.aof;

import java.time.Duration;

/**
 * The circuit breaker of Tier 2, one for writes and one for reads. Immutable; checked as a whole by
 * {@link AofConfig.Builder#build()}.
 *
 * @param slidingWindowSize calls that are looked at
 * @param failureRateThreshold percentage of failures that opens it, over 0 to 100
 * @param slowCallDurationThreshold a call that takes longer counts as slow
 * @param waitDurationInOpenState how long it stays open
 * @param permittedCallsInHalfOpenState calls let through to find out
 * @param maxWaitDurationInHalfOpenState longest half-open time
 */
public record CircuitBreakerConfig(
    int slidingWindowSize,
    float failureRateThreshold,
    Duration slowCallDurationThreshold,
    Duration waitDurationInOpenState,
    int permittedCallsInHalfOpenState,
    Duration maxWaitDurationInHalfOpenState) {

  private static final CircuitBreakerConfig DEFAULTS =
      new CircuitBreakerConfig(
          20, 50f, Duration.ofSeconds(60), Duration.ofSeconds(10), 3, Duration.ofSeconds(30));

  /** The defaults. */
  public static CircuitBreakerConfig defaults() {
    return DEFAULTS;
  }

  /** These settings with another {@code slidingWindowSize}. */
  public CircuitBreakerConfig withSlidingWindowSize(int value) {
    return new CircuitBreakerConfig(
        value,
        failureRateThreshold,
        slowCallDurationThreshold,
        waitDurationInOpenState,
        permittedCallsInHalfOpenState,
        maxWaitDurationInHalfOpenState);
  }

  /** These settings with another {@code failureRateThreshold}. */
  public CircuitBreakerConfig withFailureRateThreshold(float value) {
    return new CircuitBreakerConfig(
        slidingWindowSize,
        value,
        slowCallDurationThreshold,
        waitDurationInOpenState,
        permittedCallsInHalfOpenState,
        maxWaitDurationInHalfOpenState);
  }

  /** These settings with another {@code slowCallDurationThreshold}. */
  public CircuitBreakerConfig withSlowCallDurationThreshold(Duration value) {
    return new CircuitBreakerConfig(
        slidingWindowSize,
        failureRateThreshold,
        value,
        waitDurationInOpenState,
        permittedCallsInHalfOpenState,
        maxWaitDurationInHalfOpenState);
  }

  /** These settings with another {@code waitDurationInOpenState}. */
  public CircuitBreakerConfig withWaitDurationInOpenState(Duration value) {
    return new CircuitBreakerConfig(
        slidingWindowSize,
        failureRateThreshold,
        slowCallDurationThreshold,
        value,
        permittedCallsInHalfOpenState,
        maxWaitDurationInHalfOpenState);
  }

  /** These settings with another {@code permittedCallsInHalfOpenState}. */
  public CircuitBreakerConfig withPermittedCallsInHalfOpenState(int value) {
    return new CircuitBreakerConfig(
        slidingWindowSize,
        failureRateThreshold,
        slowCallDurationThreshold,
        waitDurationInOpenState,
        value,
        maxWaitDurationInHalfOpenState);
  }

  /** These settings with another {@code maxWaitDurationInHalfOpenState}. */
  public CircuitBreakerConfig withMaxWaitDurationInHalfOpenState(Duration value) {
    return new CircuitBreakerConfig(
        slidingWindowSize,
        failureRateThreshold,
        slowCallDurationThreshold,
        waitDurationInOpenState,
        permittedCallsInHalfOpenState,
        value);
  }
}
