package io.bop.aof.segment;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * Two leases come back at the same time after the end was wanted: the last one ends the thing,
 * once, and sees what was done under the other.
 */
@JCStressTest
@Outcome(id = "0, 1, 3", expect = ACCEPTABLE, desc = "ended once, behind both")
@Outcome(expect = FORBIDDEN, desc = "ended early, twice or never")
@State
public class LastLeaseProof {

  private final LeaseCount leases = new LeaseCount();
  private int one;
  private int other;
  private int ends;
  private int seen;

  /** Two leases are out when the end is wanted. */
  public LastLeaseProof() {
    leases.tryAcquire();
    leases.tryAcquire();
    leases.retire(
        () -> {
          ends++;
          seen = one + other;
        });
  }

  /** Works under its lease and gives it back. */
  @Actor
  public void one() {
    one = 1;
    leases.release();
  }

  /** So does this one. */
  @Actor
  public void other() {
    other = 2;
    leases.release();
  }

  /** Counts the ends. */
  @Arbiter
  public void count(III_Result r) {
    r.r1 = leases.tryAcquire() ? 1 : 0;
    r.r2 = ends;
    r.r3 = seen;
  }
}
