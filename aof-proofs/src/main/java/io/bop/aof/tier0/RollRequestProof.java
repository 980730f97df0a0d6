package io.bop.aof.tier0;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.bop.aof.proofs.Meeting;
import io.bop.aof.proofs.Waiting;
import io.bop.aof.segment.HotSegment;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * No slot is ready, so one is asked for; the worker brings it, and before the worker is done with
 * that request the new segment is full as well, and its appender asks again: neither request is
 * forgotten, and whoever waits is woken.
 */
@JCStressTest
@Outcome(id = "(0|1), 2", expect = ACCEPTABLE, desc = "both rolls happened")
@Outcome(expect = FORBIDDEN, desc = "a roll was forgotten, or its waiter")
@State
public class RollRequestProof {

  private static final int TRIES = 2_000;

  private final Streams streams = new Streams(8);
  private final Waiting appender = new Waiting(streams.host.threads());
  private final HotSegment origin;
  private final Meeting started = new Meeting();
  private volatile HotSegment tripped;

  /** A slot is asked for: there are idle ones, and the worker has not begun. */
  public RollRequestProof() {
    for (int i = 0; i < 4; i++) {
      streams.slots.adoptIdle(Streams.slot(i));
    }
    origin = streams.chain.active();
    tripped = origin;
    streams.chain.tryRoll(origin, SizeClass.SMALL);
  }

  /** The worker that makes slots ready; it grants one request and stops. */
  @Actor
  public void worker() {
    started.await(1);
    streams.host.threads().runOne();
  }

  /** Waits for the first segment, fills it at once, and waits for the next one. */
  @Actor
  public void appender() {
    started.step();
    for (int i = 0; i < TRIES && streams.chain.active() == origin; i++) {
      Thread.onSpinWait();
    }
    HotSegment active = streams.chain.active();
    active.trip();
    tripped = active;
    appender.runOn(this::roll);
  }

  private void roll() {
    HotSegment full = tripped;
    streams
        .stream
        .waits()
        .await(() -> streams.chain.tryRoll(full, SizeClass.SMALL), Long.MAX_VALUE, false);
  }

  /** Lets the worker finish, then the appender; then rolls what was not rolled in time. */
  @Arbiter
  public void end(II_Result r) {
    streams.host.threads().runAll();
    r.r1 = appender.fate(this::roll);
    HotSegment active = streams.chain.active();
    if (tripped == origin && active != origin) {
      active.trip();
      if (!streams.chain.tryRoll(active, SizeClass.SMALL)) {
        streams.host.threads().runAll();
      }
    }
    r.r2 = (int) streams.chain.active().segmentId();
    streams.chain.segments().forEach(segment -> segment.retire(() -> {}));
  }
}
