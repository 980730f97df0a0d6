package io.bop.aof;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * When old segments are retired. Both unset: never. Immutable; checked as a whole by {@link
 * AofConfig.Builder#build()}.
 *
 * @param maxAge segments sealed longer ago are retired; null: no limit by age
 * @param maxBytes the oldest segments of a stream beyond this many record bytes are retired; null:
 *     no limit
 */
public record RetentionConfig(@Nullable Duration maxAge, @Nullable Long maxBytes) {

  private static final RetentionConfig DEFAULTS = new RetentionConfig(null, null);

  /** The defaults. */
  public static RetentionConfig defaults() {
    return DEFAULTS;
  }

  /** These settings with another {@code maxAge}. */
  public RetentionConfig withMaxAge(@Nullable Duration value) {
    return new RetentionConfig(value, maxBytes);
  }

  /** These settings with another {@code maxBytes}. */
  public RetentionConfig withMaxBytes(@Nullable Long value) {
    return new RetentionConfig(maxAge, value);
  }
}
