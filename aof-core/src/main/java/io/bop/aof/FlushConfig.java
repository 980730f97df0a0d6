package io.bop.aof;

import java.time.Duration;

/**
 * When records are forced to disk, and how many may wait for it. Immutable; checked as a whole by
 * {@link AofConfig.Builder#build()}.
 *
 * @param interval longest time that a {@link Durability#MEMORY} record waits for the disk
 * @param watermark unflushed bytes of a stream that start a flush at once
 * @param maxUnflushed unflushed bytes of a stream at which its appends wait ({@link
 *     BackpressureKind#FLUSH})
 * @param threads flush workers, 1 to 16
 */
public record FlushConfig(Duration interval, long watermark, long maxUnflushed, int threads) {

  private static final FlushConfig DEFAULTS =
      new FlushConfig(
          Duration.ofMillis(5),
          8L * 1024 * 1024,
          64L * 1024 * 1024,
          Math.min(Runtime.getRuntime().availableProcessors(), 4));

  /** The defaults. */
  public static FlushConfig defaults() {
    return DEFAULTS;
  }

  /** These settings with another {@code interval}. */
  public FlushConfig withInterval(Duration value) {
    return new FlushConfig(value, watermark, maxUnflushed, threads);
  }

  /** These settings with another {@code watermark}. */
  public FlushConfig withWatermark(long value) {
    return new FlushConfig(interval, value, maxUnflushed, threads);
  }

  /** These settings with another {@code maxUnflushed}. */
  public FlushConfig withMaxUnflushed(long value) {
    return new FlushConfig(interval, watermark, value, threads);
  }

  /** These settings with another {@code threads}. */
  public FlushConfig withThreads(int value) {
    return new FlushConfig(interval, watermark, maxUnflushed, value);
  }
}
