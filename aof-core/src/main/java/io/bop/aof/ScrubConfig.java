package io.bop.aof;

import java.time.Duration;

/**
 * The background verification of sealed copies. Immutable; checked as a whole by {@link
 * AofConfig.Builder#build()}.
 *
 * @param enabled whether copies are verified in the background; they always are when they are read
 * @param interval from the end of one pass over all copies to the beginning of the next
 * @param bytesPerSecond most bytes that are read for it in a second, at least 64 KiB
 * @param tier2 whether the objects are read too; each costs requests and traffic
 */
public record ScrubConfig(boolean enabled, Duration interval, long bytesPerSecond, boolean tier2) {

  private static final ScrubConfig DEFAULTS =
      new ScrubConfig(true, Duration.ofDays(7), 8L * 1024 * 1024, false);

  /** The defaults. */
  public static ScrubConfig defaults() {
    return DEFAULTS;
  }

  /** These settings with another {@code enabled}. */
  public ScrubConfig withEnabled(boolean value) {
    return new ScrubConfig(value, interval, bytesPerSecond, tier2);
  }

  /** These settings with another {@code interval}. */
  public ScrubConfig withInterval(Duration value) {
    return new ScrubConfig(enabled, value, bytesPerSecond, tier2);
  }

  /** These settings with another {@code bytesPerSecond}. */
  public ScrubConfig withBytesPerSecond(long value) {
    return new ScrubConfig(enabled, interval, value, tier2);
  }

  /** These settings with another {@code tier2}. */
  public ScrubConfig withTier2(boolean value) {
    return new ScrubConfig(enabled, interval, bytesPerSecond, value);
  }
}
