package io.bop.aof.read;

import io.bop.aof.Tier;

/** What readers tell the one who moves segments. Must return at once, and only enqueue. */
public interface ReadEvents {

  /**
   * A frame of the segment was fetched from Tier 2 for a reader.
   *
   * @param inPassing whether the reader is on its way through the segment
   * @param frameCount frames of the segment
   */
  void coldRead(long streamId, long segmentId, boolean inPassing, int frameCount);

  /** A copy is damaged or unreadable. */
  void damaged(long streamId, long segmentId, Tier tier, String reason);
}
