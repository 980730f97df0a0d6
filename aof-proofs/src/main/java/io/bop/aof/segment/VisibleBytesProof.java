package io.bop.aof.segment;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** A record below the committed prefix has all its bytes visible to whoever saw the prefix. */
@JCStressTest
@Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "nothing was committed yet")
@Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "one record, whole")
@Outcome(id = "2, 2", expect = ACCEPTABLE, desc = "two records, whole")
@Outcome(expect = FORBIDDEN, desc = "a committed record was not whole")
@State
public class VisibleBytesProof {

  private final HotSegment segment = Segments.segment();
  private final RecordBytes one = Segments.record(0x11);
  private final RecordBytes two = Segments.record(0x22);

  /** The writer has claimed. */
  public VisibleBytesProof() {
    segment.claim(2, 2 * Segments.RECORD, -1);
  }

  /** Writes and commits. */
  @Actor
  public void writer() {
    Segments.writeAndCommit(segment, one, 0);
    Segments.writeAndCommit(segment, two, 1);
  }

  /** Gives the pages back. */
  @Arbiter
  public void done(II_Result r) {
    Segments.done(segment);
  }

  /** Reads what is committed. */
  @Actor
  public void reader(II_Result r) {
    int count = HotSegment.indexOf(segment.committed());
    r.r1 = count;
    if (count > 0 && Segments.isWhole(segment, 0, 0x11)) {
      r.r2++;
    }
    if (count > 1 && Segments.isWhole(segment, 1, 0x22)) {
      r.r2++;
    }
  }
}
