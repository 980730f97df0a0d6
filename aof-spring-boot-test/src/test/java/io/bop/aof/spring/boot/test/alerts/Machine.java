package io.bop.aof.spring.boot.test.alerts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.bop.aof.AofConfig;
import io.bop.aof.AofReader;
import io.bop.aof.AofStore;
import io.bop.aof.AofStream;
import io.bop.aof.ReadFrom;
import io.bop.aof.StreamSnapshot.Segment;
import io.bop.aof.Tier2Type;
import io.bop.aof.objectstore.ObjectStore;
import io.bop.aof.spring.boot.metrics.EngineMeters;
import io.bop.aof.testkit.SeededRandom;
import io.bop.aof.testkit.objectstore.FaultyObjectStore;
import io.bop.aof.testkit.objectstore.MemoryBucket;
import io.bop.aof.testkit.simulation.DiskGoneError;
import io.bop.aof.testkit.simulation.DiskHost;
import io.bop.aof.testkit.simulation.SimulatedDisk;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A machine with a simulated disk, on which an application with a store runs. */
final class Machine implements AutoCloseable {

  static final Path ROOT = Path.of("/data/store");
  static final long MIB = 1024 * 1024;
  static final String STREAM = "s";
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final long SEED = 5;

  private final MemoryBucket bucket;
  private final Opening opening;
  private DiskHost host = new DiskHost(SEED);
  private @Nullable FaultyObjectStore objects;
  private volatile Application application;

  /** Opens the store of a machine. */
  @FunctionalInterface
  interface Opening {
    AofStore open(Machine machine, EngineMeters events);
  }

  /** Starts the application. */
  Machine(MemoryBucket bucket, Opening opening) {
    this.bucket = bucket;
    this.opening = opening;
    this.application = start();
  }

  private Application start() {
    return Application.start(events -> opening.open(this, events));
  }

  /** Settings of a small store without Tier 2. */
  static AofConfig.Builder config(EngineMeters events) {
    return AofConfig.builder(ROOT)
        .maxRecordSize(256 * 1024)
        .reserveBytes(0)
        .appendTimeout(Duration.ofSeconds(5))
        .segment(s -> s.withMaxSize(MIB))
        .tier0(t -> t.withMaxBytes(16 * MIB))
        .tier1(t -> t.withMaxBytes(64 * MIB))
        .tier2(
            t ->
                t.withType(Tier2Type.NONE)
                    .withRetry(t.retry().withMaxAttempts(2).withMaxDelay(Duration.ofMillis(50)))
                    .withCircuitBreaker(
                        t.circuitBreaker()
                            .withSlidingWindowSize(2)
                            .withWaitDurationInOpenState(Duration.ofMillis(200))))
        .manifest(m -> m.withRotateAfter(Duration.ofMillis(50)))
        .scrub(s -> s.withEnabled(false))
        .listener(events);
  }

  DiskHost host() {
    return host;
  }

  SimulatedDisk disk() {
    return host.simulatedDisk();
  }

  MemoryBucket bucket() {
    return bucket;
  }

  /** A way to the bucket, for a store to be opened. */
  ObjectStore objects() {
    objects = new FaultyObjectStore(host, bucket.on(host, Duration.ZERO), SEED);
    return objects;
  }

  /** What the store meets on its way to the bucket. */
  FaultyObjectStore faults() {
    return Objects.requireNonNull(objects, "the store has no bucket");
  }

  Application application() {
    return application;
  }

  AofStore store() {
    return application.store();
  }

  AofStream stream() {
    return store().stream(STREAM);
  }

  /** The process ends, and is started again; what the disk was told to do wrong is over. */
  void restart() {
    DiskHost next = host.kill(SEED);
    closeStore();
    disk().release();
    host = next;
    application = start();
  }

  /* One whose disk is gone has threads to be ended all the same. */
  private void closeStore() {
    try {
      store().close();
    } catch (RuntimeException | DiskGoneError e) {
      assertThat(e).isNotNull();
    }
  }

  // ---- what applications do

  /** Appends records that cannot be compressed; each is durable when this returns. */
  static void append(AofStream stream, int records, int size) {
    for (int n = 0; n < records; n++) {
      stream.append(new SeededRandom(stream.nextOffset()).bytes(size));
    }
  }

  /** Seals what there is, and waits until it is in the bucket. */
  static void archive(AofStream stream) {
    stream.seal();
    long end = stream.nextOffset();
    await().atMost(PATIENCE).until(() -> stream.archivedOffset() >= end);
  }

  /** Reads the first record. */
  static void readFirst(AofStream stream) {
    try (AofReader reader = stream.reader(ReadFrom.earliest())) {
      assertThat(reader.next()).isNotNull();
    }
  }

  static Segment firstSegment(AofStream stream) {
    return stream.snapshot().segments().get(0);
  }

  @Override
  public void close() {
    closeStore();
    disk().release();
  }
}
