package io.bop.aof;

import java.time.Duration;

/**
 * The manifest log. Immutable; checked as a whole by {@link AofConfig.Builder#build()}.
 *
 * @param chunkSize bytes at which a chunk is sealed, 16 KiB to 16 MiB
 * @param rotateAfter longest time that a chunk with news for Tier 2 stays unsealed
 * @param snapshotEvery records after which a snapshot is taken
 */
public record ManifestConfig(int chunkSize, Duration rotateAfter, int snapshotEvery) {

  private static final ManifestConfig DEFAULTS =
      new ManifestConfig(256 * 1024, Duration.ofSeconds(10), 1000);

  /** The defaults. */
  public static ManifestConfig defaults() {
    return DEFAULTS;
  }

  /** These settings with another {@code chunkSize}. */
  public ManifestConfig withChunkSize(int value) {
    return new ManifestConfig(value, rotateAfter, snapshotEvery);
  }

  /** These settings with another {@code rotateAfter}. */
  public ManifestConfig withRotateAfter(Duration value) {
    return new ManifestConfig(chunkSize, value, snapshotEvery);
  }

  /** These settings with another {@code snapshotEvery}. */
  public ManifestConfig withSnapshotEvery(int value) {
    return new ManifestConfig(chunkSize, rotateAfter, value);
  }
}
