package io.bop.aof.tier0;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.bop.aof.segment.HotSegment;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * A thread helps to install a segment and is held up; meanwhile others install it, it is filled,
 * sealed, evicted and forgotten: the late helper must not make it findable again.
 */
@JCStressTest
@Outcome(id = "0", expect = ACCEPTABLE, desc = "it stays forgotten")
@Outcome(expect = FORBIDDEN, desc = "readers find a segment that has ended")
@State
public class ForgetProof {

  private final Streams streams = new Streams(8).ready(2);
  private final HotSegment origin = streams.chain.active();

  /** Helps to install the first segment. */
  @Actor
  public void helper() {
    streams.chain.tryRoll(origin, SizeClass.SMALL);
  }

  /** Installs it too, and forgets it. */
  @Actor
  public void owner() {
    streams.chain.tryRoll(origin, SizeClass.SMALL);
    HotSegment active = streams.chain.active();
    if (active != origin) {
      streams.chain.forget(active);
    }
  }

  /** Looks for it. */
  @Arbiter
  public void end(I_Result r) {
    r.r1 = streams.chain.segments().size();
  }
}
