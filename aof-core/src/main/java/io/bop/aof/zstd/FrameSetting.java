package io.bop.aof.zstd;

/**
 * How the frames of one file are made.
 *
 * @param level zstd's compression level, -50 to 22; 0 is not a level
 * @param frameSize uncompressed bytes after which a frame is cut, 16 KiB to 8 MiB; a larger record
 *     has a frame of its own
 */
public record FrameSetting(int level, int frameSize) {

  private static final int MIN_LEVEL = -50;
  private static final int MAX_LEVEL = 22;
  private static final int MIN_FRAME_SIZE = 16 * 1024;
  private static final int MAX_FRAME_SIZE = 8 * 1024 * 1024;

  /** Checks the ranges. */
  public FrameSetting {
    if (level < MIN_LEVEL || level > MAX_LEVEL || level == 0) {
      throw new IllegalArgumentException("level is out of range: level=" + level);
    }
    if (frameSize < MIN_FRAME_SIZE || frameSize > MAX_FRAME_SIZE) {
      throw new IllegalArgumentException("frame size is out of range: frameSize=" + frameSize);
    }
  }
}
