package io.bop.aof.testkit.simulation;

import org.jspecify.annotations.Nullable;

/** One thread of a simulated process. Used only by whoever has the turn. */
final class SimulatedThread {

  enum State {
    RUNNABLE,
    PARKED,
    SLEEPING,
    ENDED
  }

  private final Scheduler scheduler;
  private final long id;
  private final String name;
  private final Runnable body;
  private final Carrier carrier;

  State state = State.RUNNABLE;
  boolean permit;
  private boolean interrupted;
  /* Distinguishes this wait from earlier ones, whose time may still be noted. */
  long waits;
  private @Nullable Throwable failure;

  SimulatedThread(Scheduler scheduler, long id, String name, Runnable body, Carrier carrier) {
    this.scheduler = scheduler;
    this.id = id;
    this.name = name;
    this.body = body;
    this.carrier = carrier;
  }

  long id() {
    return id;
  }

  String name() {
    return name;
  }

  Carrier carrier() {
    return carrier;
  }

  /** What ended it; null: it returned, or the process ended, or it still runs. */
  @Nullable Throwable failure() {
    return failure;
  }

  /** Runs the body; what it returns passes the turn on. */
  Runnable runToEnd() {
    carrier.setName(name);
    try {
      if (!scheduler.ended()) {
        body.run();
      }
    } catch (ProcessEndedError e) {
      // As a real process: no word from its threads.
    } catch (Throwable e) {
      if (!scheduler.ended()) {
        failure = e;
      }
    }
    return scheduler.end(this);
  }

  void interrupt() {
    interrupted = true;
    if (state == State.PARKED || state == State.SLEEPING) {
      scheduler.makeRunnable(this);
    }
  }

  /** Sets the carrier's flag, which its owner sees as its own. */
  void deliverInterrupt() {
    if (interrupted) {
      interrupted = false;
      carrier.interruptNow();
    }
  }

  @Override
  public String toString() {
    return name + "#" + id + " " + state;
  }
}
