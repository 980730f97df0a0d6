package io.bop.aof.tier0;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIII_Result;

/**
 * One slot is on the shelf and there will be no other: who takes it directly and who waits in the
 * queue never both get it, and one of them does, also when the taker gives it back unused.
 */
@JCStressTest
@Outcome(id = "(0|1), 1, 0, 1", expect = ACCEPTABLE, desc = "whoever waits has it in the end")
@Outcome(expect = FORBIDDEN, desc = "the slot was given twice, or lies there while somebody waits")
@State
public class ShelfProof {

  private final Streams streams = new Streams(1).ready(1);
  private final AtomicInteger granted = new AtomicInteger();

  /** Nothing is queued for the worker. */
  public ShelfProof() {
    streams.host.threads().runAll();
  }

  /** Takes the slot and gives it back. */
  @Actor
  public void taker(IIII_Result r) {
    @Nullable ReadySlot slot = streams.slots.tryTake(SizeClass.SMALL);
    if (slot != null) {
      r.r1 = 1;
      streams.slots.giveBack(slot);
    }
  }

  /** Waits in the queue; the worker looks once. */
  @Actor
  public void waiter() {
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
    streams.host.threads().runOne();
  }

  /** Lets the worker finish. */
  @Arbiter
  public void end(IIII_Result r) {
    streams.host.threads().runAll();
    r.r2 = granted.get();
    r.r3 = streams.slots.queueDepth();
    r.r4 = (int) (streams.slots.inUseBytes() / SizeClass.SMALL.bytes());
  }
}
