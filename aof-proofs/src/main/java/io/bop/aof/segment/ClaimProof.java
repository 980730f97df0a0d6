package io.bop.aof.segment;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIII_Result;

/** A record and a batch of two claim at the same time: no place is given twice, none is lost. */
@JCStressTest
@Outcome(id = "1, 2, 4, 4", expect = ACCEPTABLE, desc = "the record comes first")
@Outcome(id = "3, 1, 4, 4", expect = ACCEPTABLE, desc = "the batch comes first")
@Outcome(expect = FORBIDDEN, desc = "a place was given twice, or lost")
@State
public class ClaimProof {

  private final HotSegment segment = Segments.segment();

  /** A record is there, and with it the first page of the table. */
  public ClaimProof() {
    segment.claim(1, Segments.RECORD, -1);
  }

  /** Claims one. */
  @Actor
  public void one(IIII_Result r) {
    r.r1 = place(segment.claim(1, Segments.RECORD, -1));
  }

  /** Claims two. */
  @Actor
  public void two(IIII_Result r) {
    r.r2 = place(segment.claim(2, 2 * Segments.RECORD, -1));
  }

  /** Looks at the tail. */
  @Arbiter
  public void tail(IIII_Result r) {
    r.r3 = HotSegment.indexOf(segment.tail());
    r.r4 = (HotSegment.positionOf(segment.tail()) - SegmentBytes.DATA_START) / Segments.RECORD;
    Segments.done(segment);
  }

  /* The index, which must be the position's too. */
  private static int place(long claim) {
    int index = HotSegment.indexOf(claim);
    return HotSegment.positionOf(claim) == Segments.endOf(index - 1) ? index : -9;
  }
}
