package io.bop.aof.tier1;

/**
 * Names a cached frame.
 *
 * @param streamId the stream
 * @param segmentId the segment
 * @param fileBytes size of the file or object: a copy that was made again may have other frames
 * @param frame index of the frame of records
 */
public record FrameKey(long streamId, long segmentId, long fileBytes, int frame) {

  /** In place of a frame: the tail of the file. */
  static final int TAIL = -1;

  /** Names the tail of a file. */
  public static FrameKey tail(long streamId, long segmentId, long fileBytes) {
    return new FrameKey(streamId, segmentId, fileBytes, TAIL);
  }

  /** A well mixed number, never 0. */
  long mark() {
    long x =
        (((streamId * 31 + segmentId) * 31 + fileBytes) * 31 + frame + 1) * 0x9E3779B97F4A7C15L;
    return (x ^ x >>> 29) | Long.MIN_VALUE;
  }

  boolean isOf(long stream, long segment) {
    return streamId == stream && segmentId == segment;
  }
}
