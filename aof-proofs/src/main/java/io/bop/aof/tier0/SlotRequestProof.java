package io.bop.aof.tier0;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * The budget is used up and a slot is asked for; the worker finds none at the moment in which one
 * comes back: the request is served, once.
 */
@JCStressTest
@Outcome(id = "1, 0, 1", expect = ACCEPTABLE, desc = "served once")
@Outcome(expect = FORBIDDEN, desc = "the request is forgotten, or served twice")
@State
public class SlotRequestProof {

  private final Streams streams = new Streams(1);
  private final AtomicInteger granted = new AtomicInteger();

  /** The only slot is in use. */
  public SlotRequestProof() {
    streams.slots.adoptInUse(Streams.slot(1));
    streams.slots.request(
        new SlotPool.Request() {
          @Override
          public SizeClass sizeClass() {
            return SizeClass.SMALL;
          }

          @Override
          public boolean grant(ReadySlot slot) {
            granted.incrementAndGet();
            return true;
          }
        });
  }

  /** Gives the slot back. */
  @Actor
  public void owner() {
    streams.slots.release(Streams.slot(1));
  }

  /** The worker. */
  @Actor
  public void worker() {
    streams.host.threads().runOne();
  }

  /** Lets the worker finish. */
  @Arbiter
  public void end(III_Result r) {
    streams.host.threads().runAll();
    r.r1 = granted.get();
    r.r2 = streams.slots.queueDepth();
    r.r3 = (int) (streams.slots.inUseBytes() / SizeClass.SMALL.bytes());
  }
}
