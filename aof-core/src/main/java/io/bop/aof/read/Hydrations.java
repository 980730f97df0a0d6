package io.bop.aof.read;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * When it pays to bring a whole segment back. Thread-safe; guarded by this.
 *
 * <p>A segment is brought back when about as much of it was fetched as that costs. A reader that
 * passes through once does not come to that: it needs each byte once, and to fetch them twice for
 * somebody who may never come is dear. One that comes again does; and so do reads of single records
 * here and there, which count for more, because each of them waits for Tier 2.
 */
public final class Hydrations {

  private static final int POINT_WEIGHT = 4;

  /** Segments that are remembered; what was read longest ago is forgotten. */
  private static final int MOST_SEGMENTS = 4096;

  private final Map<Segment, Integer> fetched = new Recent();

  /** Knows of no read yet. */
  public Hydrations() {}

  /** One segment of one stream. */
  public record Segment(long streamId, long segmentId) {}

  /** Where what was looked at longest ago goes first. */
  private static final class Recent extends LinkedHashMap<Segment, Integer> {
    private static final long serialVersionUID = 1L;

    Recent() {
      super(16, 0.75f, true);
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<Segment, Integer> eldest) {
      return size() > MOST_SEGMENTS;
    }
  }

  /**
   * A frame was fetched. True when it pays now; and again after another quarter of the segment, if
   * it could not be done.
   */
  public synchronized boolean pays(Segment segment, boolean inPassing, int frameCount) {
    int sum = fetched.merge(segment, inPassing ? 1 : POINT_WEIGHT, Integer::sum);
    // A pass begins with a single record.
    int enough = frameCount + POINT_WEIGHT;
    if (sum < enough) {
      return false;
    }
    fetched.put(segment, enough - Math.max(1, frameCount / POINT_WEIGHT));
    return true;
  }
}
