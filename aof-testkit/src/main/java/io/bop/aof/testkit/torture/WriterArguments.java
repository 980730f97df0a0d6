package io.bop.aof.testkit.torture;

import io.bop.aof.AofConfig;
import io.bop.aof.io.Host;
import io.bop.aof.testkit.QuotaDisk;
import io.bop.aof.testkit.SeededRandom;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What a writing process is told on its command line.
 *
 * @param root of the store
 * @param seed of the run
 * @param process its number in the run, from 0
 * @param threads that append
 * @param quotaBytes of the files below the root's parent; 0: as many as the disk holds
 */
record WriterArguments(Path root, long seed, int process, int threads, long quotaBytes) {

  private static final long MIB = 1024 * 1024;
  private static final int KIB = 1024;

  /* What takes longer hangs: a slow machine is no reason to fail. */
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  List<String> toCommandLine() {
    return List.of(
        root.toString(),
        Long.toString(seed),
        Integer.toString(process),
        Integer.toString(threads),
        Long.toString(quotaBytes));
  }

  static WriterArguments parse(String[] args) {
    return new WriterArguments(
        Path.of(args[0]),
        Long.parseLong(args[1]),
        Integer.parseInt(args[2]),
        Integer.parseInt(args[3]),
        Long.parseLong(args[4]));
  }

  Host host() {
    Path disk = root.toAbsolutePath().getParent();
    Host system = Host.system();
    return quotaBytes == 0 || disk == null
        ? system
        : system.withDisk(new QuotaDisk(system.disk(), disk, quotaBytes));
  }

  /** Random numbers of one thread. */
  SeededRandom random(int thread) {
    return new SeededRandom(Step.mix(Step.mix(seed, process), 1_000L + thread));
  }

  /** Budgets so small that every tier moves its bytes all the time; others at each start. */
  AofConfig config() {
    SeededRandom random = random(-1);
    AofConfig.Builder config =
        AofConfig.builder(root)
            .maxRecordSize(128 * KIB)
            .appendTimeout(PATIENCE)
            .archiveLinger(Duration.ofMillis(random.between(0, 40)))
            .reserveBytes(MIB)
            .segment(s -> s.withMinSize(MIB).withMaxSize(MIB))
            .flush(f -> f.withWatermark(256 * KIB).withMaxUnflushed(MIB))
            .tier0(t -> t.withMaxBytes(random.between(7, 12) * MIB))
            .tier1(t -> t.withMaxBytes(random.between(3, 8) * MIB).withFrameCache(MIB))
            .tier1(t -> t.withFrameSize(random.between(16, 64) * KIB))
            .tier2(t -> t.withDeleteGrace(Duration.ZERO))
            .manifest(m -> m.withChunkSize(random.between(16, 64) * KIB))
            .manifest(m -> m.withRotateAfter(Duration.ofMillis(random.between(20, 500))))
            .manifest(m -> m.withSnapshotEvery(random.between(10, 300)));
    for (TortureStream stream : TortureStream.values()) {
      config.stream(stream.streamName(), stream.config());
    }
    return config.build();
  }
}
