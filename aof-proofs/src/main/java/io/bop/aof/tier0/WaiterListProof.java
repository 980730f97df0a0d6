package io.bop.aof.tier0;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.bop.aof.proofs.Meeting;
import io.bop.aof.proofs.ProofHost;
import io.bop.aof.proofs.Waiting;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * The list of waiters while it is pruned: one waits already, one that waited above it has given up,
 * a third one registers, which drops the one that gave up, and somebody wakes all.
 */
@JCStressTest
@Outcome(id = "1, (0|1), 0", expect = ACCEPTABLE, desc = "nobody is forgotten")
@Outcome(expect = FORBIDDEN, desc = "a waiter is forgotten")
@State
public class WaiterListProof {

  private static final int LAST_SPIN = 64;

  private final ProofHost host = new ProofHost();
  private final WaitSet waits = new WaitSet(host);
  private final Waiting sleeper = new Waiting(host.threads());
  private final Waiting late = new Waiting(host.threads());
  private final Meeting spins = new Meeting();
  private volatile boolean done;

  /** One waits, and one has given up. */
  public WaiterListProof() {
    sleeper.run(this::await);
    waits.await(() -> false, Long.MIN_VALUE, false);
  }

  private void await() {
    waits.await(() -> done, Long.MAX_VALUE, false);
  }

  /** Makes the condition true. */
  @Actor
  public void waker() {
    spins.await(LAST_SPIN);
    done = true;
    waits.wakeAll();
  }

  /** Begins to wait meanwhile. */
  @Actor
  public void late() {
    late.run(() -> waits.await(() -> spins.step() > LAST_SPIN && done, Long.MAX_VALUE, false));
  }

  /** What became of them. */
  @Arbiter
  public void fates(III_Result r) {
    r.r1 = sleeper.fate(this::await);
    r.r2 = late.fate(this::await);
    r.r3 = waits.size();
  }
}
