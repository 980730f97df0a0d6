package io.bop.aof.testkit.tier2;

import io.bop.aof.BreakerState;
import io.bop.aof.CircuitBreakerConfig;
import io.bop.aof.RetryConfig;
import io.bop.aof.Tier2Config;
import io.bop.aof.Tier2Direction;
import io.bop.aof.objectstore.ObjectBody;
import io.bop.aof.objectstore.ObjectStoreException;
import io.bop.aof.objectstore.ObjectStoreException.Reason;
import io.bop.aof.objectstore.filesystem.FilesystemObjectStore;
import io.bop.aof.testkit.ManualHost;
import io.bop.aof.testkit.objectstore.FaultyObjectStore;
import io.bop.aof.tier2.Tier2;
import io.bop.aof.tier2.Tier2Listener;
import io.bop.aof.tier2.Tier2Operation;
import io.bop.aof.tier2.Tier2Options;
import io.bop.aof.tier2.Tier2Outcome;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** Tier 2 over a faulty store, with a clock that stands still, and ears. */
final class Tier2Fixture implements AutoCloseable, Tier2Listener {

  private static final long PATIENCE_NANOS = Duration.ofSeconds(20).toNanos();

  final ManualHost host = new ManualHost(42);
  final FaultyObjectStore store;
  final Tier2 tier2;
  final List<String> events = new CopyOnWriteArrayList<>();
  private final ExecutorService callers = Executors.newCachedThreadPool();

  Tier2Fixture(Path root) throws ObjectStoreException {
    this(root, config());
  }

  Tier2Fixture(Path root, Tier2Config config) throws ObjectStoreException {
    this(root, config, Tier2Options.defaults());
  }

  Tier2Fixture(Path root, Tier2Config config, Tier2Options options) throws ObjectStoreException {
    this.store = new FaultyObjectStore(host, new FilesystemObjectStore(host, root), 42);
    this.tier2 = new Tier2(host, store, config, options.withListener(this));
  }

  static Tier2Config config() {
    return Tier2Config.defaults()
        .withRetry(new RetryConfig(4, Duration.ofMillis(100), Duration.ofMillis(300)))
        .withCircuitBreaker(
            CircuitBreakerConfig.defaults()
                .withSlidingWindowSize(4)
                .withPermittedCallsInHalfOpenState(2)
                .withSlowCallDurationThreshold(Duration.ofSeconds(20)));
  }

  static ObjectBody body(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return new ObjectBody.OfBytes(bytes, (int) crc.getValue());
  }

  /** Moves the clock without the timers that are due then: nothing probes. */
  void pass(Duration time) {
    host.clock().advance(time);
  }

  /** Runs a call on a thread of its own. */
  <T> Future<T> async(Callable<T> call) {
    return callers.submit(call);
  }

  /** Waits in real time for what other threads are about to do. */
  static void await(String what, BooleanSupplier condition) throws InterruptedException {
    long start = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - start > PATIENCE_NANOS) {
        throw new AssertionError("did not happen: " + what);
      }
      Thread.sleep(1);
    }
  }

  @Override
  public void request(
      Tier2Operation operation, Tier2Outcome outcome, Duration duration, long bytes) {
    events.add(operation + " " + outcome + " " + bytes);
  }

  @Override
  public void retry(Tier2Operation operation, int attempt, Reason reason) {
    events.add("retry " + operation + " " + attempt + " " + reason);
  }

  @Override
  public void breaker(
      Tier2Direction direction, BreakerState from, BreakerState to, @Nullable String reason) {
    events.add(direction + " " + from + "->" + to);
    if (reason != null) {
      events.add(direction + " because " + reason);
    }
  }

  @Override
  public void close() {
    store.release();
    tier2.close();
    callers.shutdownNow();
  }
}
