package io.bop.aof.testkit.simulation;

import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A real thread that runs simulated threads, one after the other, and only while it has the turn.
 * Idle ones are kept for the next simulation of this process.
 */
final class Carrier extends Thread {

  private static final Deque<Carrier> IDLE = new ConcurrentLinkedDeque<>();

  private final Turn turn = new Turn();
  private volatile @Nullable SimulatedThread task;

  private Carrier() {
    super("simulated");
    setDaemon(true);
  }

  static Carrier take() {
    Carrier carrier = IDLE.pollFirst();
    if (carrier == null) {
      carrier = new Carrier();
      carrier.start();
    }
    return carrier;
  }

  /* Without its task, which knows the whole machine that has ended. */
  static void give(Carrier carrier) {
    carrier.task = null;
    IDLE.addFirst(carrier);
  }

  /** The simulated thread that the calling thread runs; null: it is not one. */
  static @Nullable SimulatedThread current() {
    return Thread.currentThread() instanceof Carrier carrier ? carrier.task : null;
  }

  /** What it runs now, or ran last; null: it is idle. */
  @Nullable SimulatedThread task() {
    return task;
  }

  void assign(SimulatedThread thread) {
    task = thread;
  }

  Turn turn() {
    return turn;
  }

  @Override
  public void run() {
    while (true) {
      turn.await();
      runTask();
    }
  }

  /* On a frame of its own, so that nothing of the task is reachable while the thread is idle. */
  private void runTask() {
    SimulatedThread current = task;
    if (current == null) {
      throw new IllegalStateException("a turn without a simulated thread");
    }
    Runnable handOver = current.runToEnd();
    Thread.interrupted();
    handOver.run();
  }

  /* An interrupt is an event of the simulation: the flag is set when the thread has its turn. */
  @Override
  public void interrupt() {
    SimulatedThread current = task;
    if (current == null || Thread.currentThread() == this) {
      super.interrupt();
    } else {
      current.interrupt();
    }
  }

  void interruptNow() {
    super.interrupt();
  }

  /** The right to run, passed from thread to thread. */
  static final class Turn {
    private volatile @Nullable Thread owner;
    private volatile boolean mine;

    /** Waits for it and takes it. */
    void await() {
      owner = Thread.currentThread();
      while (!mine) {
        LockSupport.park(this);
      }
      mine = false;
    }

    /** Gives it to whoever waits, or will wait, for this one. */
    void grant() {
      mine = true;
      LockSupport.unpark(owner);
    }
  }
}
