package io.bop.aof.coordinator;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.bop.aof.proofs.ProofHost;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * Steps are added while the coordinator's thread drains its inbox: each runs once, in the order of
 * its adder, and none is left lying when the thread has gone.
 */
@JCStressTest
@Outcome(id = "111, 0, 1", expect = ACCEPTABLE, desc = "all steps ran, in order")
@Outcome(expect = FORBIDDEN, desc = "a step was forgotten, ran twice or out of order")
@State
public class InboxProof {

  private final ProofHost host = new ProofHost();
  private final AtomicInteger failures = new AtomicInteger();
  private final Inbox inbox =
      new Inbox(
          host,
          new Inbox.Owner() {
            @Override
            public void stepFailed(Throwable failure) {
              failures.incrementAndGet();
            }

            @Override
            public void batchEnded() {}
          });

  /* Plain, as the coordinator's state is: its one thread alone orders it. */
  private int ran;

  /** One step is there. */
  public InboxProof() {
    inbox.add(() -> ran += 1);
  }

  /** Adds two. */
  @Actor
  public void adder() {
    inbox.add(() -> step(1, 10));
    inbox.add(() -> step(11, 100));
  }

  private void step(int before, int more) {
    if (ran != before) {
      throw new IllegalStateException("out of order");
    }
    ran += more;
  }

  /** The coordinator's thread. */
  @Actor
  public void coordinator() {
    host.threads().runOne();
  }

  /** What the thread does later. */
  @Arbiter
  public void end(III_Result r) {
    host.threads().runAll();
    r.r1 = ran;
    r.r2 = failures.get();
    r.r3 = inbox.isStopped() ? 0 : 1;
  }
}
