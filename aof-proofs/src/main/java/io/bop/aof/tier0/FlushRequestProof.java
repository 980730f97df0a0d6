package io.bop.aof.tier0;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.bop.aof.proofs.HeapFile;
import io.bop.aof.proofs.Waiting;
import io.bop.aof.segment.HotSegment;
import io.bop.aof.segment.RecordBytes;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * A flush is wanted for a record while a waiter leads a round that may have looked before the
 * record came; the worker that finds somebody leading gives up. What was wanted is durable in the
 * end.
 */
@JCStressTest
@Outcome(id = "0, 3, 0", expect = ACCEPTABLE, desc = "all is durable")
@Outcome(id = "1, 3, 0", expect = ACCEPTABLE, desc = "the waiter followed the worker")
@Outcome(expect = FORBIDDEN, desc = "a flush that was wanted did not happen")
@State
public class FlushRequestProof {

  private final Streams streams = new Streams(4).ready(1);
  private final GroupCommit commits = streams.stream.commits();
  private final Waiting leader = new Waiting(streams.host.threads());
  private final RecordBytes record = Streams.record();

  /** Two records are committed. */
  public FlushRequestProof() {
    streams.append(Streams.record());
    streams.append(record);
    streams.host.threads().runAll();
  }

  /** Waits for the first two. */
  @Actor
  public void leader() {
    leader.run(this::await);
  }

  private void await() {
    commits.await(2, Long.MAX_VALUE);
  }

  /** Appends and has it flushed. */
  @Actor
  public void worker() {
    streams.append(record);
    commits.request();
    streams.host.threads().runOne();
  }

  /** Lets the workers finish, then the waiter. */
  @Arbiter
  public void end(III_Result r) {
    streams.host.threads().runAll();
    r.r2 = (int) commits.durableOffset();
    r.r1 = leader.fate(this::await);
    HotSegment segment = streams.stream.active();
    r.r3 = ((HeapFile) segment.mapping()).forcedWrongly() ? 1 : 0;
    segment.retire(() -> {});
  }
}
