package io.bop.aof.read;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.bop.aof.proofs.ProofHost;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * A reader gives up while the worker is at it: the file is closed once, by whoever comes last, and
 * never under the worker.
 */
@JCStressTest
@Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "closed once, and not read later")
@Outcome(expect = FORBIDDEN, desc = "closed twice or never, or read after that")
@State
public class FrameLaneCloseProof {

  private final ProofHost host = new ProofHost();
  private final WarmBytes.Source source = new WarmBytes.Source();
  private final FrameLane lane = new FrameLane(host, WarmBytes.TAIL, () -> source);

  /** The file is open, and the worker has another task. */
  public FrameLaneCloseProof() {
    Run run = new Run();
    run.buffer(WarmBytes.FRAME);
    lane.take(run);
    lane.start(host.threads().pool("read", 1), 0);
    host.threads().runAll();
    lane.start(host.threads().pool("read", 1), 0);
  }

  /** Works. */
  @Actor
  public void worker() {
    host.threads().runOne();
  }

  /** Gives up. */
  @Actor
  public void reader() {
    source.reads.awaitAbout(2, 64);
    lane.close();
  }

  /** Counts. */
  @Arbiter
  public void end(II_Result r) {
    r.r1 = source.closes;
    r.r2 = source.lateReads;
  }
}
