package io.bop.aof.segment;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/** Two writers that expect the same offset: exactly one gets it. */
@JCStressTest
@Outcome(id = "1, -2, 2", expect = ACCEPTABLE, desc = "the first got it")
@Outcome(id = "-2, 1, 2", expect = ACCEPTABLE, desc = "the second got it")
@Outcome(expect = FORBIDDEN, desc = "both or none got it")
@State
public class ExpectedOffsetProof {

  private final HotSegment segment = Segments.segment();

  /** A record is there, and with it the first page of the table. */
  public ExpectedOffsetProof() {
    segment.claim(1, Segments.RECORD, -1);
  }

  /** Expects the next offset. */
  @Actor
  public void one(III_Result r) {
    r.r1 = claim();
  }

  /** Expects it too. */
  @Actor
  public void other(III_Result r) {
    r.r2 = claim();
  }

  /** Looks at the tail. */
  @Arbiter
  public void tail(III_Result r) {
    r.r3 = HotSegment.indexOf(segment.tail());
    Segments.done(segment);
  }

  private int claim() {
    long claim = segment.claim(1, Segments.RECORD, Segments.BASE + 1);
    return claim < 0 ? (int) claim : HotSegment.indexOf(claim);
  }
}
