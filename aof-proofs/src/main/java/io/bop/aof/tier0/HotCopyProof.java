package io.bop.aof.tier0;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.bop.aof.format.SegmentFooter;
import io.bop.aof.io.Disk;
import io.bop.aof.proofs.ProofHost;
import io.bop.aof.segment.SegmentBytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * A sealed segment's copy is opened while it is evicted: not found, refused, or opened and then the
 * slot is not used again before the reader has closed it.
 */
@JCStressTest
@Outcome(id = "-2, 0, 1", expect = ACCEPTABLE, desc = "not found")
@Outcome(id = "-1, 0, 1", expect = ACCEPTABLE, desc = "found, and refused")
@Outcome(id = "0, 0, 1", expect = ACCEPTABLE, desc = "read before its slot was free")
@Outcome(expect = FORBIDDEN, desc = "the slot was free while it was read, or not once")
@State
public class HotCopyProof {

  private static final SegmentFooter FOOTER =
      new SegmentFooter(1, 1, 0, 1, 4_128, 4_128, 0, 0, 0, 0, false, 0, 0, SegmentFooter.SEALED);

  private final Streams streams = new Streams(2).ready(1);
  private final ProofHost host = streams.host;
  private final HotSet hotSet = new HotSet(host);

  /* Plain, as the bytes are: the lease alone orders it. */
  private int freed;

  /** A sealed segment is in the set. */
  public HotCopyProof() {
    streams.append(Streams.record());
    streams.stream.active().trip();
    streams.stream.active().markSealed();
    hotSet.add(streams.stream.active(), FOOTER);
  }

  /** Finds, opens, looks and closes. */
  @Actor
  public void reader(III_Result r) {
    HotCopy copy = hotSet.get(1, 1);
    if (copy == null) {
      r.r1 = -2;
      return;
    }
    try (@Nullable SegmentBytes bytes = open(copy, host.disk())) {
      r.r1 = bytes == null ? -1 : freed;
    }
  }

  private static @Nullable SegmentBytes open(HotCopy copy, Disk disk) {
    try {
      return copy.open(disk);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Evicts it. */
  @Actor
  public void owner() {
    HotCopy copy = hotSet.remove(1, 1);
    if (copy != null && copy.mapped() != null) {
      copy.mapped().retire(() -> freed++);
    }
  }

  /** Looks at the end. */
  @Arbiter
  public void end(III_Result r) {
    r.r2 = hotSet.size();
    r.r3 = freed;
  }
}
