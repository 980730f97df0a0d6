package io.bop.aof.benchmarks.engine;

import io.bop.aof.AofConfig;
import io.bop.aof.AofStore;
import io.bop.aof.AofStream;
import io.bop.aof.Durability;
import io.bop.aof.benchmarks.Directories;
import io.bop.aof.spring.boot.metrics.AofMeterBinder;
import io.bop.aof.spring.boot.metrics.EngineMeters;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What meters cost an append of 64 bytes with durability {@code MEMORY}: with them and without. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 15)
@Measurement(iterations = 40)
@Fork(2)
@SuppressWarnings("NullAway.Init") // JMH calls open before anything else
public class ListenedAppendBenchmark {

  private static final int APPENDS = 200_000;

  /** Whether the store has meters. */
  @Param({"false", "true"})
  public boolean meters;

  private final byte[] payload = new byte[64];
  private Path dir;
  private AofStore store;
  private AofStream stream;
  private AofMeterBinder binder;

  /** Opens a store that keeps a round in Tier 0 and forces nothing meanwhile. */
  @Setup
  public void open() throws IOException {
    dir = Files.createTempDirectory("aof-listened");
    EngineMeters events = new EngineMeters();
    AofConfig.Builder config =
        Stores.hotConfig(dir, Durability.MEMORY, 2 * Stores.LARGE_SEGMENT, Stores.LARGE_SEGMENT);
    store = AofStore.open(meters ? config.listener(events).build() : config.build());
    stream = store.stream("s");
    if (meters) {
      binder = new AofMeterBinder(store, events, 100);
      binder.bindTo(new SimpleMeterRegistry());
    }
  }

  /** Appends. */
  @Benchmark
  @OperationsPerInvocation(APPENDS)
  public long append() {
    long last = 0;
    for (int n = 0; n < APPENDS; n++) {
      last = stream.append(payload);
    }
    return last;
  }

  /** Gives the room back. */
  @TearDown(Level.Iteration)
  public void empty() {
    Stores.empty(store, stream);
  }

  /** Closes the store. */
  @TearDown(Level.Trial)
  public void close() throws IOException {
    store.close();
    Directories.delete(dir);
  }
}
