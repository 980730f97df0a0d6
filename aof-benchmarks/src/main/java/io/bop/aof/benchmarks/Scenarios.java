package io.bop.aof.benchmarks;

import io.bop.aof.benchmarks.engine.StoreAppend;
import io.bop.aof.benchmarks.engine.StoreFlushed;
import io.bop.aof.benchmarks.engine.StorePointRead;
import io.bop.aof.benchmarks.engine.StoreReplay;
import io.bop.aof.benchmarks.engine.WarmPointRead;
import io.bop.aof.benchmarks.engine.WarmReplay;
import io.bop.aof.benchmarks.engine.WarmStream;
import io.bop.aof.benchmarks.limit.AppendLimit;
import io.bop.aof.benchmarks.limit.FlushedLimit;
import io.bop.aof.benchmarks.limit.PointReadLimit;
import io.bop.aof.benchmarks.limit.ReplayLimit;
import io.bop.aof.benchmarks.limit.WarmPointReadLimit;
import io.bop.aof.benchmarks.limit.WarmReplayLimit;
import io.bop.aof.format.RecordLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The scenarios that the options ask for, with the shares of the limit that ours must reach. */
final class Scenarios {

  private static final int POINT_READ_SIZE = 1024;
  private static final int WARM_SIZE = 1024;
  private static final int WARM_POINT_READS = 2_000;

  private static final double APPEND_ONE = 0.7;
  private static final double APPEND_MANY = 0.8;
  private static final double FLUSHED = 0.95;
  private static final double REPLAY = 0.7;
  private static final double POINT_READ = 0.7;
  private static final double WARM_REPLAY = 0.9;
  private static final double WARM_REPLAY_TWO = 1.6;

  /* At most 1.3 times as long. */
  private static final double WARM_POINT_READ = 1 / 1.3;

  private final Options options;
  private final List<Scenario> all = new ArrayList<>();

  private Scenarios(Options options) {
    this.options = options;
  }

  /** All that the options want, in the order to run them. */
  static List<Scenario> of(Options options) {
    Scenarios scenarios = new Scenarios(options);
    scenarios.appends();
    scenarios.replays();
    scenarios.pointReads();
    scenarios.warmReads();
    return scenarios.all.stream().filter(s -> options.wants(s.name())).toList();
  }

  private void appends() {
    for (int size : options.sizes()) {
      for (int threads : options.threads()) {
        appendMemory(size, threads, false);
        if (threads > 1) {
          appendMemory(size, threads, true);
        }
      }
    }
    for (int size : options.sizes()) {
      for (int threads : options.threads()) {
        appendFlushed(size, threads, false);
        if (threads > 1) {
          appendFlushed(size, threads, true);
        }
      }
    }
  }

  private static String append(String kind, int size, int threads, boolean own) {
    String streams = own ? threads + "-streams" : "one-stream";
    return "append-" + kind + "/" + size + "/" + threads + "-threads/" + streams;
  }

  private void appendMemory(int size, int threads, boolean own) {
    String name = append("memory", size, threads, own);
    long volume = options.volumeBytes();
    long perThread = Math.max(1, records(size) / threads);
    @Nullable Double target =
        own ? null : threads == 1 ? (Double) APPEND_ONE : (Double) APPEND_MANY;
    add(
        new Scenario(
            name,
            size,
            threads,
            volume,
            target,
            List.of(
                () -> new AppendLimit(folder("limit"), size, threads, own, volume),
                () -> new StoreAppend(folder("ours"), size, threads, own, perThread, volume))));
  }

  private void appendFlushed(int size, int threads, boolean own) {
    String name = append("flushed", size, threads, own);
    int seconds = options.seconds();
    add(
        new Scenario(
            name,
            size,
            threads,
            0,
            own ? null : (Double) FLUSHED,
            List.of(
                () -> new FlushedLimit(folder("limit"), size, threads, own, seconds),
                () -> new StoreFlushed(folder("ours"), size, threads, own, seconds))));
  }

  private void replays() {
    for (int size : options.sizes()) {
      long volume = options.volumeBytes();
      long records = records(size);
      add(
          new Scenario(
              "replay-hot/" + size,
              size,
              1,
              volume,
              REPLAY,
              List.of(
                  () -> new ReplayLimit(folder("limit"), size, volume),
                  () -> new StoreReplay(folder("ours"), size, records, volume))));
    }
  }

  private void pointReads() {
    int size = POINT_READ_SIZE;
    int seconds = options.seconds();
    long volume = options.volumeBytes();
    long records = records(size);
    add(
        new Scenario(
            "point-hot/" + size,
            size,
            1,
            volume,
            POINT_READ,
            List.of(
                () -> new PointReadLimit(folder("limit"), size, volume, seconds),
                () -> new StorePointRead(folder("ours"), size, records, volume, seconds))));
  }

  private void warmReads() {
    warmReplay(0, WARM_REPLAY);
    warmReplay(4, WARM_REPLAY_TWO);
    Shared<WarmStream> warm = warmStream();
    add(
        new Scenario(
            "point-warm/" + WARM_SIZE,
            WARM_SIZE,
            1,
            options.volumeBytes(),
            WARM_POINT_READ,
            List.of(
                () -> {
                  Shared.Use<WarmStream> use = warm.use();
                  return new WarmPointReadLimit(use.get().files(), WARM_POINT_READS, use);
                },
                () -> new WarmPointRead(warm.use(), WARM_POINT_READS))));
  }

  private void warmReplay(int readAhead, double target) {
    Shared<WarmStream> warm = warmStream();
    add(
        new Scenario(
            "replay-warm/" + WARM_SIZE + "/read-ahead-" + readAhead,
            WARM_SIZE,
            1,
            options.volumeBytes(),
            target,
            List.of(
                () -> {
                  Shared.Use<WarmStream> use = warm.use();
                  return new WarmReplayLimit(use.get().files(), use.get().records(), use);
                },
                () -> new WarmReplay(warm.use(), readAhead))));
  }

  private Shared<WarmStream> warmStream() {
    return new Shared<>(() -> new WarmStream(folder("warm"), WARM_SIZE, options.volumeBytes(), 0));
  }

  private void add(Scenario scenario) {
    all.add(scenario);
  }

  private long records(int size) {
    int padded = RecordLayout.padded(RecordLayout.HEADER_SIZE + size);
    return Math.max(1, options.volumeBytes() / padded);
  }

  private Path folder(String name) throws java.io.IOException {
    return Directories.fresh(options.dir(), name);
  }
}
