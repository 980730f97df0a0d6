package io.bop.aof;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sizes and age of segments. Immutable; checked as a whole by {@link AofConfig.Builder#build()}.
 *
 * @param minSize smallest segment file in bytes; a quiet stream uses this size: 1, 8 or 64 MiB
 * @param maxSize largest segment file in bytes: 1, 8 or 64 MiB
 * @param maxAge a segment older than this is sealed, so that quiet streams reach Tier 2 too; null:
 *     off
 */
public record SegmentConfig(long minSize, long maxSize, @Nullable Duration maxAge) {

  private static final SegmentConfig DEFAULTS =
      new SegmentConfig(1L * 1024 * 1024, 64L * 1024 * 1024, null);

  /** The defaults. */
  public static SegmentConfig defaults() {
    return DEFAULTS;
  }

  /** These settings with another {@code minSize}. */
  public SegmentConfig withMinSize(long value) {
    return new SegmentConfig(value, maxSize, maxAge);
  }

  /** These settings with another {@code maxSize}. */
  public SegmentConfig withMaxSize(long value) {
    return new SegmentConfig(minSize, value, maxAge);
  }

  /** These settings with another {@code maxAge}. */
  public SegmentConfig withMaxAge(@Nullable Duration value) {
    return new SegmentConfig(minSize, maxSize, value);
  }

  /** The file sizes that exist, in bytes, ascending. */
  public static final List<Long> SIZE_CLASSES =
      List.of(1L * 1024 * 1024, 8L * 1024 * 1024, 64L * 1024 * 1024);
}
