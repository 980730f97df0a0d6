package io.bop.aof.benchmarks.engine;

import io.bop.aof.AofConfig;
import io.bop.aof.AofSnapshot;
import io.bop.aof.AofStore;
import io.bop.aof.AofStream;
import io.bop.aof.BackpressureKind;
import io.bop.aof.Durability;
import io.bop.aof.Tier2Type;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/** Stores as the benchmarks need them: no Tier 2, a Tier 0 that holds what is measured. */
final class Stores {

  static final long MEBIBYTE = 1024L * 1024L;
  static final long LARGE_SEGMENT = 64 * MEBIBYTE;
  static final long MEDIUM_SEGMENT = 8 * MEBIBYTE;

  private static final long TIER1_BYTES = 64 * 1024 * MEBIBYTE;
  private static final Duration SELDOM = Duration.ofMinutes(10);
  private static final long WAIT_NANOS = Duration.ofMinutes(2).toNanos();
  private static final long LOOK_NANOS = Duration.ofMillis(2).toNanos();

  private Stores() {}

  /**
   * A store whose Tier 0 keeps {@code hotBytes} without pressure; {@link Durability#MEMORY} records
   * are forced only when a segment is sealed.
   */
  static AofStore hot(Path dir, Durability durability, long hotBytes) {
    return hot(dir, durability, hotBytes, LARGE_SEGMENT);
  }

  /** Like {@link #hot(Path, Durability, long)}, with segments of that size. */
  static AofStore hot(Path dir, Durability durability, long hotBytes, long segmentBytes) {
    return AofStore.open(hotConfig(dir, durability, hotBytes, segmentBytes).build());
  }

  /** What {@link #hot(Path, Durability, long, long)} opens, for those who add to it. */
  static AofConfig.Builder hotConfig(
      Path dir, Durability durability, long hotBytes, long segmentBytes) {
    long budget = 4 * segmentBytes + 2 * hotBytes;
    return AofConfig.builder(dir)
        .durability(durability)
        .segment(s -> s.withMinSize(segmentBytes).withMaxSize(segmentBytes))
        .flush(f -> f.withInterval(SELDOM).withWatermark(budget).withMaxUnflushed(budget))
        .tier0(t -> t.withMaxBytes(budget).withEvictAt(1.0).withUrgentAt(1.0))
        .tier1(t -> t.withMaxBytes(TIER1_BYTES))
        .tier2(t -> t.withType(Tier2Type.NONE));
  }

  /** A store that moves each sealed segment to Tier 1; it keeps no frames in memory if so asked. */
  static AofStore warm(Path dir, long frameCacheBytes) {
    return AofStore.open(
        AofConfig.builder(dir)
            .durability(Durability.MEMORY)
            .segment(s -> s.withMinSize(MEDIUM_SEGMENT).withMaxSize(MEDIUM_SEGMENT))
            .tier0(t -> t.withMaxBytes(8 * MEDIUM_SEGMENT).withEvictAt(0.1).withUrgentAt(0.1))
            .tier1(t -> t.withMaxBytes(TIER1_BYTES).withFrameCache(frameCacheBytes))
            .tier2(t -> t.withType(Tier2Type.NONE))
            .build());
  }

  /** Waits until nothing is being compressed; nothing else disturbs the next contestant then. */
  static void awaitQuiet(AofStore store) {
    await("compression ends", () -> store.snapshot().compressionQueue() == 0);
  }

  /** Empties the stream, so that its slots can be used again. */
  static void empty(AofStore store, AofStream stream) {
    stream.flush();
    stream.seal();
    awaitQuiet(store);
    stream.truncateBefore(stream.nextOffset());
  }

  /** Waits, with a limit, until the condition holds. */
  static void await(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + WAIT_NANOS;
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        throw new IllegalStateException("waited too long: until=" + what);
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }

  /** How often appends waited, and for what; since the open. */
  static String waits(AofStore store) {
    Map<BackpressureKind, AofSnapshot.Backpressure> all = store.snapshot().backpressure();
    String kinds =
        all.entrySet().stream()
            .filter(entry -> entry.getValue().waits() > 0)
            .map(entry -> entry.getKey() + " " + entry.getValue().waits())
            .sorted()
            .collect(Collectors.joining(", "));
    return kinds.isEmpty() ? "no append waited" : "appends waited: " + kinds;
  }
}
