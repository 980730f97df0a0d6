package io.bop.aof.benchmarks.micro;

import io.bop.aof.benchmarks.limit.RecordRuns;
import io.bop.aof.format.RecordScanner;
import io.bop.aof.format.RecordScanner.Step;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** How long the scanner takes for a run of 256 KiB. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class ScannerBenchmark {

  private static final int RUN_SIZE = 256 * 1024;

  /** Payload bytes. */
  @Param({"64", "256", "1024"})
  public int size;

  private final RecordScanner scanner = new RecordScanner();
  private byte[] run = new byte[0];

  /** Makes a run of records. */
  @Setup
  public void setUp() {
    run = RecordRuns.of(size, RUN_SIZE);
  }

  /** Walks all records of the run. */
  @Benchmark
  public long scanRun() {
    scanner.reset(run, 0, run.length, RecordRuns.SALT, 0);
    Step step = scanner.advance();
    while (step == Step.RECORD) {
      step = scanner.advance();
    }
    if (step != Step.END) {
      throw new IllegalStateException("run is damaged: step=" + step + " why=" + scanner.reason());
    }
    return scanner.nextOffset();
  }
}
