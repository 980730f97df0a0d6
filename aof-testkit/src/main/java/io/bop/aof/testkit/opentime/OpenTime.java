package io.bop.aof.testkit.opentime;

import io.bop.aof.AofStore;
import io.bop.aof.io.Host;
import io.bop.aof.store.Engine;
import io.bop.aof.testkit.ObservedDisk;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToLongFunction;

/**
 * Builds stores with few and with many sealed segments, lets their processes die without a close,
 * and measures how long it takes to open copies of them, and where that time goes.
 *
 * <p>Usage: {@code OpenTime DIRECTORY [rounds] [segments ...]}. Prints medians as a table.
 */
public final class OpenTime {

  private static final int STREAMS = 4;
  private static final int WARMUPS = 2;
  private static final int ROUNDS = 9;
  private static final List<Integer> SEGMENTS = List.of(10, 1_000, 20_000);

  private final Path directory;
  private final Map<StoreShape, Path> stores = new LinkedHashMap<>();
  private final Map<StoreShape, List<OpenSample>> samples = new LinkedHashMap<>();
  private int copies;

  private OpenTime(Path directory) {
    this.directory = directory;
  }

  /** Builds, measures and prints. */
  public static void main(String[] args) throws IOException, InterruptedException {
    if (args.length == 0) {
      throw new IllegalArgumentException("usage: OpenTime DIRECTORY [rounds] [segments ...]");
    }
    int rounds = args.length > 1 ? Integer.parseInt(args[1]) : ROUNDS;
    List<Integer> segments =
        args.length > 2 ? Arrays.stream(args).skip(2).map(Integer::valueOf).toList() : SEGMENTS;
    OpenTime program = new OpenTime(Path.of(args[0]));
    for (int count : segments) {
      program.build(new StoreShape(count, STREAMS, true));
      program.build(new StoreShape(count, STREAMS, false));
    }
    program.measure(rounds);
    new PrintStream(System.out, true, StandardCharsets.UTF_8).print(program.table());
  }

  private void build(StoreShape shape) throws IOException, InterruptedException {
    Path root = directory.resolve("store-" + shape.segments() + (shape.warm() ? "-warm" : "-cold"));
    stores.put(shape, root);
    samples.put(shape, new ArrayList<>());
    if (Files.exists(root)) {
      return;
    }
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(StoreBuilder.class.getName());
    command.addAll(shape.toCommandLine(root));
    Process process = new ProcessBuilder(command).inheritIO().start();
    if (process.waitFor() != 0) {
      throw new IOException("store could not be built: exit=" + process.exitValue());
    }
  }

  /* Interleaved, so that what the machine does besides meets all of them. */
  private void measure(int rounds) throws IOException {
    for (int round = -WARMUPS; round < rounds; round++) {
      for (Map.Entry<StoreShape, Path> store : stores.entrySet()) {
        OpenSample sample = open(store.getKey(), store.getValue());
        if (round >= 0) {
          Objects.requireNonNull(samples.get(store.getKey()), "samples").add(sample);
        }
      }
    }
  }

  private OpenSample open(StoreShape shape, Path original) throws IOException {
    Path copy = directory.resolve("copy-" + copies++);
    StoreCopies.copy(original, copy);
    OpenPhases phases = new OpenPhases(copy);
    Host system = Host.system();
    Host observed = system.withDisk(new ObservedDisk(system.disk(), phases));
    AofStore store = Engine.open(shape.config(copy), observed);
    OpenSample sample = phases.end();
    store.close();
    StoreCopies.delete(copy);
    return sample;
  }

  // ---- the table

  private String table() {
    StringBuilder text = new StringBuilder("| sealed segments | warm files | open |");
    StringBuilder line = new StringBuilder("| --- | --- | --- |");
    for (OpenPhases.Phase phase : OpenPhases.Phase.values()) {
      text.append(' ').append(phase.toString().toLowerCase(Locale.ROOT)).append(" |");
      line.append(" --- |");
    }
    text.append('\n').append(line).append('\n');
    samples.forEach((shape, opens) -> text.append(row(shape, opens)));
    return text.toString();
  }

  private static String row(StoreShape shape, List<OpenSample> opens) {
    StringBuilder row = new StringBuilder("| " + shape.segments() + " | ");
    row.append(shape.warm() ? "all" : "the newest").append(" | ");
    row.append(millis(median(opens, OpenSample::nanos))).append(" |");
    for (OpenPhases.Phase phase : OpenPhases.Phase.values()) {
      row.append(' ')
          .append(millis(median(opens, open -> open.nanosOf(phase))))
          .append(" (")
          .append(median(opens, open -> open.operationsOf(phase)))
          .append(") |");
    }
    return row.append('\n').toString();
  }

  private static long median(List<OpenSample> opens, ToLongFunction<OpenSample> what) {
    long[] sorted = opens.stream().mapToLong(what).sorted().toArray();
    return sorted[sorted.length / 2];
  }

  private static String millis(long nanos) {
    return String.format(Locale.ROOT, "%.1f ms", nanos / 1e6);
  }
}
