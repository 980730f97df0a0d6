package io.bop.aof.testkit.proof;

import io.bop.aof.AdmissionPolicy;
import io.bop.aof.AofConfig;
import io.bop.aof.ScrubConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Small stores whose tiers, chunks and timers all have something to do within a short history. */
final class SimulatedConfig {

  private static final long MIB = 1024 * 1024;

  private SimulatedConfig() {}

  static AofConfig draw(Path root, SplittableRandom random) {
    return AofConfig.builder(root)
        .maxRecordSize(256 * 1024)
        .appendTimeout(Duration.ofSeconds(random.nextInt(1, 11)))
        .archiveLinger(Duration.ofMillis(random.nextInt(1, 1_000)))
        .reserveBytes(MIB)
        .segment(s -> s.withMinSize(MIB).withMaxSize(MIB).withMaxAge(maxAge(random)))
        .flush(
            f ->
                f.withInterval(Duration.ofMillis(random.nextInt(1, 20)))
                    .withWatermark(random.nextInt(16, 512) * 1024L)
                    .withMaxUnflushed(random.nextInt(512, 4_096) * 1024L)
                    .withThreads(random.nextInt(1, 4)))
        .tier0(
            t ->
                t.withMaxBytes(random.nextInt(4, 9) * MIB)
                    .withPolicy(
                        random.nextBoolean() ? AdmissionPolicy.STRICT : AdmissionPolicy.ELASTIC))
        .tier1(
            t ->
                t.withMaxBytes(random.nextInt(2, 7) * MIB)
                    .withFrameCache(random.nextInt(2) * MIB)
                    .withWorkers(random.nextInt(1, 3))
                    .withFrameSize(64 * 1024))
        .tier2(
            t ->
                t.withDeadline(Duration.ofSeconds(random.nextInt(5, 60)))
                    .withDeleteGrace(Duration.ofSeconds(random.nextInt(0, 120)))
                    .withUploadConcurrency(random.nextInt(1, 4)))
        .manifest(
            m ->
                m.withChunkSize(16 * 1024)
                    .withRotateAfter(Duration.ofMillis(random.nextInt(20, 5_000)))
                    .withSnapshotEvery(random.nextInt(5, 200)))
        .scrub(s -> scrub(s, random))
        .build();
  }

  /* A pass over the objects asks for each of them: such passes are rarer. */
  private static ScrubConfig scrub(ScrubConfig scrub, SplittableRandom random) {
    boolean objects = random.nextInt(4) == 0;
    return scrub
        .withEnabled(random.nextInt(8) > 0)
        .withInterval(Duration.ofMillis(random.nextInt(objects ? 5_000 : 100, 20_000)))
        .withBytesPerSecond((64L * 1024) << random.nextInt(12))
        .withTier2(objects);
  }

  private static @Nullable Duration maxAge(SplittableRandom random) {
    return random.nextBoolean() ? null : Duration.ofSeconds(random.nextInt(1, 60));
  }
}
