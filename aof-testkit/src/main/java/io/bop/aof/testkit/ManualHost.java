package io.bop.aof.testkit;

import io.bop.aof.io.Disk;
import io.bop.aof.io.Entropy;
import io.bop.aof.io.Host;
import io.bop.aof.io.Threads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;

/**
 * A machine with the real disk and real threads, but with a {@link ManualClock} and seeded chance.
 * A sleep takes no time: it moves the clock forward by its length, and is written down. Timers run
 * on the thread that moves the clock by {@link #advance}. Thread-safe.
 */
public final class ManualHost implements Host {

  private final ManualClock clock = new ManualClock();
  private final Entropy entropy;
  private final ManualThreads threads = new ManualThreads();

  /** With the seed of its random numbers. */
  public ManualHost(long seed) {
    this.entropy = new SeededEntropy(seed);
  }

  /** Its clock. */
  public ManualClock clock() {
    return clock;
  }

  /** Moves the clock and runs the timers that are due, in their order. */
  public void advance(Duration by) {
    clock.advance(by);
    threads.runDue();
  }

  /** The length of each sleep so far, in nanoseconds. */
  public List<Long> sleeps() {
    synchronized (threads) {
      return List.copyOf(threads.sleeps);
    }
  }

  /** How many timers wait for their time. */
  public int timers() {
    synchronized (threads) {
      return threads.timers.size();
    }
  }

  @Override
  public Disk disk() {
    return Host.system().disk();
  }

  @Override
  public ManualClock time() {
    return clock;
  }

  @Override
  public Entropy entropy() {
    return entropy;
  }

  @Override
  public Threads threads() {
    return threads;
  }

  private record Due(long nanos, long sequence, Runnable task) {}

  private final class ManualThreads implements Threads {
    /* Parked threads look at the clock that often: nobody tells them that it was moved. */
    private static final long LONGEST_PARK_NANOS = 1_000_000;

    private final Threads real = Host.system().threads();
    private final List<Long> sleeps = new ArrayList<>();
    private final PriorityQueue<Due> timers =
        new PriorityQueue<>(
            (a, b) ->
                a.nanos != b.nanos
                    ? Long.compare(a.nanos, b.nanos)
                    : Long.compare(a.sequence, b.sequence));
    private long sequence;

    @Override
    public WorkerPool pool(String name, int size) {
      return real.pool(name, size);
    }

    @Override
    public synchronized Timer schedule(long delayNanos, Runnable task) {
      Due due = new Due(clock.nanoTime() + delayNanos, sequence++, task);
      timers.add(due);
      return () -> {
        synchronized (ManualThreads.this) {
          timers.remove(due);
        }
      };
    }

    @Override
    public void park(Object blocker, long nanos) {
      real.park(blocker, Math.min(nanos, LONGEST_PARK_NANOS));
    }

    @Override
    public void parkForSignal(Object blocker, long nanos) {
      park(blocker, nanos);
    }

    @Override
    public void unpark(Thread thread) {
      real.unpark(thread);
    }

    @Override
    public void sleep(long nanos) throws InterruptedException {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      synchronized (this) {
        sleeps.add(nanos);
      }
      clock.advanceNanos(nanos);
    }

    void runDue() {
      while (true) {
        Due due;
        synchronized (this) {
          due = timers.peek();
          if (due == null || due.nanos > clock.nanoTime()) {
            return;
          }
          timers.remove();
        }
        due.task.run();
      }
    }
  }
}
