package io.bop.aof.benchmarks;

import io.bop.aof.benchmarks.report.EnvironmentReport;
import io.bop.aof.benchmarks.report.JsonReport;
import io.bop.aof.benchmarks.report.MarkdownReport;
import io.bop.aof.benchmarks.report.Row;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The one command of this module; see {@link Options#USAGE}. */
public final class Benchmarks {

  private static final int BAD_USAGE = 2;
  private static final int FAILED = 1;

  private Benchmarks() {}

  /** Runs the command in the first argument, {@code compare} when there is none. */
  public static void main(String[] arguments) throws Exception {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    List<String> words = Arrays.asList(arguments);
    String command = words.isEmpty() || words.get(0).startsWith("-") ? "compare" : words.get(0);
    List<String> rest =
        words.isEmpty() || words.get(0).startsWith("-") ? words : words.subList(1, words.size());
    try {
      int status = run(command, rest, out);
      if (status != 0) {
        System.exit(status);
      }
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.exit(BAD_USAGE);
    }
  }

  private static int run(String command, List<String> rest, PrintStream out) throws Exception {
    if (rest.contains("--help") && !command.equals("micro")) {
      out.print(Options.USAGE);
      return 0;
    }
    switch (command) {
      case "compare" -> {
        return compare(Options.parse(rest), String.join(" ", rest), out);
      }
      case "locks" -> LockProfile.run(Options.parse(rest), out);
      case "micro" -> org.openjdk.jmh.Main.main(rest.toArray(new String[0]));
      case "environment" -> environment(Options.parse(rest), out);
      default ->
          throw new IllegalArgumentException("unknown command: " + command + "\n" + Options.USAGE);
    }
    return 0;
  }

  private static void environment(Options options, PrintStream out) throws IOException {
    Files.createDirectories(options.dir());
    EnvironmentReport.of(options.dir())
        .facts()
        .forEach((name, fact) -> out.println(name + ": " + fact));
  }

  /** Measures what the options ask for; 1 when a contestant failed. */
  static int compare(Options options, String arguments, PrintStream out) throws IOException {
    if (options.list()) {
      Scenarios.of(options).forEach(scenario -> out.println(scenario.name()));
      return 0;
    }
    Path dir = Directories.fresh(options.dir(), "run");
    List<Row> rows;
    EnvironmentReport environment;
    try {
      environment = EnvironmentReport.of(dir);
      if (environment.isInMemory()) {
        out.println("warning: files are in memory, durable figures mean nothing: " + dir);
      }
      rows = measure(options.withDir(dir));
    } finally {
      Directories.delete(dir);
    }
    String command = ("java -jar aof-benchmarks.jar " + arguments).trim();
    out.print(new MarkdownReport(environment, command, rows).text());
    write(options.json(), JsonReport.text(environment, command, rows));
    return rows.stream().anyMatch(row -> row.failure() != null) ? FAILED : 0;
  }

  private static List<Row> measure(Options options) {
    List<Row> rows = new ArrayList<>();
    for (Scenario scenario : Scenarios.of(options)) {
      rows.addAll(new Comparison(scenario, options, System.err::println).run());
    }
    return rows;
  }

  private static void write(Path file, String text) throws IOException {
    Path parent = file.toAbsolutePath().getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    Files.writeString(file, text, StandardCharsets.UTF_8);
  }
}
