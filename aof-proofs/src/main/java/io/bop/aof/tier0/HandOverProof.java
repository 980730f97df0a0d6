package io.bop.aof.tier0;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.bop.aof.proofs.Meeting;
import io.bop.aof.proofs.ProofHost;
import io.bop.aof.proofs.Waiting;
import io.bop.aof.segment.HotSegment;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * A thread waits until the record before its own is committed, as an append does: it registers and
 * looks again while the committer stores its entry and looks for waiters. One of the two sees the
 * other. A park that nobody ends counts as lost here, however short it would be in the engine.
 */
@JCStressTest
@Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "saw the record by itself")
@Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "parked and was woken")
@Outcome(id = "2, 1", expect = FORBIDDEN, desc = "parked, and nobody wakes it")
@Outcome(expect = FORBIDDEN, desc = "the record is not committed")
@State
public class HandOverProof {

  private static final int LAST_SPIN = 64;

  private final ProofHost host = new ProofHost();
  private final WaitSet waits = new WaitSet(host);
  private final Waiting waiter = new Waiting(host.threads());
  private final Meeting spins = new Meeting();
  private final HotSegment segment = Streams.segment();

  /** One record is claimed. */
  public HandOverProof() {
    segment.claim(1, Streams.RECORD, -1);
  }

  /** Commits and wakes, as an append does. */
  @Actor
  public void committer() {
    spins.await(LAST_SPIN);
    segment.commit(0, Streams.START + Streams.RECORD);
    waits.wakeAll();
  }

  /** Waits. */
  @Actor
  public void waiter() {
    waiter.run(this::await);
  }

  /* The spins before the registration only look at the meeting: they shall not find the record. */
  private void await() {
    waits.await(
        () -> spins.step() > LAST_SPIN && segment.committedOffset() > 0, Long.MAX_VALUE, false);
  }

  /** What became of it. */
  @Arbiter
  public void fate(II_Result r) {
    r.r1 = waiter.fate(this::await);
    r.r2 = HotSegment.indexOf(segment.committed());
    segment.retire(() -> {});
  }
}
