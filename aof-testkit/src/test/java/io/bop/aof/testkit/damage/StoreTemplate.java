package io.bop.aof.testkit.damage;

import io.bop.aof.AofConfig;
import io.bop.aof.AofStore;
import io.bop.aof.AofStream;
import io.bop.aof.AppendRequest;
import io.bop.aof.SegmentState;
import io.bop.aof.StreamSnapshot;
import io.bop.aof.Tier;
import io.bop.aof.Tier2Type;
import io.bop.aof.store.Engine;
import io.bop.aof.testkit.SeededRandom;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * A small store with a segment in every state and tier, as a killed process leaves it or as a close
 * does. Immutable: damage goes to copies of its disk.
 */
final class StoreTemplate {

  static final Path ROOT = Path.of("/store");

  private static final long MIB = 1024 * 1024;
  private static final long FIRST_MICROS = 1_767_225_600_000_000L;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** The streams, by what becomes of their segments. */
  static final String COLD = "cold";

  private static final String BALLAST = "ballast";

  static final String WARM = "warm";
  static final String HOT = "hot";
  static final String ACTIVE = "active";

  private final String name;
  private final AofConfig config;
  private final ImageDisk disk;
  private final Map<String, Expected> expected;

  private StoreTemplate(
      String name, AofConfig config, ImageDisk disk, Map<String, Expected> expected) {
    this.name = name;
    this.config = config;
    this.disk = disk;
    this.expected = expected;
  }

  String name() {
    return name;
  }

  /** To open copies with; there is room for all that is there, so that nothing is evicted. */
  AofConfig config() {
    return config;
  }

  /** The store's files; not to be changed. */
  ImageDisk disk() {
    return disk;
  }

  /** By the name of the stream. */
  Map<String, Expected> expected() {
    return expected;
  }

  private static AofConfig config(Tier2Type tier2) {
    return AofConfig.builder(ROOT)
        .maxRecordSize(256 * 1024)
        .segment(s -> s.withMaxSize(MIB))
        .tier0(t -> t.withMaxBytes(6 * MIB))
        .tier1(t -> t.withMaxBytes(2 * MIB).withFrameSize(16 * 1024))
        .tier2(t -> t.withType(tier2).withRetry(t.retry().withMaxAttempts(1)))
        .manifest(
            m ->
                m.withChunkSize(16 * 1024)
                    .withRotateAfter(Duration.ofMillis(20))
                    .withSnapshotEvery(25))
        .reserveBytes(0)
        .build();
  }

  /** A store that was killed while it was idle, with Tier 2. */
  static StoreTemplate killed(long seed) {
    return new Builder(Tier2Type.FILESYSTEM, seed).build("killed", false);
  }

  /** A store that was closed, with Tier 2. */
  static StoreTemplate closed(long seed) {
    return new Builder(Tier2Type.FILESYSTEM, seed).build("closed", true);
  }

  /** A store that was killed while it was idle, without Tier 2. */
  static StoreTemplate local(long seed) {
    return new Builder(Tier2Type.NONE, seed).build("local", false);
  }

  /** Fills a store step by step. */
  private static final class Builder {
    private final AofConfig config;
    private final SeededRandom random;
    private final ImageDisk disk = new ImageDisk();
    private final MemoryHost host;
    private final Map<String, Expected> expected = new TreeMap<>();
    private long micros = FIRST_MICROS;

    Builder(Tier2Type tier2, long seed) {
      this.config = config(tier2);
      this.random = new SeededRandom(seed);
      this.host = new MemoryHost(disk, seed);
    }

    private boolean hasTier2() {
      return config.tier2().type() != Tier2Type.NONE;
    }

    StoreTemplate build(String name, boolean closed) {
      try (AofStore store = Engine.open(config, host)) {
        fillArchived(store);
      }
      ImageDisk image;
      try (AofStore store = Engine.open(config, host)) {
        fillLocal(store);
        awaitQuiet();
        image = disk.copy();
      }
      AofConfig roomy =
          config.toBuilder()
              .tier0(t -> t.withMaxBytes(64 * MIB))
              .tier1(t -> t.withMaxBytes(64 * MIB))
              .build();
      return new StoreTemplate(name, roomy, closed ? disk.copy() : image, frozen());
    }

    private Map<String, Expected> frozen() {
      Map<String, Expected> frozen = new TreeMap<>();
      expected.forEach((stream, records) -> frozen.put(stream, records.frozen()));
      return frozen;
    }

    /* Large segments, of a stream that goes again, push those before them out of Tier 1. */
    private void fillArchived(AofStore store) {
      AofStream cold = store.stream(COLD);
      for (int segment = 0; segment < 3; segment++) {
        append(cold, 30, 1_500);
        sealAndAwait(cold);
      }
      if (hasTier2()) {
        AofStream ballast = store.stream(BALLAST);
        for (int segment = 0; segment < 4; segment++) {
          append(ballast, 4, 240_000);
          sealAndAwait(ballast);
        }
        store.deleteStream(BALLAST);
        expected.remove(BALLAST);
      }
      AofStream warm = store.stream(WARM);
      for (int segment = 0; segment < 5; segment++) {
        append(warm, 30, 1_500);
        sealAndAwait(warm);
      }
    }

    private void sealAndAwait(AofStream stream) {
      stream.seal();
      SegmentState done = hasTier2() ? SegmentState.UPLOADED : SegmentState.COMPRESSED;
      await(stream, s -> s.state() == done);
    }

    /* From here on nothing reaches Tier 2, and at last nothing reaches Tier 1. */
    private void fillLocal(AofStore store) {
      disk.refuse(path -> path.startsWith(ROOT.resolve("tier2").resolve("segments")));
      AofStream warm = store.stream(WARM);
      append(warm, 30, 1_500);
      warm.seal();
      await(warm, s -> s.residency().contains(Tier.TIER1) || s.state() == SegmentState.UPLOADED);
      disk.refuse(
          path ->
              path.startsWith(ROOT.resolve("tier2").resolve("segments"))
                  || path.toString().endsWith(".zst.tmp"));
      AofStream hot = store.stream(HOT);
      append(hot, 40, 2_000);
      hot.seal();
      await(hot, s -> s.state() == SegmentState.SEALED);
      AofStream active = store.stream(ACTIVE);
      for (int flush = 0; flush < 3; flush++) {
        append(active, 15, 1_500);
        append(warm, 5, 1_000);
      }
    }

    /* Of all that is sealed: a slot that was asked for before may have become active since. */
    private static void await(AofStream stream, Predicate<StreamSnapshot.Segment> condition) {
      await(
          () ->
              stream.snapshot().segments().stream()
                  .filter(segment -> segment.state() != SegmentState.ACTIVE)
                  .allMatch(condition),
          () -> stream.snapshot().toString());
    }

    private void append(AofStream stream, int count, int maxPayload) {
      Expected list = expected.computeIfAbsent(stream.name(), Expected::new);
      List<AppendRequest> batch = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        AppendRequest request = request(maxPayload);
        list.add(request);
        if (maxPayload < 10_000 && random.oneIn(4)) {
          batch.add(request);
        } else {
          flushBatch(stream, batch);
          stream.append(request);
        }
        if (!batch.isEmpty() && (random.oneIn(2) || i == count - 1)) {
          flushBatch(stream, batch);
        }
      }
    }

    private static void flushBatch(AofStream stream, List<AppendRequest> batch) {
      if (!batch.isEmpty()) {
        stream.appendAll(List.copyOf(batch));
        batch.clear();
      }
    }

    private AppendRequest request(int maxPayload) {
      micros += random.between(1, 1_000_000);
      byte[] payload = new byte[random.between(maxPayload * 3 / 4, maxPayload)];
      for (int i = 0; i + Long.BYTES <= payload.length; i += Long.BYTES) {
        long word = random.nextLong();
        for (int j = 0; j < Long.BYTES; j++) {
          payload[i + j] = (byte) (word >>> 8 * j);
        }
      }
      AppendRequest.Builder request = AppendRequest.builder(payload).timestampMicros(micros);
      if (random.oneIn(3)) {
        request.key("key-" + random.nextInt(50)).extId(random.nextLong());
      }
      if (random.oneIn(4)) {
        request.header("h", "value-" + random.nextInt(9));
      }
      return request.build();
    }

    private void awaitQuiet() {
      long[] last = {-1, System.nanoTime()};
      await(
          () -> {
            long now = System.nanoTime();
            if (disk.changes() != last[0]) {
              last[0] = disk.changes();
              last[1] = now;
            }
            return now - last[1] > Duration.ofMillis(400).toNanos();
          },
          () -> "changes=" + disk.changes());
    }

    private static void await(BooleanSupplier condition, Supplier<String> state) {
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      while (!condition.getAsBoolean()) {
        if (System.nanoTime() > deadline) {
          throw new IllegalStateException("template does not come about: " + state.get());
        }
        try {
          Thread.sleep(5);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new IllegalStateException(e);
        }
      }
    }
  }
}
