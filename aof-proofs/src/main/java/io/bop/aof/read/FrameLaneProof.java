package io.bop.aof.read;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.bop.aof.proofs.ProofHost;
import io.bop.aof.proofs.Waiting;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * A reader waits for the frame that a worker brings: it is woken, and sees all that the worker did.
 */
@JCStressTest
@Outcome(id = "(0|1), 1", expect = ACCEPTABLE, desc = "has the frame, whole")
@Outcome(expect = FORBIDDEN, desc = "not woken, or the frame is not whole")
@State
public class FrameLaneProof {

  private final ProofHost host = new ProofHost();
  private final WarmBytes.Source source = new WarmBytes.Source();
  private final FrameLane lane = new FrameLane(host, WarmBytes.TAIL, () -> source);
  private final Waiting reader = new Waiting(host.threads());
  private final Run run = new Run();
  private boolean whole;

  /** The worker has its task. */
  public FrameLaneProof() {
    run.buffer(WarmBytes.FRAME);
    lane.take(run);
    lane.start(host.threads().pool("read", 1), 0);
  }

  /** Brings the frame. */
  @Actor
  public void worker() {
    host.threads().runOne();
  }

  /** Waits for it and takes it, about when it comes. */
  @Actor
  public void reader() {
    source.reads.awaitAbout(1, 64);
    reader.run(this::take);
  }

  private void take() {
    try {
      if (lane.await(Long.MAX_VALUE)) {
        byte[] frame = lane.takeArray();
        whole = frame.length == WarmBytes.FRAME;
        for (byte each : frame) {
          whole &= each == WarmBytes.FILL;
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What became of them. */
  @Arbiter
  public void end(II_Result r) {
    r.r1 = reader.fate(this::take);
    r.r2 = whole ? 1 : 0;
    lane.close();
  }
}
