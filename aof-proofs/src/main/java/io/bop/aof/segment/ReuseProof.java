package io.bop.aof.segment;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.bop.aof.proofs.HeapFile;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIII_Result;

/**
 * A sealed segment is read while it is retired and its table pages go to the next segment: who has
 * a lease reads the record whole, and the prefix stays what it was, also for those who look without
 * a lease.
 */
@JCStressTest
@Outcome(id = "(-1|1), 2, 2, 1", expect = ACCEPTABLE, desc = "refused, or read whole")
@Outcome(expect = FORBIDDEN, desc = "read what had ended, or another segment's prefix")
@State
public class ReuseProof {

  private final CommitTablePool pool = new CommitTablePool(1 << 20);
  private final HeapFile file = new HeapFile(SegmentBytes.DATA_START + 4 * Segments.RECORD);
  private final HotSegment segment = Segments.segment(file, Segments.endOf(1), pool);

  /** The segment is complete. */
  public ReuseProof() {
    segment.claim(2, 2 * Segments.RECORD, -1);
    Segments.writeAndCommit(segment, Segments.record(0x11), 0);
    Segments.writeAndCommit(segment, Segments.record(0x22), 1);
    segment.trip();
    segment.markSealed();
  }

  /** Reads under a lease, and looks at the prefix without one. */
  @Actor
  public void reader(IIII_Result r) {
    if (segment.tryLease()) {
      r.r1 = Segments.isWhole(segment, 1, 0x22) ? 1 : 0;
      segment.release();
    } else {
      r.r1 = -1;
    }
    r.r2 = HotSegment.indexOf(segment.committed());
  }

  /** Retires it; its page serves another segment at once. */
  @Actor
  public void owner() {
    segment.retire(
        () -> {
          CommitTable table = new CommitTable(pool, CommitTablePool.PAGE_ENTRIES);
          table.prepare(0);
          for (int i = 0; i < 4; i++) {
            table.commit(i, Segments.endOf(3) + 8 * i);
          }
        });
  }

  /** Looks again. */
  @Arbiter
  public void end(IIII_Result r) {
    r.r3 = HotSegment.indexOf(segment.committed());
    r.r4 = file.closes();
  }
}
