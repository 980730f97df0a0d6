package io.bop.aof;

/**
 * The compressed tier on the local disk. Immutable; checked as a whole by {@link
 * AofConfig.Builder#build()}.
 *
 * @param maxBytes bytes of warm files
 * @param frameCache bytes of decompressed frames kept in memory
 * @param workers compression workers, 1 to 64
 * @param profile how much work goes into compression
 * @param frameSize uncompressed bytes of one frame, 16 KiB to 8 MiB
 */
public record Tier1Config(
    long maxBytes, long frameCache, int workers, CompressionProfile profile, int frameSize) {

  private static final Tier1Config DEFAULTS =
      new Tier1Config(
          4L * 1024 * 1024 * 1024,
          64L * 1024 * 1024,
          Math.max(1, Runtime.getRuntime().availableProcessors() / 2),
          CompressionProfile.BALANCED,
          256 * 1024);

  /** The defaults. */
  public static Tier1Config defaults() {
    return DEFAULTS;
  }

  /** These settings with another {@code maxBytes}. */
  public Tier1Config withMaxBytes(long value) {
    return new Tier1Config(value, frameCache, workers, profile, frameSize);
  }

  /** These settings with another {@code frameCache}. */
  public Tier1Config withFrameCache(long value) {
    return new Tier1Config(maxBytes, value, workers, profile, frameSize);
  }

  /** These settings with another {@code workers}. */
  public Tier1Config withWorkers(int value) {
    return new Tier1Config(maxBytes, frameCache, value, profile, frameSize);
  }

  /** These settings with another {@code profile}. */
  public Tier1Config withProfile(CompressionProfile value) {
    return new Tier1Config(maxBytes, frameCache, workers, value, frameSize);
  }

  /** These settings with another {@code frameSize}. */
  public Tier1Config withFrameSize(int value) {
    return new Tier1Config(maxBytes, frameCache, workers, profile, value);
  }
}
