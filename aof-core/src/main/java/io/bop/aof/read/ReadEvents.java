package io.bop.aof.read;

import io.bop.aof.Tier;

/** What readers tell the one who moves segments. Must return at once, and only enqueue. */
public interface ReadEvents {

  /** A reader was served from Tier 2: so many frames of the segment so far, of so many. */
  void coldRead(long streamId, long segmentId, int framesRead, int frameCount);

  /** A copy is damaged or unreadable. */
  void damaged(long streamId, long segmentId, Tier tier, String reason);
}
