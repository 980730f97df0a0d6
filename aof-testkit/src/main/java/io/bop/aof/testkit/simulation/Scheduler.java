package io.bop.aof.testkit.simulation;

import io.bop.aof.testkit.simulation.SimulatedThread.State;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs the threads of a simulated process one at a time and decides, from its seed, which is next.
 * A thread has the turn until it parks, sleeps, ends, or comes to a place where it may be
 * suspended. Everything here is used only by whoever has the turn: that is one of the simulated
 * threads, or the driver, and passing it on orders their memory accesses.
 */
final class Scheduler {

  private static final int LONGEST_SLICE_NANOS = 4_000;

  private record Wakeup(
      long at,
      long sequence,
      @Nullable SimulatedThread thread,
      long turn,
      @Nullable Runnable timer) {}

  private final SplittableRandom random;
  private final SimulatedTime time;
  private final Carrier.Turn driver = new Carrier.Turn();
  private final List<SimulatedThread> runnable = new ArrayList<>();
  private final TreeMap<Long, SimulatedThread> live = new TreeMap<>();
  private final Deque<Carrier> idle = new ArrayDeque<>();
  private final PriorityQueue<Wakeup> wakeups =
      new PriorityQueue<>(
          (a, b) -> a.at != b.at ? Long.compare(a.at, b.at) : Long.compare(a.sequence, b.sequence));

  private long sequence;
  private long nextThread;
  private boolean ended;
  private long turns;
  private long trace = 1;
  private long turnsLeft;
  private long latest;
  private BooleanSupplier enough = () -> false;
  private @Nullable Throwable failure;
  private @Nullable Consumer<String> sink;

  Scheduler(long seed, SimulatedTime time) {
    this.random = new SplittableRandom(seed);
    this.time = time;
  }

  SimulatedTime time() {
    return time;
  }

  /** Whether the process has ended. */
  boolean ended() {
    return ended;
  }

  /** Turns given so far. */
  long turns() {
    return turns;
  }

  /** A hash of everything that was noted, in order. */
  long trace() {
    return trace;
  }

  /** Adds a fact to the trace. */
  void note(long fact) {
    trace = (trace ^ fact) * 0x9E3779B97F4A7C15L;
    trace ^= trace >>> 29;
  }

  void traceTo(@Nullable Consumer<String> lines) {
    sink = lines;
  }

  @Nullable Consumer<String> traceSink() {
    return sink;
  }

  boolean isTraced() {
    return sink != null;
  }

  void trace(String what) {
    Consumer<String> lines = sink;
    if (lines != null) {
      lines.accept(time.now() + " " + what);
    }
  }

  // ---- threads

  SimulatedThread start(String name, Runnable body) {
    Carrier carrier = idle.isEmpty() ? Carrier.take() : idle.pop();
    SimulatedThread thread = new SimulatedThread(this, nextThread++, name, body, carrier);
    carrier.assign(thread);
    live.put(thread.id(), thread);
    runnable.add(thread);
    return thread;
  }

  /** Ends a thread; what it returns passes the turn on, when the carrier needs nothing more. */
  Runnable end(SimulatedThread thread) {
    thread.state = State.ENDED;
    live.remove(thread.id());
    runnable.remove(thread);
    if (thread.failure() != null && failure == null) {
      failure = thread.failure();
    }
    idle.push(thread.carrier());
    SimulatedThread next = next();
    return () -> grant(next);
  }

  private void grant(@Nullable SimulatedThread next) {
    (next == null ? driver : next.carrier().turn()).grant();
  }

  void makeRunnable(SimulatedThread thread) {
    thread.state = State.RUNNABLE;
    thread.waits++;
    runnable.add(thread);
  }

  void unpark(SimulatedThread thread) {
    if (thread.state == State.PARKED) {
      makeRunnable(thread);
    } else {
      thread.permit = true;
    }
  }

  /** Suspends the current thread until it is unparked, interrupted, or the time is over. */
  void park(long nanos) {
    SimulatedThread me = current();
    if (me.permit || Thread.currentThread().isInterrupted() || nanos <= 0) {
      me.permit = false;
      return;
    }
    suspend(me, State.PARKED, nanos);
    me.permit = false;
  }

  /** Suspends the current thread until the time is over, or it is interrupted. */
  void sleep(long nanos) {
    suspend(current(), State.SLEEPING, nanos);
  }

  private void suspend(SimulatedThread me, State as, long nanos) {
    me.state = as;
    long at = time.now() + nanos;
    if (at > 0) {
      wakeups.add(new Wakeup(at, sequence++, me, me.waits, null));
    }
    runnable.remove(me);
    passOn(me);
  }

  /** Lets another thread go first, perhaps. */
  void maySwitch() {
    SimulatedThread me = current();
    if (runnable.size() > 1 && random.nextInt(4) == 0) {
      passOn(me);
    }
  }

  private void passOn(SimulatedThread me) {
    SimulatedThread next = next();
    if (next != me) {
      grant(next);
      me.carrier().turn().await();
    }
    checkAlive();
    me.deliverInterrupt();
  }

  /** Ends the calling thread if the process has ended. */
  void checkAlive() {
    if (ended) {
      throw new ProcessEndedError();
    }
  }

  private SimulatedThread current() {
    SimulatedThread me = Carrier.current();
    if (me == null) {
      throw new IllegalStateException(
          "only threads of the simulation may wait: thread=" + Thread.currentThread().getName());
    }
    checkAlive();
    return me;
  }

  // ---- timers

  Runnable schedule(long delayNanos, Runnable task) {
    Wakeup wakeup = new Wakeup(time.now() + delayNanos, sequence++, null, 0, task);
    wakeups.add(wakeup);
    return () -> wakeups.remove(wakeup);
  }

  // ---- turns

  /* Who has the next turn; null: the driver. */
  private @Nullable SimulatedThread next() {
    if (ended || turnsLeft <= 0 || failure != null || enough.getAsBoolean()) {
      return null;
    }
    wakeDue();
    while (runnable.isEmpty()) {
      Wakeup soonest = wakeups.peek();
      if (soonest == null || soonest.at > latest) {
        return null;
      }
      time.advanceTo(soonest.at);
      wakeDue();
    }
    turnsLeft--;
    turns++;
    time.advance(random.nextInt(LONGEST_SLICE_NANOS));
    SimulatedThread chosen = runnable.get(random.nextInt(runnable.size()));
    if (sink != null) {
      trace("turn of " + chosen + ", could be " + runnable);
    }
    note(chosen.id());
    return chosen;
  }

  private void wakeDue() {
    for (Wakeup due = wakeups.peek(); due != null && due.at <= time.now(); due = wakeups.peek()) {
      wakeups.poll();
      if (due.timer != null) {
        due.timer.run();
      } else if (due.thread != null && due.thread.waits == due.turn) {
        wake(due.thread);
      }
    }
  }

  private void wake(SimulatedThread thread) {
    if (thread.state == State.PARKED || thread.state == State.SLEEPING) {
      makeRunnable(thread);
    }
  }

  // ---- the driver

  /** How much may happen until the driver has the turn again. */
  record Bounds(long turns, long untilNanos, BooleanSupplier enough) {}

  /**
   * Gives the turn away until the bounds are reached, nothing can run within them, or a thread
   * failed.
   */
  void run(Bounds bounds) {
    turnsLeft = bounds.turns();
    latest = bounds.untilNanos();
    enough = bounds.enough();
    SimulatedThread first = next();
    if (first != null) {
      grant(first);
      driver.await();
    }
    Throwable met = failure;
    failure = null;
    if (met != null) {
      throw new AssertionError("a simulated thread failed: " + met, met);
    }
  }

  /** Whether nothing can happen any more without the driver. */
  boolean isIdle() {
    return runnable.isEmpty() && wakeups.isEmpty();
  }

  /** Marks the process as ended; its threads end with their next word to the host. */
  void markEnded() {
    ended = true;
  }

  /** Ends what is left of the process. Driver only. */
  void endAll() {
    ended = true;
    wakeups.clear();
    while (!live.isEmpty()) {
      SimulatedThread thread = live.firstEntry().getValue();
      thread.carrier().turn().grant();
      driver.await();
    }
    idle.forEach(Carrier::give);
    idle.clear();
  }

  /** The threads and where they are, for a failure's text. */
  String describe() {
    StringBuilder text = new StringBuilder();
    for (SimulatedThread thread : live.values()) {
      text.append('\n').append(thread);
      for (StackTraceElement frame : thread.carrier().getStackTrace()) {
        if (frame.getClassName().startsWith("io.bop.aof")
            && !frame.getClassName().startsWith("io.bop.aof.testkit.simulation")) {
          text.append("\n    ").append(frame);
        }
      }
    }
    return text.toString();
  }
}
