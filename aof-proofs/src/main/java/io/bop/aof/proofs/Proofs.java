package io.bop.aof.proofs;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.openjdk.jcstress.JCStress;
import org.openjdk.jcstress.Options;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.infra.collectors.DiskReadCollector;
import org.openjdk.jcstress.infra.collectors.InProcessCollector;
import org.openjdk.jcstress.infra.collectors.TestResult;
import org.openjdk.jcstress.infra.grading.GradingResult;
import org.openjdk.jcstress.infra.grading.ReportUtils;
import org.openjdk.jcstress.infra.runners.TestList;

/**
 * Runs the proofs and prints what they saw, as a table in Markdown. Fails when a state was seen
 * that is forbidden, when a proof broke, and when one did not run at all.
 */
public final class Proofs {

  private static final String PACKAGE = "io.bop.aof.";

  private Proofs() {}

  /**
   * Runs them.
   *
   * @param args the folder for reports; which proofs, a regular expression; more options of
   *     jcstress
   */
  public static void main(String[] args) throws IOException {
    Path folder = Files.createDirectories(Path.of(args[0]));
    String wanted = args.length > 1 && !args[1].isBlank() ? args[1] : ".*";
    List<String> options = new ArrayList<>(List.of("-t", wanted, "-r", folder + "/"));
    if (args.length > 2 && !args[2].isBlank()) {
      options.addAll(List.of(args[2].trim().split("\\s+")));
    } else {
      options.addAll(List.of("-m", "quick", "-sc", "false"));
    }
    boolean passed = run(options.toArray(String[]::new), wanted, System.out);
    System.exit(passed ? 0 : 1);
  }

  private static boolean run(String[] options, String wanted, PrintStream out) throws IOException {
    Options parsed = new Options(options);
    if (!parsed.parse()) {
      return false;
    }
    boolean passed = true;
    try {
      new JCStress(parsed).run();
    } catch (AssertionError e) {
      out.println(e.getMessage());
      passed = false;
    } catch (IOException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("jcstress broke", e);
    }
    Path results = Path.of(parsed.getResultFile());
    SortedMap<String, TestResult> byName = results(results);
    Files.deleteIfExists(results);
    print(byName, out);
    SortedSet<String> missing = selected(wanted);
    missing.removeAll(byName.keySet());
    missing.forEach(name -> out.println("did not run, too few processors? proof=" + name));
    return passed && missing.isEmpty() && !byName.isEmpty();
  }

  private static SortedSet<String> selected(String wanted) {
    SortedSet<String> names = new TreeSet<>(TestList.tests());
    names.removeIf(name -> !Pattern.compile(wanted).matcher(name).find());
    return names;
  }

  private static SortedMap<String, TestResult> results(Path file) {
    InProcessCollector collector = new InProcessCollector();
    try {
      DiskReadCollector reader = new DiskReadCollector(file.toString(), collector);
      reader.dump();
      reader.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException("results of another jcstress: file=" + file, e);
    }
    SortedMap<String, TestResult> byName = new TreeMap<>();
    for (TestResult each : ReportUtils.mergedByName(collector.getTestResults())) {
      byName.put(each.getName(), each);
    }
    return byName;
  }

  private static void print(SortedMap<String, TestResult> results, PrintStream out) {
    out.println("| proof | states seen, how often | forbidden |");
    out.println("| --- | --- | --- |");
    results.forEach(
        (name, result) -> {
          StringBuilder seen = new StringBuilder();
          long forbidden = 0;
          for (GradingResult each : result.grading().gradingResults.values()) {
            if (each.count > 0) {
              seen.append(seen.length() == 0 ? "" : ", ").append('`').append(each.id).append("` ");
              seen.append(String.format(Locale.ROOT, "%,d", each.count));
            }
            if (each.expect == Expect.FORBIDDEN) {
              forbidden += each.count;
            }
          }
          out.println("| `" + name.replace(PACKAGE, "") + "` | " + seen + " | " + forbidden + " |");
        });
  }
}
