package io.bop.aof;

import java.time.Duration;

/**
 * How calls to Tier 2 are retried: exponential backoff with full jitter. Immutable; checked as a
 * whole by {@link AofConfig.Builder#build()}.
 *
 * @param maxAttempts tries in all, 1 to 100
 * @param baseDelay bound of the first delay
 * @param maxDelay bound of every delay
 */
public record RetryConfig(int maxAttempts, Duration baseDelay, Duration maxDelay) {

  private static final RetryConfig DEFAULTS =
      new RetryConfig(5, Duration.ofMillis(100), Duration.ofSeconds(10));

  /** The defaults. */
  public static RetryConfig defaults() {
    return DEFAULTS;
  }

  /** These settings with another {@code maxAttempts}. */
  public RetryConfig withMaxAttempts(int value) {
    return new RetryConfig(value, baseDelay, maxDelay);
  }

  /** These settings with another {@code baseDelay}. */
  public RetryConfig withBaseDelay(Duration value) {
    return new RetryConfig(maxAttempts, value, maxDelay);
  }

  /** These settings with another {@code maxDelay}. */
  public RetryConfig withMaxDelay(Duration value) {
    return new RetryConfig(maxAttempts, baseDelay, value);
  }
}
