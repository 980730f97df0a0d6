package io.bop.aof.segment;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIII_Result;

/**
 * Room for one more record and two that claim it: one gets it, the other trips, and the tail
 * stands.
 */
@JCStressTest
@Outcome(id = "1, -1, 2, 1", expect = ACCEPTABLE, desc = "the first got it, the second tripped")
@Outcome(id = "-1, 1, 2, 1", expect = ACCEPTABLE, desc = "the second got it, the first tripped")
@Outcome(expect = FORBIDDEN, desc = "no room was given, or room was refused, or not tripped")
@State
public class LastRoomProof {

  private final HotSegment segment = Segments.withRoomFor(2);

  /** A record is there, and with it the first page of the table. */
  public LastRoomProof() {
    segment.claim(1, Segments.RECORD, -1);
  }

  /** Claims. */
  @Actor
  public void one(IIII_Result r) {
    r.r1 = claim();
  }

  /** Claims too. */
  @Actor
  public void other(IIII_Result r) {
    r.r2 = claim();
  }

  /** Looks at the tail. */
  @Arbiter
  public void tail(IIII_Result r) {
    r.r3 = HotSegment.indexOf(segment.tail());
    r.r4 = segment.isTripped() ? 1 : 0;
    Segments.done(segment);
  }

  private int claim() {
    long claim = segment.claim(1, Segments.RECORD, -1);
    return claim < 0 ? (int) claim : HotSegment.indexOf(claim);
  }
}
