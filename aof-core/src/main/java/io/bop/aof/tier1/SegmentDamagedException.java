package io.bop.aof.tier1;

import io.bop.aof.format.MalformedException;

/** The segment that was to be compressed is damaged; nothing was written. */
public class SegmentDamagedException extends MalformedException {

  private static final long serialVersionUID = 1L;

  private final long streamId;
  private final long segmentId;

  /** With the place in the segment's file, in bytes, and what was wrong. */
  public SegmentDamagedException(long streamId, long segmentId, long position, String reason) {
    super(
        position,
        "damaged segment: streamId="
            + streamId
            + " segmentId="
            + segmentId
            + " position="
            + position
            + " reason="
            + reason);
    this.streamId = streamId;
    this.segmentId = segmentId;
  }

  /** The stream's id. */
  public long streamId() {
    return streamId;
  }

  /** The segment's id. */
  public long segmentId() {
    return segmentId;
  }
}
