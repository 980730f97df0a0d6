package io.bop.aof.testkit.torture;

import io.bop.aof.testkit.SeededRandom;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Plays all rounds. Used once, by one thread. */
final class TortureRun {

  private final TortureOptions options;
  private final Consumer<String> progress;
  private final SeededRandom random;
  private final Path logs;
  private final List<RoundResult> rounds = new ArrayList<>();
  private int stores;
  private long acknowledged;
  private long verified;
  private long settled;

  TortureRun(TortureOptions options, Consumer<String> progress) {
    this.options = options;
    this.progress = progress;
    this.random = new SeededRandom(options.seed());
    this.logs = options.directory().resolve("logs");
  }

  /**
   * What was counted over all rounds.
   *
   * @param rounds each round that was played to its end
   * @param stores begun
   * @param acknowledged records
   * @param verified records
   * @param settled records
   */
  record Sums(
      List<RoundResult> rounds, int stores, long acknowledged, long verified, long settled) {}

  TortureReport run() throws IOException, InterruptedException {
    long started = System.nanoTime();
    requireUnused();
    Files.createDirectories(logs);
    writeTsv(RoundResult.TSV_HEADER, StandardOpenOption.TRUNCATE_EXISTING);
    SmallDisk disk = makeDisk();
    String failure = null;
    try (disk) {
      progress.accept("torture: seed=" + options.seed() + " disk=" + disk.kind());
      Thread unmount = new Thread(() -> closeAtExit(disk), "unmount");
      Runtime.getRuntime().addShutdownHook(unmount);
      failure = playAll(disk);
      Runtime.getRuntime().removeShutdownHook(unmount);
    }
    if (failure == null) {
      FileTrees.delete(logs);
      FileTrees.delete(disk.directory());
      disk.deleteImage();
    }
    Duration took = Duration.ofNanos(System.nanoTime() - started);
    Sums sums = new Sums(rounds, stores, acknowledged, verified, settled);
    return TortureReport.of(options, disk.kind(), sums, took, failure);
  }

  /* What an earlier run left is evidence, and no place for a new store. */
  private void requireUnused() throws IOException {
    if (Files.exists(options.directory())) {
      try (Stream<Path> files = Files.list(options.directory())) {
        if (files.findAny().isPresent()) {
          throw new IllegalArgumentException(
              "the directory must be empty: dir=" + options.directory());
        }
      }
    }
  }

  private SmallDisk makeDisk() throws IOException {
    SmallDisk.Kind kind = options.kind();
    return kind == null
        ? SmallDisk.makeBest(options.directory(), options.diskBytes())
        : SmallDisk.make(kind, options.directory(), options.diskBytes());
  }

  private static void closeAtExit(SmallDisk disk) {
    try {
      disk.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Plays until a promise is broken; returns what is needed to look into it, or null. */
  private @Nullable String playAll(SmallDisk disk) throws IOException, InterruptedException {
    while (rounds.size() < options.rounds()) {
      Path root = disk.directory().resolve("store-" + stores);
      int count = Math.min(options.roundsPerStore(), options.rounds() - rounds.size());
      long seed = Step.mix(options.seed(), stores);
      History history = new History(seed);
      stores++;
      try {
        playStore(disk, root, seed, history, count);
      } catch (Violation | IllegalStateException e) {
        return describe(e, keep(disk));
      } finally {
        acknowledged += history.acknowledged();
        verified += history.verified();
        settled += history.settled();
      }
      FileTrees.delete(root);
    }
    return null;
  }

  private void playStore(SmallDisk disk, Path root, long seed, History history, int count)
      throws IOException, InterruptedException {
    Round.Setting setting = new Round.Setting(history, disk, random, new Pace());
    for (int i = 0; i < count; i++) {
      int number = rounds.size() + 1;
      WriterArguments arguments =
          new WriterArguments(root, seed, i, options.threads(), disk.quotaBytes());
      Path log = logs.resolve(String.format(Locale.ROOT, "round-%05d.log", number));
      RoundResult result = Round.play(number, plan(i, count, disk), setting, arguments, log);
      rounds.add(result);
      writeTsv(result.toTsv(), StandardOpenOption.APPEND);
      progress.accept(line(result, history));
    }
  }

  /* Every store ends with a look at everything and a clean close; the first one is killed early. */
  private RoundPlan plan(int place, int count, SmallDisk disk) {
    if (place == count - 1) {
      return RoundPlan.closing();
    }
    boolean full = options.full() && disk.canBeFilled();
    return rounds.isEmpty() ? RoundPlan.appending(random) : RoundPlan.random(random, full);
  }

  private String line(RoundResult result, History history) {
    Message.Opened opened = result.opened();
    String open =
        opened == null ? "-" : String.format(Locale.ROOT, "%.1f ms", opened.nanos() / 1_000_000.0);
    return "round "
        + result.round()
        + "/"
        + options.rounds()
        + " "
        + result.planned()
        + (result.isKilledInOpen() ? " (killed during open)" : "")
        + ": open="
        + open
        + " read="
        + result.counts().read()
        + " steps="
        + result.counts().acknowledged()
        + " stops="
        + result.counts().stops()
        + " fills="
        + result.counts().fills()
        + " acknowledged="
        + (acknowledged + history.acknowledged())
        + " lost=0 invented=0";
  }

  private void writeTsv(String line, StandardOpenOption how) throws IOException {
    if (options.tsv() != null) {
      Files.writeString(
          options.tsv(), line + "\n", StandardOpenOption.CREATE, StandardOpenOption.WRITE, how);
    }
  }

  /* A mounted disk goes with this process: the files are copied out of it. */
  private Path keep(SmallDisk disk) throws IOException {
    Path evidence = options.directory().resolve("evidence");
    FileTrees.delete(evidence);
    disk.free();
    FileTrees.copy(disk.directory(), evidence);
    return evidence;
  }

  private String describe(RuntimeException e, Path evidence) {
    return e.getMessage()
        + (e.getCause() == null ? "" : " cause=" + e.getCause())
        + " round="
        + (rounds.size() + 1)
        + " seed="
        + options.seed()
        + " files="
        + evidence
        + " logs="
        + logs;
  }
}
