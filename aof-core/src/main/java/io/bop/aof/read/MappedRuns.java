package io.bop.aof.read;

import io.bop.aof.Tier;
import io.bop.aof.segment.HotSegment;

/** Runs of a mapped segment, active or sealed, copied out under a lease. */
final class MappedRuns implements RunSource {

  private static final int SECOND_SIZE = 16 * 1024;

  private final HotSegment segment;
  private int size;

  MappedRuns(HotSegment segment) {
    this.segment = segment;
  }

  @Override
  public long segmentId() {
    return segment.segmentId();
  }

  @Override
  public Tier tier() {
    return Tier.TIER0;
  }

  /* The first run is one record and later ones grow, so that a point read copies only that. */
  @Override
  public boolean fill(long offset, long limit, Run run) {
    if (!segment.tryLease()) {
      return false;
    }
    try {
      int first = (int) (offset - segment.baseOffset());
      int committed = HotSegment.indexOf(segment.committed());
      int last = (int) Math.min(committed, limit - segment.baseOffset());
      if (first >= last) {
        return false;
      }
      int from = segment.startOf(first);
      int behind = first + 1;
      if (size > 0) {
        behind = Math.max(behind, segment.lastFitting(first, last, from + size));
      }
      int length = segment.startOf(behind) - from;
      segment.copy(from, run.buffer(length), 0, length);
      run.set(length, offset, segment.header().salt(), segmentId(), from, Tier.TIER0);
      size = Math.min(Math.max(size * 2, SECOND_SIZE), Run.SIZE);
      return true;
    } finally {
      segment.release();
    }
  }

  @Override
  public void close() {}
}
