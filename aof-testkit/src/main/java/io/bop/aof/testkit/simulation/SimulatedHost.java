package io.bop.aof.testkit.simulation;

import io.bop.aof.io.Disk;
import io.bop.aof.io.Entropy;
import io.bop.aof.io.Host;
import io.bop.aof.io.Threads;
import io.bop.aof.io.Time;
import io.bop.aof.testkit.SeededEntropy;
import io.bop.aof.testkit.simulation.DiskOperation.Kind;
import io.bop.aof.testkit.simulation.Scheduler.Bounds;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One process on a simulated machine. Its threads run one at a time, in an order that follows from
 * the seed alone, and change over where they wait and at operations of the disk; its clocks stand
 * still unless they run; its disk is a {@link SimulatedDisk}. The same seed and the same calls give
 * the same run, which {@link #trace} shows.
 *
 * <p>The test drives it: it {@linkplain #start starts} threads and lets them run, and it may end
 * the process at any moment, by {@link #crash} as a power failure does, or by {@link #kill} as an
 * operating system does. Code under test must take files, time, chance and threads from this host
 * only, and must hold no lock while it waits or uses the disk.
 *
 * <p>Confined to the thread that drives it, except for {@link Host}'s own methods, which are for
 * the simulated threads.
 */
public final class SimulatedHost implements Host {

  private static final long WALL_ORIGIN_MICROS = 1_700_000_000_000_000L;

  private final SimulatedTime time;
  private final Scheduler scheduler;
  private final SimulatedThreads threads;
  private final SimulatedDisk disk;
  private final SeededEntropy entropy;
  private long operationsLeft = Long.MAX_VALUE;
  private Set<Kind> lastSteps = Set.of();
  private long stepsLeft;
  private int knownFaults = Integer.MAX_VALUE;
  private long operationsAfterFault;
  private long forceNanos;
  private @Nullable SimulatedHost next;

  /** A machine with an empty disk. */
  public SimulatedHost(long seed) {
    this(seed, new SimulatedDisk(seed), new SimulatedTime(0, WALL_ORIGIN_MICROS));
  }

  private SimulatedHost(long seed, SimulatedDisk disk, SimulatedTime time) {
    this.time = time;
    this.disk = disk;
    this.scheduler = new Scheduler(seed, time);
    this.threads = new SimulatedThreads(scheduler);
    this.entropy = new SeededEntropy(seed);
    disk.onOperation(this::beforeOperation);
    disk.onTouch(this::beforeTouch);
  }

  private void beforeTouch() {
    if (Carrier.current() != null) {
      scheduler.maySwitch();
    }
  }

  private void beforeOperation(DiskOperation operation) {
    if (Carrier.current() == null) {
      return;
    }
    scheduler.checkAlive();
    if (scheduler.isTraced()) {
      scheduler.trace(operation.toString());
    }
    scheduler.note(operation.kind().ordinal() * 31L + operation.path().hashCode());
    scheduler.note(operation.position() * 31 + operation.length());
    if (operationsLeft-- <= 0) {
      scheduler.markEnded();
      throw new ProcessEndedError();
    }
    countDown(operation);
    scheduler.maySwitch();
    if (forceNanos > 0 && isForce(operation.kind())) {
      scheduler.sleep(forceNanos);
    }
  }

  private static boolean isForce(Kind kind) {
    return kind == Kind.FORCE || kind == Kind.FORCE_MAPPED || kind == Kind.SYNC_DIRECTORY;
  }

  private void countDown(DiskOperation operation) {
    if (stepsLeft > 0 && lastSteps.contains(operation.kind()) && --stepsLeft == 0) {
      operationsLeft = 0;
    }
    if (disk.faults().count() > knownFaults) {
      knownFaults = Integer.MAX_VALUE;
      operationsLeft = Math.min(operationsLeft, operationsAfterFault);
    }
  }

  @Override
  public Disk disk() {
    return disk;
  }

  /** The disk, to plan faults and to look at it. */
  public SimulatedDisk simulatedDisk() {
    return disk;
  }

  @Override
  public Time time() {
    return time;
  }

  @Override
  public Entropy entropy() {
    return entropy;
  }

  @Override
  public Threads threads() {
    return threads;
  }

  /* Written to the lock's file: the same in each run of a history. */
  @Override
  public long processId() {
    return 1;
  }

  // ---- driving

  /** Starts a thread; it runs with the next {@link #run}. */
  public void start(String name, Runnable body) {
    scheduler.start(name, body);
  }

  /**
   * Lets the threads run.
   *
   * @param turns at most so many turns are given
   * @param atMost the clock moves on at most so far, when all wait
   * @throws AssertionError when a thread ended with an exception, its cause
   */
  public void run(long turns, Duration atMost) {
    scheduler.run(new Bounds(turns, time.now() + atMost.toNanos(), () -> false));
  }

  /**
   * Lets the threads run until something is true.
   *
   * @param atMost the clock moves on at most so far
   * @return whether it became true
   * @throws AssertionError when a thread ended with an exception, its cause
   */
  public boolean runUntil(BooleanSupplier enough, Duration atMost) {
    scheduler.run(new Bounds(Long.MAX_VALUE, time.now() + atMost.toNanos(), enough));
    return enough.getAsBoolean();
  }

  /**
   * Calls something on a simulated thread and returns what it returned, when it did within an hour
   * of the simulated clock.
   *
   * @throws AssertionError when it threw, with that as the cause, or never returned
   */
  public <T> T call(Callable<T> body) {
    List<T> returned = new CopyOnWriteArrayList<>();
    AtomicReference<@Nullable Exception> thrown = new AtomicReference<>();
    scheduler.start(
        "caller",
        () -> {
          try {
            returned.add(body.call());
          } catch (Exception e) {
            thrown.set(e);
          }
        });
    BooleanSupplier ended = () -> !returned.isEmpty() || thrown.get() != null;
    if (!runUntil(() -> ended.getAsBoolean() || scheduler.ended(), Duration.ofHours(1))) {
      throw new AssertionError("the call never returned; threads:" + scheduler.describe());
    }
    if (!ended.getAsBoolean()) {
      throw new ProcessEndedError();
    }
    Exception failure = thrown.get();
    if (failure instanceof RuntimeException unchecked) {
      throw unchecked;
    }
    if (failure != null) {
      throw new AssertionError("the call failed: " + failure, failure);
    }
    return returned.get(0);
  }

  /**
   * Ends the process by itself at the disk operation that follows {@code operations} more; with the
   * highest number it does not end by itself, whatever was said before.
   */
  public void endAfterOperations(long operations) {
    operationsLeft = operations;
    if (operations == Long.MAX_VALUE) {
      stepsLeft = 0;
      knownFaults = Integer.MAX_VALUE;
    }
  }

  /**
   * Ends the process by itself at the disk operation that follows the {@code count}th from now of
   * these kinds: between two steps of a protocol.
   */
  public void endAfterSteps(Set<Kind> kinds, long count) {
    lastSteps = Set.copyOf(kinds);
    stepsLeft = count;
  }

  /** Ends the process by itself {@code operations} after the next fault of the disk. */
  public void endAfterFault(long operations) {
    knownFaults = disk.faults().count();
    operationsAfterFault = operations;
  }

  /** How long each force takes from now on, and each sync of a directory; zero: no time. */
  public void forcesTake(Duration time) {
    forceNanos = time.toNanos();
  }

  /** Whether the process has ended. */
  public boolean ended() {
    return scheduler.ended();
  }

  /** Moves the wall clock, as an operator or a time service does. */
  public void setWallClock(Duration by) {
    time.setWallClock(by.toNanos() / 1_000);
  }

  /** Nanoseconds since the machine began. */
  public long nanos() {
    return time.now();
  }

  /** A hash of all that happened in this process, in order. */
  public long trace() {
    return scheduler.trace();
  }

  /**
   * Says every turn and disk operation, to see what a failing seed did.
   *
   * @param lines takes one line each; null: nobody
   */
  public void traceTo(@Nullable Consumer<String> lines) {
    scheduler.traceTo(lines);
  }

  /** Turns given so far. */
  public long turns() {
    return scheduler.turns();
  }

  /** Adds a fact of the test to the trace. */
  public void note(long fact) {
    scheduler.note(fact);
  }

  /** Which threads there are and what they wait for. */
  public String describe() {
    return scheduler.describe();
  }

  // ---- the end

  /**
   * The power fails. Returns the machine after that, with what its disk kept.
   *
   * @param seed of what the disk kept, and of the next process
   */
  public SimulatedHost crash(long seed) {
    scheduler.markEnded();
    SimulatedDisk kept = disk.crashUnchecked(seed);
    return next(seed, kept);
  }

  /**
   * The process is killed; the machine goes on. Returns the same machine for the next process.
   *
   * @param seed of the next process
   */
  public SimulatedHost kill(long seed) {
    scheduler.markEnded();
    SimulatedDisk kept = disk.restartUnchecked();
    return next(seed, kept);
  }

  private SimulatedHost next(long seed, SimulatedDisk kept) {
    scheduler.endAll();
    disk.release();
    SimulatedHost found = new SimulatedHost(seed, kept, time);
    found.traceTo(scheduler.traceSink());
    next = found;
    return found;
  }

  /**
   * Ends this process, or the last of those that came after it, and gives its threads and memory
   * back. For the end of a test.
   *
   * @throws AssertionError when memory was written to after its mapping was closed
   */
  public void release() {
    SimulatedHost last = this;
    for (SimulatedHost later = next; later != null; later = later.next) {
      last = later;
    }
    last.scheduler.markEnded();
    last.scheduler.endAll();
    last.disk.release();
  }
}
