package io.bop.aof.tier0;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.bop.aof.proofs.HeapFile;
import io.bop.aof.segment.HotSegment;
import io.bop.aof.segment.RecordBytes;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * One appends and wants to be told when its record is durable, while the flush worker leads a round
 * that may have begun before: it is told, once, without another append.
 */
@JCStressTest
@Outcome(id = "1, 2, 0", expect = ACCEPTABLE, desc = "told once, when it was durable")
@Outcome(expect = FORBIDDEN, desc = "told never, twice or too early; or two forces ran at once")
@State
public class CompletionProof {

  private final Streams streams = new Streams(4).ready(1);
  private final GroupCommit commits = streams.stream.commits();
  private final RecordBytes record = Streams.record();
  private final AtomicInteger told = new AtomicInteger();

  /** A record is committed and its flush is wanted. */
  public CompletionProof() {
    streams.append(Streams.record());
    streams.host.threads().runAll();
    commits.request();
  }

  /** Appends, and wants to be told. */
  @Actor
  public void appender() {
    long offset = streams.append(record);
    commits.whenDurable(
        offset + 1, failure -> told.addAndGet(commits.durableOffset() > offset ? 1 : 100));
  }

  /** The flush worker, and what completes. */
  @Actor
  public void worker() {
    streams.host.threads().runOne();
  }

  /** Lets the workers finish. */
  @Arbiter
  public void end(III_Result r) {
    streams.host.threads().runAll();
    r.r1 = told.get();
    r.r2 = (int) commits.durableOffset();
    HotSegment segment = streams.stream.active();
    r.r3 = ((HeapFile) segment.mapping()).forcedWrongly() ? 1 : 0;
    segment.retire(() -> {});
  }
}
