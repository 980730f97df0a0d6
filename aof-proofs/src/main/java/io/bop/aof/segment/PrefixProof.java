package io.bop.aof.segment;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * Two neighbours commit at the same time: the prefix covers both, although each may have seen the
 * other's entry empty at first.
 */
@JCStressTest
@Outcome(id = "2", expect = ACCEPTABLE, desc = "the prefix covers both")
@Outcome(expect = FORBIDDEN, desc = "a committed record is left behind the prefix")
@State
public class PrefixProof {

  private final HotSegment segment = Segments.segment();

  /** Both have claimed. */
  public PrefixProof() {
    segment.claim(2, 2 * Segments.RECORD, -1);
  }

  /** Commits the first. */
  @Actor
  public void first() {
    segment.commit(0, Segments.endOf(0));
  }

  /** Commits the second. */
  @Actor
  public void second() {
    segment.commit(1, Segments.endOf(1));
  }

  /** Looks at the prefix. */
  @Arbiter
  public void prefix(I_Result r) {
    r.r1 = HotSegment.indexOf(segment.committed());
    Segments.done(segment);
  }
}
