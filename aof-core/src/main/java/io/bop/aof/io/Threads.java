package io.bop.aof.io;

import java.time.Duration;

/** Threads, timers and parking. Thread-safe. */
public interface Threads {

  /**
   * A pool of daemon threads with a queue. Callers bound what they put into it.
   *
   * @param name prefix of the thread names
   * @param size most threads, at least 1
   */
  WorkerPool pool(String name, int size);

  /**
   * Runs a task once after a delay, on a timer thread shared by all: the task must only enqueue.
   *
   * @param delayNanos at least 0
   */
  Timer schedule(long delayNanos, Runnable task);

  /** Parks the calling thread until it is unparked, interrupted, or the time is over. */
  void park(Object blocker, long nanos);

  /**
   * Parks as {@link #park} does, where a signal that was lost must not cost more than a little
   * time: the real machine wakes the thread after a millisecond at most, to look again. A
   * simulation does not, so that a lost signal shows.
   */
  void parkForSignal(Object blocker, long nanos);

  /** Ends the park of that thread, or the next one if it is not parked. */
  void unpark(Thread thread);

  /** Sleeps at least that long. */
  void sleep(long nanos) throws InterruptedException;

  /** A few threads with a queue. */
  interface WorkerPool {
    /** Runs the task on one of the threads. What it throws is logged. Dropped after shutdown. */
    void execute(Runnable task);

    /** How many threads it has at most. */
    int size();

    /**
     * Takes no new tasks, finishes what is queued, and waits for it.
     *
     * @return false when tasks still ran after {@code limit}; their threads were interrupted
     */
    boolean shutdown(Duration limit);
  }

  /** A task that waits for its time. */
  interface Timer {
    /** Keeps it from running, if it has not begun. */
    void cancel();
  }
}
