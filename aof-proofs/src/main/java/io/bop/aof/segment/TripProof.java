package io.bop.aof.segment;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/** A claim against a trip: the tripped word is the segment's end, nothing is claimed behind it. */
@JCStressTest
@Outcome(id = "1, 2, 2", expect = ACCEPTABLE, desc = "claimed, then tripped behind it")
@Outcome(id = "-1, 1, 1", expect = ACCEPTABLE, desc = "tripped, then refused")
@Outcome(expect = FORBIDDEN, desc = "something was claimed behind the end")
@State
public class TripProof {

  private final HotSegment segment = Segments.segment();

  /** A record is there, and with it the first page of the table. */
  public TripProof() {
    segment.claim(1, Segments.RECORD, -1);
  }

  /** Claims. */
  @Actor
  public void claim(III_Result r) {
    long claim = segment.claim(1, Segments.RECORD, -1);
    r.r1 = claim < 0 ? (int) claim : HotSegment.indexOf(claim);
  }

  /** Trips, and takes the end at its word. */
  @Actor
  public void trip(III_Result r) {
    segment.trip();
    r.r2 = HotSegment.indexOf(segment.tail());
  }

  /** Looks at the tail. */
  @Arbiter
  public void tail(III_Result r) {
    r.r3 = HotSegment.indexOf(segment.tail());
    Segments.done(segment);
  }
}
