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
import org.openjdk.jcstress.infra.results.IIII_Result;

/**
 * Two appenders find the segment tripped and two slots ready: both install a successor, one of them
 * stays, both records get an offset behind what was there, and the slot of the other one is ready
 * again.
 */
@JCStressTest
@Outcome(id = "1, 2, 3, 1", expect = ACCEPTABLE, desc = "dense, one slot more in use")
@Outcome(id = "2, 1, 3, 1", expect = ACCEPTABLE, desc = "dense, one slot more in use")
@Outcome(expect = FORBIDDEN, desc = "an offset was given twice or lost, or a slot was lost")
@State
public class RollOverProof {

  private final Streams streams = new Streams(4).ready(3);
  private final RecordBytes one = Streams.record();
  private final RecordBytes other = Streams.record();
  private final HotSegment first;

  /** A segment with one record is tripped. */
  public RollOverProof() {
    append(one);
    first = streams.chain.active();
    first.trip();
  }

  /** Appends. */
  @Actor
  public void one(IIII_Result r) {
    r.r1 = append(one);
  }

  /** Appends too. */
  @Actor
  public void other(IIII_Result r) {
    r.r2 = append(other);
  }

  /* As an append does, without its wait for the record before it. */
  private int append(RecordBytes record) {
    while (true) {
      HotSegment segment = streams.chain.active();
      long claim = segment.claim(1, Streams.RECORD, -1);
      if (claim >= 0) {
        int index = HotSegment.indexOf(claim);
        int position = HotSegment.positionOf(claim);
        segment.write(record, index, position);
        segment.commit(index, position + Streams.RECORD);
        return (int) segment.baseOffset() + index;
      }
      streams.chain.tryRoll(segment, SizeClass.SMALL);
    }
  }

  /** Looks at the stream and the slots. */
  @Arbiter
  public void end(IIII_Result r) {
    r.r3 = (int) streams.chain.nextOffset();
    r.r4 = (int) (streams.slots.inUseBytes() / SizeClass.SMALL.bytes()) - 1;
    HotSegment second = streams.chain.active();
    if (first.next() != second || second.baseOffset() != 1 || second.next() != null) {
      r.r4 = -9;
    }
    first.retire(() -> {});
    second.retire(() -> {});
  }
}
