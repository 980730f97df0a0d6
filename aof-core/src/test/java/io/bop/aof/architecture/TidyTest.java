package io.bop.aof.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Size and shape of every Java file of the project.
 *
 * <p>What is too big and may stay so is in {@code tidy-waivers.txt}, with its size today: it may
 * shrink, and then the list must follow; it may not grow, and nothing is added to the list.
 */
class TidyTest {

  private static final Path ROOT = ProjectFiles.root();
  private static final Path WAIVERS =
      ROOT.resolve("aof-core/src/test/resources/architecture/tidy-waivers.txt");

  @Test
  void filesMethodsAndConstructorsKeepTheirLimits() {
    Map<String, Integer> waived = waivers();
    Map<String, Integer> found = TidyRules.check(ROOT, ProjectFiles.endingWith(ROOT, ".java"));

    Map<String, Integer> tooBig = new TreeMap<>(found);
    tooBig.entrySet().removeIf(e -> e.getValue() <= waived.getOrDefault(e.getKey(), 0));
    Map<String, Integer> outdated = new TreeMap<>(waived);
    outdated.entrySet().removeIf(e -> e.getValue().equals(found.get(e.getKey())));
    outdated.keySet().removeAll(tooBig.keySet());

    assertThat(tooBig).as("too big: make it smaller").isEmpty();
    assertThat(outdated).as("waivers that are too generous now: lower or remove them").isEmpty();
  }

  @Test
  void findsLongFilesAndLines() {
    assertThat(TidyRules.check("A.java", "class A {\n" + "\n".repeat(500) + "}\n"))
        .isEqualTo(Map.of("file-lines A.java", 502));
    assertThat(TidyRules.check("A.java", "class A {}\n//" + "x".repeat(99) + "\n"))
        .isEqualTo(Map.of("line-columns A.java:2", 101));
    assertThat(TidyRules.check("A.java", "// https://" + "x".repeat(99) + "\n")).isEmpty();
  }

  @Test
  void findsUnfinishedWork() {
    assertThat(TidyRules.check("A.java", "// TO" + "DO: later\nclass A {}\n"))
        .isEqualTo(Map.of("unfinished A.java:1", 1));
  }

  @Test
  void findsLongMethods() {
    String body = "    int i;\n".repeat(59);
    assertThat(TidyRules.check("A.java", "class A {\n  void t() {\n" + body + "  }\n}\n"))
        .isEqualTo(Map.of("method-lines A.java#A.t", 61));
  }

  @Test
  void findsConstructorsWithManyParametersButNotRecords() {
    String parameters = "(int a, int b, int c, int d, int e, int f, int g)";
    assertThat(TidyRules.check("A.java", "class A { A" + parameters + " {} }\n"))
        .isEqualTo(Map.of("constructor-parameters A.java#A.<init>", 7));
    assertThat(TidyRules.check("A.java", "record A" + parameters + " {}\n")).isEmpty();
  }

  private static Map<String, Integer> waivers() {
    return ProjectFiles.read(WAIVERS)
        .lines()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .map(line -> line.split(" "))
        .collect(Collectors.toMap(p -> p[0] + " " + p[1], p -> Integer.parseInt(p[2])));
  }
}
