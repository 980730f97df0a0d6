package io.bop.aof;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Settings of one stream that differ from the store's; null means the store's. Immutable.
 *
 * @param durability how safe a record is when its append is acknowledged
 * @param segmentMaxSize largest segment file in bytes: 1, 8 or 64 MiB
 * @param segmentMaxAge a segment older than this is sealed
 * @param maxUnflushed unflushed bytes at which appends wait
 * @param tier0Share largest share of the Tier 0 budget, over 0 to 1
 * @param retention when old segments are retired
 */
public record StreamConfig(
    @Nullable Durability durability,
    @Nullable Long segmentMaxSize,
    @Nullable Duration segmentMaxAge,
    @Nullable Long maxUnflushed,
    @Nullable Double tier0Share,
    @Nullable RetentionConfig retention) {

  private static final StreamConfig INHERITED =
      new StreamConfig(null, null, null, null, null, null);

  /** Everything as the store says. */
  public static StreamConfig inherited() {
    return INHERITED;
  }
}
