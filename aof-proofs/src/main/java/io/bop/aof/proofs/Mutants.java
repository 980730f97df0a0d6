package io.bop.aof.proofs;

import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;

/**
 * Breaks the engine in one way after another and runs the proofs that must see it. Prints a table
 * in Markdown, and fails when a mutant was not caught.
 */
public final class Mutants {

  /* A line of the table that Proofs prints. */
  private static final Pattern ROW = Pattern.compile("^\\| `(\\S+)` \\| (.*) \\| (\\d+) \\|$");

  private final Path folder;
  private final Path sources;
  private final String options;
  private final PrintStream out;

  private Mutants(Path folder, Path sources, String options, PrintStream out) {
    this.folder = folder;
    this.sources = sources;
    this.options = options;
    this.out = out;
  }

  /**
   * Runs them.
   *
   * @param args the folder for what is compiled; the engine's source folder; which mutants, a
   *     regular expression on their names; options of jcstress
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    String wanted = args.length > 2 && !args[2].isBlank() ? args[2] : ".*";
    String options = args.length > 3 ? args[3] : "";
    Mutants mutants = new Mutants(Path.of(args[0]), Path.of(args[1]), options, System.out);
    System.exit(mutants.run(Pattern.compile(wanted)) ? 0 : 1);
  }

  private boolean run(Pattern wanted) throws IOException, InterruptedException {
    List<String> rows = new ArrayList<>();
    boolean allCaught = true;
    int number = 0;
    for (Mutant mutant : MutantList.all()) {
      number++;
      if (!wanted.matcher(mutant.name()).find()) {
        continue;
      }
      String caught = forbidden(mutant, folder.resolve(String.valueOf(number)));
      allCaught &= mutant.order() || !caught.isEmpty();
      String verdict = caught.isEmpty() ? mutant.order() ? "not on this machine" : "NO" : caught;
      rows.add("| " + mutant.name() + " | `" + simpleName(mutant.file()) + "` | " + verdict + " |");
      out.println(rows.get(rows.size() - 1));
    }
    out.println();
    out.println("| mutant | in | caught by, how often forbidden states were seen |");
    out.println("| --- | --- | --- |");
    rows.forEach(out::println);
    return allCaught;
  }

  private static String simpleName(String file) {
    return file.substring(file.lastIndexOf('/') + 1).replace(".java", "");
  }

  /* The proofs that saw what is forbidden, and how often. */
  private String forbidden(Mutant mutant, Path place) throws IOException, InterruptedException {
    compile(mutant, place);
    Path log = place.resolve("output.txt");
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            place + File.pathSeparator + System.getProperty("java.class.path"),
            Proofs.class.getName(),
            place.resolve("report").toString(),
            mutant.proofs(),
            options);
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    process.waitFor();
    List<String> found = new ArrayList<>();
    for (String line : Files.readAllLines(log)) {
      Matcher row = ROW.matcher(line);
      if (row.matches() && Long.parseLong(row.group(3)) > 0) {
        found.add("`" + row.group(1) + "` " + row.group(3));
      }
    }
    return String.join(", ", found);
  }

  private void compile(Mutant mutant, Path place) throws IOException {
    Path source = place.resolve("source").resolve(mutant.file());
    Files.createDirectories(source.getParent());
    Files.writeString(source, mutant.apply(Files.readString(sources.resolve(mutant.file()))));
    int status =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-nowarn",
                "-proc:none",
                "-cp",
                System.getProperty("java.class.path"),
                "-d",
                place.toString(),
                source.toString());
    if (status != 0) {
      throw new IllegalStateException("mutant does not compile: mutant=" + mutant.name());
    }
  }
}
