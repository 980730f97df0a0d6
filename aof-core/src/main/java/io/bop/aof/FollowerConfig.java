package io.bop.aof;

import java.time.Duration;

/**
 * How a follower follows. Immutable; checked as a whole by {@link AofConfig.Builder#build()}.
 *
 * @param pollInterval from one look for news in Tier 2 to the next; each costs one request, and
 *     each tenth in a row that finds nothing another one
 */
public record FollowerConfig(Duration pollInterval) {

  private static final FollowerConfig DEFAULTS = new FollowerConfig(Duration.ofSeconds(10));

  /** The defaults. */
  public static FollowerConfig defaults() {
    return DEFAULTS;
  }

  /** These settings with another {@code pollInterval}. */
  public FollowerConfig withPollInterval(Duration value) {
    return new FollowerConfig(value);
  }
}
