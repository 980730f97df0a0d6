package io.bop.aof.testkit.proof;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * Runs many {@link StoreSimulation}s, on all cores, and adds up what they did.
 *
 * <p>As a program: {@code --seeds 1000 --steps 500 --first 1 --threads 2}. It prints its progress
 * and a summary, and exits with 1 when a seed failed; {@code --first n --seeds 1 --trace} replays
 * one and says every turn and disk operation; {@code --failures n} stops after n failed seeds.
 */
public final class Simulations {

  private static final int MOST_FAILURES = 5;
  private static final long REPORT_NANOS = 10_000_000_000L;

  private final SimulationOptions options;
  private final int threads;
  private final List<AssertionError> failures = Collections.synchronizedList(new ArrayList<>());
  private final LongAdder seeds = new LongAdder();
  private final LongAdder steps = new LongAdder();
  private final LongAdder turns = new LongAdder();
  private final LongAdder acknowledged = new LongAdder();
  private final LongAdder read = new LongAdder();
  private final LongAdder crashes = new LongAdder();
  private final LongAdder kills = new LongAdder();
  private final LongAdder closes = new LongAdder();
  private final LongAdder faults = new LongAdder();
  private final LongAdder traces = new LongAdder();
  private boolean traced;
  private int mostFailures = MOST_FAILURES;
  private long tookNanos;

  /** Runs with these options on so many threads. */
  public Simulations(SimulationOptions options, int threads) {
    this.options = options;
    this.threads = threads;
  }

  /** Runs the seeds from {@code first} on; stops early after a few failures. */
  public void run(long first, long count, PrintStream out) {
    long started = System.nanoTime();
    AtomicLong next = new AtomicLong(first);
    AtomicLong reported = new AtomicLong(started);
    List<Thread> workers = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      Thread worker =
          new Thread(
              () -> {
                for (long seed = next.getAndIncrement();
                    seed < first + count && failures.size() < mostFailures;
                    seed = next.getAndIncrement()) {
                  runOne(seed, out);
                  report(started, reported, count, out);
                }
              },
              "simulations-" + i);
      worker.start();
      workers.add(worker);
    }
    join(workers);
    tookNanos = System.nanoTime() - started;
  }

  private static void join(List<Thread> workers) {
    try {
      for (Thread worker : workers) {
        worker.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("simulations were interrupted", e);
    }
  }

  private void runOne(long seed, PrintStream out) {
    try {
      StoreSimulation simulation = new StoreSimulation(seed, options);
      if (traced) {
        simulation.traceTo(out::println);
      }
      add(simulation.run());
    } catch (AssertionError e) {
      failures.add(e);
      out.println("FAILED " + e.getMessage());
    }
    seeds.increment();
  }

  private void add(SimulationResult result) {
    steps.add(result.steps());
    turns.add(result.turns());
    acknowledged.add(result.acknowledged());
    read.add(result.read());
    crashes.add(result.crashes());
    kills.add(result.kills());
    closes.add(result.closes());
    faults.add(result.faults());
    traces.add(result.trace());
  }

  private void report(long started, AtomicLong reported, long count, PrintStream out) {
    long now = System.nanoTime();
    long last = reported.get();
    if (now - last > REPORT_NANOS && reported.compareAndSet(last, now)) {
      tookNanos = now - started;
      out.println(seeds.sum() + " of " + count + ": " + summary());
    }
  }

  /** What went wrong, at most a few; empty: every seed held. */
  public List<AssertionError> failures() {
    return List.copyOf(failures);
  }

  /** Steps done. */
  public long steps() {
    return steps.sum();
  }

  /**
   * A hash of all histories, in whatever order they ended: the same in every run of these seeds.
   */
  public long trace() {
    return traces.sum();
  }

  /** One line of counts. */
  public String summary() {
    return String.format(
        Locale.ROOT,
        "seeds=%d failed=%d steps=%d turns=%d acknowledged=%d read=%d crashes=%d kills=%d"
            + " closes=%d faults=%d trace=%016x seconds=%.1f stepsPerMinute=%.0f",
        seeds.sum(),
        failures.size(),
        steps.sum(),
        turns.sum(),
        acknowledged.sum(),
        read.sum(),
        crashes.sum(),
        kills.sum(),
        closes.sum(),
        faults.sum(),
        trace(),
        tookNanos / 1e9,
        tookNanos == 0 ? 0 : steps.sum() * 60e9 / tookNanos);
  }

  /** The program. */
  public static void main(String[] args) {
    long seeds = 1_000;
    long first = 1;
    int steps = 500;
    int threads = Runtime.getRuntime().availableProcessors();
    boolean traced = false;
    int mostFailures = MOST_FAILURES;
    SimulationOptions options = SimulationOptions.defaults();
    for (int i = 0; i < args.length; i++) {
      switch (args[i]) {
        case "--seeds" -> seeds = Long.parseLong(args[++i]);
        case "--first" -> first = Long.parseLong(args[++i]);
        case "--steps" -> steps = Integer.parseInt(args[++i]);
        case "--threads" -> threads = Integer.parseInt(args[++i]);
        case "--trace" -> traced = true;
        case "--failures" -> mostFailures = Integer.parseInt(args[++i]);
        case "--no-ends" -> options = options.withEnds(false);
        case "--no-disk-faults" -> options = options.withDiskFaults(false);
        case "--no-damage" -> options = options.withDamage(false);
        case "--no-bucket-faults" -> options = options.withBucketFaults(false);
        default -> {
          System.err.println("unknown option: " + args[i]);
          System.exit(2);
        }
      }
    }
    Simulations all = new Simulations(options.withSteps(steps), threads);
    all.traced = traced;
    all.mostFailures = mostFailures;
    all.run(first, seeds, System.out);
    System.out.println(all.summary());
    if (seeds == 1) {
      all.failures().forEach(Throwable::printStackTrace);
    }
    System.exit(all.failures().isEmpty() ? 0 : 1);
  }
}
