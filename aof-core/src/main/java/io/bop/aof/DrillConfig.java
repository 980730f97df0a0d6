package io.bop.aof;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The rehearsal of a restore. Immutable; checked as a whole by {@link AofConfig.Builder#build()}.
 *
 * @param interval from the end of one drill to the beginning of the next; null: only when asked for
 * @param segments how many segments, chosen at random, are fetched and read, 1 to 10,000
 */
public record DrillConfig(@Nullable Duration interval, int segments) {

  private static final DrillConfig DEFAULTS = new DrillConfig(null, 8);

  /** The defaults: no drill but when asked for. */
  public static DrillConfig defaults() {
    return DEFAULTS;
  }

  /** These settings with another {@code interval}. */
  public DrillConfig withInterval(@Nullable Duration value) {
    return new DrillConfig(value, segments);
  }

  /** These settings with another {@code segments}. */
  public DrillConfig withSegments(int value) {
    return new DrillConfig(interval, value);
  }
}
