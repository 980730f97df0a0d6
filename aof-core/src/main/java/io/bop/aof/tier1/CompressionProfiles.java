package io.bop.aof.tier1;

import io.bop.aof.CompressionProfile;
import io.bop.aof.zstd.FrameSetting;

/** What the compression profiles mean; measured, see ADR 0002. */
public final class CompressionProfiles {

  private static final int THROUGHPUT_LEVEL = -1;
  private static final int BALANCED_LEVEL = 1;
  private static final int ARCHIVE_LEVEL = 9;

  /** Larger frames raise the ratio of the high levels and cost point reads as much. */
  private static final int ARCHIVE_FRAME_FACTOR = 4;

  private static final int MAX_FRAME_SIZE = 8 * 1024 * 1024;

  /** {@code CPU_SAVING} uses one of so many workers. */
  private static final int CPU_SAVING_DIVISOR = 4;

  private CompressionProfiles() {}

  /**
   * Level and frame size.
   *
   * @param frameSize as configured, in bytes; {@code ARCHIVE} uses four times as much, at most 8
   *     MiB
   */
  public static FrameSetting setting(CompressionProfile profile, int frameSize) {
    return switch (profile) {
      case THROUGHPUT, CPU_SAVING -> new FrameSetting(THROUGHPUT_LEVEL, frameSize);
      case BALANCED -> new FrameSetting(BALANCED_LEVEL, frameSize);
      case ARCHIVE -> new FrameSetting(ARCHIVE_LEVEL, archiveFrameSize(frameSize));
    };
  }

  /**
   * How many workers may compress at a time, at least 1.
   *
   * @param workers as configured
   */
  public static int workers(CompressionProfile profile, int workers) {
    return switch (profile) {
      case THROUGHPUT, BALANCED, ARCHIVE -> workers;
      case CPU_SAVING -> Math.max(1, workers / CPU_SAVING_DIVISOR);
    };
  }

  private static int archiveFrameSize(int frameSize) {
    return (int) Math.min(MAX_FRAME_SIZE, (long) frameSize * ARCHIVE_FRAME_FACTOR);
  }
}
