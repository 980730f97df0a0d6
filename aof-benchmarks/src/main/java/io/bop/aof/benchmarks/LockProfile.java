package io.bop.aof.benchmarks;

import io.bop.aof.AofConfig;
import io.bop.aof.AofReader;
import io.bop.aof.AofStore;
import io.bop.aof.AofStream;
import io.bop.aof.Durability;
import io.bop.aof.ReadFrom;
import io.bop.aof.ReadOptions;
import io.bop.aof.ReadOptions.Visibility;
import io.bop.aof.Tier2Type;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import jdk.jfr.Recording;

/**
 * Records where threads blocked while several of them append to one stream and two read it: the
 * evidence for "no lock on the append path".
 */
final class LockProfile {

  private static final int RECORD_SIZE = 256;
  private static final int DEFAULT_THREADS = 8;
  private static final int READERS = 2;
  private static final long MEBIBYTE = 1024L * 1024L;
  private static final Duration POLL = Duration.ofMillis(10);
  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  private final Options options;
  private final int threads;
  private final Durability durability;
  private final AtomicLong appended = new AtomicLong();
  private volatile boolean stopped;

  private LockProfile(Options options, int threads, Durability durability) {
    this.options = options;
    this.threads = threads;
    this.durability = durability;
  }

  /** Profiles {@link Durability#MEMORY} and {@link Durability#FLUSHED} and prints both. */
  static void run(Options options, PrintStream out) throws Exception {
    boolean given = !options.threads().equals(Options.defaults().threads());
    int threads = given ? options.threads().get(0) : DEFAULT_THREADS;
    for (Durability durability : List.of(Durability.MEMORY, Durability.FLUSHED)) {
      new LockProfile(options, threads, durability).profile(out);
    }
  }

  private void profile(PrintStream out) throws Exception {
    Path dir = Directories.fresh(options.dir(), "locks");
    Path file = dir.resolve("blocked.jfr");
    try (AofStore store = AofStore.open(config(dir.resolve("store")))) {
      AofStream stream = store.stream("profiled");
      appendUntil(stream, NANOS_PER_SECOND);
      long before = appended.get();
      try (Recording recording = new Recording()) {
        enable(recording, "jdk.JavaMonitorEnter");
        enable(recording, "jdk.JavaMonitorWait");
        enable(recording, "jdk.ThreadPark");
        recording.start();
        load(stream);
        recording.stop();
        recording.dump(file);
      }
      BlockedStacks stacks = BlockedStacks.read(file);
      out.printf(
          Locale.ROOT,
          "%n## %s: %d threads append %d B to one stream, %d readers, %d s, %,d records%n%n",
          durability,
          threads,
          RECORD_SIZE,
          READERS,
          options.seconds(),
          appended.get() - before);
      stacks.print(out, appended.get() - before);
    } finally {
      Directories.delete(dir);
    }
  }

  private static void enable(Recording recording, String event) {
    recording.enable(event).withThreshold(Duration.ZERO).withStackTrace();
  }

  private AofConfig config(Path root) throws IOException {
    Files.createDirectories(root);
    return AofConfig.builder(root)
        .durability(durability)
        .tier0(t -> t.withMaxBytes(2048 * MEBIBYTE))
        .tier2(t -> t.withType(Tier2Type.NONE))
        .build();
  }

  private void load(AofStream stream) throws Exception {
    List<Thread> team = new ArrayList<>();
    for (int i = 0; i < READERS; i++) {
      team.add(start("profile-reader-" + i, () -> follow(stream)));
    }
    for (int i = 0; i < threads; i++) {
      team.add(
          start(
              "profile-appender-" + i,
              () -> appendUntil(stream, options.seconds() * NANOS_PER_SECOND)));
    }
    for (Thread thread : team.subList(READERS, team.size())) {
      thread.join();
    }
    stopped = true;
    for (Thread thread : team) {
      thread.join();
    }
    stopped = false;
  }

  private static Thread start(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private void appendUntil(AofStream stream, long nanos) {
    Payloads payloads = Payloads.cached(RECORD_SIZE);
    long start = System.nanoTime();
    long count = 0;
    while (System.nanoTime() - start < nanos) {
      stream.append(payloads.get(count));
      count++;
    }
    appended.addAndGet(count);
  }

  private void follow(AofStream stream) {
    ReadOptions all = ReadOptions.defaults().withVisibility(Visibility.COMMITTED);
    try (AofReader reader = stream.reader(ReadFrom.latest(), all)) {
      while (!stopped) {
        reader.poll(POLL);
      }
    }
  }
}
