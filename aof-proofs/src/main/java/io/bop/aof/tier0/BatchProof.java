package io.bop.aof.tier0;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.bop.aof.segment.HotSegment;
import io.bop.aof.segment.RecordBytes;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * A batch of two behind a single record: whoever moves the prefix, at any moment it covers all of
 * the batch or nothing, because the batch's first entry is stored last.
 */
@JCStressTest
@Outcome(id = "(1|3), 3", expect = ACCEPTABLE, desc = "all of the batch or nothing")
@Outcome(expect = FORBIDDEN, desc = "the prefix lay inside the batch, or stopped before it")
@State
public class BatchProof {

  private final RecordBytes one = Streams.record();
  private final RecordBytes[] two = {Streams.record(), Streams.record()};
  private final HotSegment segment = Streams.segment();
  private final long batch;

  /** A single record and a batch have claimed. */
  public BatchProof() {
    segment.claim(1, Streams.RECORD, -1);
    batch = segment.claim(2, 2 * Streams.RECORD, -1);
  }

  /** Writes and commits the batch. */
  @Actor
  public void batch() {
    HotStream.commitBatch(segment, two, batch);
  }

  /** Commits the single one, and looks. */
  @Actor
  public void single(II_Result r) {
    segment.write(one, 0, Streams.START);
    segment.commit(0, Streams.START + Streams.RECORD);
    r.r1 = HotSegment.indexOf(segment.committed());
  }

  /** Looks at the prefix. */
  @Arbiter
  public void prefix(II_Result r) {
    r.r2 = HotSegment.indexOf(segment.committed());
    segment.retire(() -> {});
  }
}
