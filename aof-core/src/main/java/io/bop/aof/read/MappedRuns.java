package io.bop.aof.read;

import io.bop.aof.Tier;
import io.bop.aof.segment.HotSegment;

/** Runs of a mapped segment, active or sealed, copied out under a lease. */
final class MappedRuns implements RunSource {

  private static final int FIRST_SIZE = 16 * 1024;

  private final HotSegment segment;
  private int size = FIRST_SIZE;

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

  /* Runs grow while a reader reads on, so that a point read copies little. */
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
      int behind = Math.max(first + 1, segment.lastFitting(first, last, from + size));
      int length = segment.startOf(behind) - from;
      segment.copy(from, run.buffer(length), 0, length);
      run.set(length, offset, segment.header().salt(), segmentId(), from, Tier.TIER0);
      size = Math.min(size * 2, Run.SIZE);
      return true;
    } finally {
      segment.release();
    }
  }

  @Override
  public void close() {}
}
