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
 * Two threads wait for the disk, one for what is there and one for what it appends meanwhile.
 * Whoever leads forces, the other one follows or leads the next round: never two forces at once,
 * none backwards, and no waiter is forgotten.
 */
@JCStressTest
@Outcome(id = "(0|1), (0|1), 2, 0", expect = ACCEPTABLE, desc = "both are durable and know it")
@Outcome(expect = FORBIDDEN, desc = "a waiter is forgotten, or two forces ran at once")
@State
public class GroupCommitProof {

  private final Streams streams = new Streams(4).ready(1);
  private final GroupCommit commits = streams.stream.commits();
  private final Waiting one = new Waiting(streams.host.threads());
  private final Waiting other = new Waiting(streams.host.threads());
  private final Meeting appended = new Meeting();
  private final int moment = 1 + (System.identityHashCode(this) & 1);
  private final RecordBytes record = Streams.record();

  /** Two records are committed. */
  public GroupCommitProof() {
    streams.append(record);
    streams.append(record);
  }

  /** Waits for the first one, sometimes before the other one appends, sometimes with it. */
  @Actor
  public void one() {
    appended.await(moment);
    one.runOn(this::awaitOne);
  }

  /** Appends and waits for that. */
  @Actor
  public void other() {
    appended.step();
    streams.append(record);
    appended.step();
    other.runOn(this::awaitOther);
  }

  private void awaitOne() {
    commits.await(1, Long.MAX_VALUE);
  }

  private void awaitOther() {
    commits.await(3, Long.MAX_VALUE);
  }

  /** Lets whoever was woken go on, until nobody can. */
  @Arbiter
  public void end(IIII_Result r) {
    boolean oneSlept = !one.isDone();
    boolean otherSlept = !other.isDone();
    while (one.canResume() || other.canResume()) {
      one.resumeIfWoken(this::awaitOne);
      other.resumeIfWoken(this::awaitOther);
    }
    r.r1 = !one.isDone() ? Waiting.LOST : oneSlept ? Waiting.WOKEN : Waiting.DONE;
    r.r2 = !other.isDone() ? Waiting.LOST : otherSlept ? Waiting.WOKEN : Waiting.DONE;
    r.r3 = (int) commits.durableOffset() - 1;
    HotSegment segment = streams.stream.active();
    r.r4 = ((HeapFile) segment.mapping()).forcedWrongly() ? 1 : 0;
    segment.retire(() -> {});
  }
}
