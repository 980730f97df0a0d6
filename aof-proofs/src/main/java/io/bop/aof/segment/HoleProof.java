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
 * A claim that does not commit is a hole that nobody passes, whoever commits behind it; when it is
 * filled, the prefix covers all at once.
 */
@JCStressTest
@Outcome(id = "0, 0, 0, 3", expect = ACCEPTABLE, desc = "nobody passes the hole")
@Outcome(expect = FORBIDDEN, desc = "the prefix passed a hole, or stopped behind it")
@State
public class HoleProof {

  private final HotSegment segment = Segments.segment();

  /** Three have claimed, the first one sleeps. */
  public HoleProof() {
    segment.claim(3, 3 * Segments.RECORD, -1);
  }

  /** Commits the second. */
  @Actor
  public void second(IIII_Result r) {
    segment.commit(1, Segments.endOf(1));
    r.r1 = HotSegment.indexOf(segment.committed());
  }

  /** Commits the third. */
  @Actor
  public void third(IIII_Result r) {
    segment.commit(2, Segments.endOf(2));
    r.r2 = HotSegment.indexOf(segment.committed());
  }

  /** The sleeper commits. */
  @Arbiter
  public void first(IIII_Result r) {
    r.r3 = HotSegment.indexOf(segment.committed());
    segment.commit(0, Segments.endOf(0));
    r.r4 = HotSegment.indexOf(segment.committed());
    Segments.done(segment);
  }
}
