package io.bop.aof.coordinator;

import io.bop.aof.io.Host;
import io.bop.aof.io.Threads.Timer;
import io.bop.aof.io.Threads.WorkerPool;
import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The steps that wait for the coordinator's one thread. Anybody adds; they run in order, in bounded
 * batches, and after each batch its end is told.
 */
final class Inbox {

  private static final int BATCH = 256;

  private final ConcurrentLinkedQueue<Runnable> steps = new ConcurrentLinkedQueue<>();
  /* By number, so that they are told of the end in the order in which they came. */
  private final ConcurrentSkipListMap<Long, Later> waiting = new ConcurrentSkipListMap<>();
  private final AtomicLong numbers = new AtomicLong();
  private final AtomicBoolean scheduled = new AtomicBoolean();
  private final WorkerPool self;
  private final Host host;
  private final Owner owner;
  private volatile boolean stopped;

  /** Whose inbox it is; called on its thread. */
  interface Owner {
    /** A step, or what follows a batch, threw. */
    void stepFailed(Throwable failure);

    /** A batch of steps has run. */
    void batchEnded();
  }

  Inbox(Host host, Owner owner) {
    this.host = host;
    this.owner = owner;
    this.self = host.threads().pool("aof-coordinator", 1);
  }

  /** Has the step run after all that were added before. */
  void add(Runnable step) {
    steps.add(step);
    schedule();
  }

  private void schedule() {
    if (scheduled.compareAndSet(false, true)) {
      self.execute(this::drain);
    }
  }

  private void drain() {
    scheduled.set(false);
    try {
      int count = 0;
      Runnable step = steps.poll();
      while (step != null) {
        run(step);
        count++;
        step = count < BATCH ? steps.poll() : null;
      }
      run(owner::batchEnded);
    } finally {
      // After an error too: somebody may wait for a step behind the one that met it.
      if (!steps.isEmpty()) {
        schedule();
      }
    }
  }

  private void run(Runnable step) {
    if (stopped) {
      return;
    }
    try {
      step.run();
    } catch (RuntimeException e) {
      owner.stepFailed(e);
    } catch (Error e) {
      owner.stepFailed(e);
      throw e;
    }
  }

  /** Waits until everything that was added before has run. */
  void awaitDrained(Duration limit) {
    Pending<Boolean> drained = new Pending<>(host);
    add(() -> drained.complete(true));
    drained.await("coordinator", limit.toNanos());
  }

  /** Whether it runs nothing any more. */
  boolean isStopped() {
    return stopped;
  }

  /** Has a step run after a while, unless it is stopped by then. */
  void addLater(long nanos, Runnable step) {
    if (!stopped) {
      Later later = new Later(numbers.incrementAndGet(), step);
      waiting.put(later.number, later);
      later.timer = host.threads().schedule(nanos, later);
    }
  }

  /** A step that waits for its time. */
  private final class Later implements Runnable {
    private final long number;
    private final Runnable step;
    private volatile @Nullable Timer timer;

    Later(long number, Runnable step) {
      this.number = number;
      this.step = step;
    }

    @Override
    public void run() {
      waiting.remove(number);
      add(step);
    }

    void cancel() {
      Timer mine = timer;
      if (mine != null) {
        mine.cancel();
      }
    }
  }

  /**
   * Runs nothing more, and ends its thread. What waits for its time is dropped: a timer would keep
   * the closed store in memory for as long.
   */
  void stop(Duration limit) {
    add(() -> stopped = true);
    self.shutdown(limit);
    waiting.values().forEach(Later::cancel);
    waiting.clear();
  }
}
