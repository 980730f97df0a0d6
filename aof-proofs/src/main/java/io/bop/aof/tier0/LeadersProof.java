package io.bop.aof.tier0;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.bop.aof.proofs.HeapFile;
import io.bop.aof.proofs.Meeting;
import io.bop.aof.proofs.Waiting;
import io.bop.aof.segment.HotSegment;
import io.bop.aof.segment.RecordBytes;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIII_Result;

/**
 * Two others came to wait while the first leader forced. While it hands over, a new thread leads a
 * whole round, which serves all: whom the first leader chose as the next one then has nothing left
 * to do, and the other one must not be forgotten over that.
 */
@JCStressTest
@Outcome(id = "0, 1, 1, 0", expect = ACCEPTABLE, desc = "the new thread led")
@Outcome(id = "1, 1, 1, 0", expect = ACCEPTABLE, desc = "the new thread followed")
@Outcome(expect = FORBIDDEN, desc = "a waiter is forgotten, or two forces ran at once")
@State
public class LeadersProof {

  private final Streams streams = new Streams(4).ready(1);
  private final GroupCommit commits = streams.stream.commits();
  private final Waiting near = new Waiting(streams.host.threads());
  private final Waiting far = new Waiting(streams.host.threads());
  private final Waiting late = new Waiting(streams.host.threads());
  private final Meeting forced = new Meeting();
  private final RecordBytes record = Streams.record();

  /** One record is committed; the others come while it is forced. */
  public LeadersProof() {
    streams.append(record);
    file().duringForce(this::others);
  }

  private HeapFile file() {
    return (HeapFile) streams.stream.active().mapping();
  }

  private void others() {
    streams.append(record);
    streams.append(record);
    streams.append(record);
    far.run(this::awaitFar);
    near.run(this::awaitNear);
    forced.step();
  }

  private void awaitFar() {
    commits.await(4, Long.MAX_VALUE);
  }

  private void awaitNear() {
    commits.await(2, Long.MAX_VALUE);
  }

  private void awaitLate() {
    commits.await(3, Long.MAX_VALUE);
  }

  /** Leads the first round. */
  @Actor
  public void leader() {
    commits.await(1, Long.MAX_VALUE);
  }

  /** Comes when that force ends. */
  @Actor
  public void late() {
    if (forced.await(1)) {
      late.run(this::awaitLate);
    }
  }

  /** Lets whoever was woken go on, until nobody can. */
  @Arbiter
  public void end(IIII_Result r) {
    boolean lateSlept = !late.isDone();
    while (near.canResume() || late.canResume() || far.canResume()) {
      near.resumeIfWoken(this::awaitNear);
      late.resumeIfWoken(this::awaitLate);
      far.resumeIfWoken(this::awaitFar);
    }
    r.r1 = lateSlept ? 1 : 0;
    r.r2 = near.isDone() && far.isDone() && late.isDone() ? 1 : 0;
    r.r3 = commits.durableOffset() == 4 ? 1 : 0;
    r.r4 = file().forcedWrongly() ? 1 : 0;
    HotSegment segment = streams.stream.active();
    segment.retire(() -> {});
  }
}
