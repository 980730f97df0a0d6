package io.bop.aof.benchmarks.micro;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/** What a claim costs alone and in company: a compare-and-set loop beside one atomic addition. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class ClaimBenchmark {

  private static final long STEP = (1L << 32) | 132;
  private static final long TRIPPED = 1L << 63;

  private final AtomicLong tail = new AtomicLong();

  private long claimByLoop() {
    while (true) {
      long before = tail.get();
      long after = (before + STEP) & ~TRIPPED;
      if (tail.compareAndSet(before, after)) {
        return before;
      }
      Thread.onSpinWait();
    }
  }

  /** The loop, one thread. */
  @Benchmark
  @Threads(1)
  public long loopAlone() {
    return claimByLoop();
  }

  /** The loop, four threads. */
  @Benchmark
  @Threads(4)
  public long loopOfFour() {
    return claimByLoop();
  }

  /** The addition, one thread. */
  @Benchmark
  @Threads(1)
  public long additionAlone() {
    return tail.getAndAdd(STEP);
  }

  /** The addition, four threads. */
  @Benchmark
  @Threads(4)
  public long additionOfFour() {
    return tail.getAndAdd(STEP);
  }
}
