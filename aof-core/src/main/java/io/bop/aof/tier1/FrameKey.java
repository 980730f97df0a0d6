package io.bop.aof.tier1;

/**
 * Names a cached frame.
 *
 * @param streamId the stream
 * @param segmentId the segment
 * @param frame index of the frame of records
 */
public record FrameKey(long streamId, long segmentId, int frame) {

  /** In place of a frame: the tail of the file. */
  static final int TAIL = -1;

  static FrameKey tail(long streamId, long segmentId) {
    return new FrameKey(streamId, segmentId, TAIL);
  }

  boolean isOf(long stream, long segment) {
    return streamId == stream && segmentId == segment;
  }
}
