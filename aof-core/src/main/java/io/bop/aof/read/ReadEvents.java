package io.bop.aof.read;

import io.bop.aof.Tier;
import java.time.Duration;

/** What readers tell the one who moves segments. Must return at once, and only enqueue. */
public interface ReadEvents {

  /**
   * A frame of the segment was fetched from Tier 2 for a reader.
   *
   * @param inPassing whether the reader is on its way through the segment
   * @param frameCount frames of the segment
   */
  void coldRead(long streamId, long segmentId, boolean inPassing, int frameCount);

  /**
   * A reader took bytes that were fetched from Tier 2 for it. Told on the reader's thread.
   *
   * @param took from the request to their arrival
   * @param since time since they arrived
   */
  void fetched(String stream, long segmentId, long bytes, Duration took, Duration since);

  /** A copy is damaged or unreadable. */
  void damaged(long streamId, long segmentId, Tier tier, String reason);
}
