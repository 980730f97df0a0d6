package io.bop.aof;

import java.time.Duration;

/**
 * How bytes come back from colder tiers. Immutable; checked as a whole by {@link
 * AofConfig.Builder#build()}.
 *
 * @param workers workers, 1 to 64
 * @param readAhead frames prepared ahead of a sequential reader, 0 to 16
 * @param deadline how long one hydration may take
 * @param fetchAhead bytes that all readers together may have fetched from Tier 2 before they need
 *     them, from 0
 */
public record HydrationConfig(int workers, int readAhead, Duration deadline, long fetchAhead) {

  private static final HydrationConfig DEFAULTS =
      new HydrationConfig(2, 4, Duration.ofSeconds(30), 64L * 1024 * 1024);

  /** The defaults. */
  public static HydrationConfig defaults() {
    return DEFAULTS;
  }

  /** These settings with another {@code workers}. */
  public HydrationConfig withWorkers(int value) {
    return new HydrationConfig(value, readAhead, deadline, fetchAhead);
  }

  /** These settings with another {@code readAhead}. */
  public HydrationConfig withReadAhead(int value) {
    return new HydrationConfig(workers, value, deadline, fetchAhead);
  }

  /** These settings with another {@code deadline}. */
  public HydrationConfig withDeadline(Duration value) {
    return new HydrationConfig(workers, readAhead, value, fetchAhead);
  }

  /** These settings with another {@code fetchAhead}. */
  public HydrationConfig withFetchAhead(long value) {
    return new HydrationConfig(workers, readAhead, deadline, value);
  }
}
