package io.bop.aof.segment;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * A lease is taken while the thing ends: either it is refused, or the end waits for it. The end
 * comes exactly once.
 */
@JCStressTest
@Outcome(id = "-1, 1", expect = ACCEPTABLE, desc = "refused")
@Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "granted, and not ended before it was given back")
@Outcome(expect = FORBIDDEN, desc = "ended under a lease, or not once")
@State
public class LeaseEndProof {

  private final LeaseCount leases = new LeaseCount();

  /* Plain, as the mapping is: the lease alone orders it. */
  private int ends;

  /** Takes a lease, looks, and gives it back. */
  @Actor
  public void user(II_Result r) {
    if (!leases.tryAcquire()) {
      r.r1 = -1;
      return;
    }
    r.r1 = ends;
    leases.release();
  }

  /** Ends it. */
  @Actor
  public void owner() {
    leases.retire(() -> ends++);
  }

  /** Counts the ends. */
  @Arbiter
  public void count(II_Result r) {
    r.r2 = ends;
  }
}
