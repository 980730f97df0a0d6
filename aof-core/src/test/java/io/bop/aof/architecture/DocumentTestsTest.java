package io.bop.aof.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every test that a document names exists: {@code FooTest}, or {@code FooTest.showsThis}. */
class DocumentTestsTest {

  private static final Pattern NAME =
      Pattern.compile("`(?:[a-z.]+\\.)?([A-Z]\\w*Test)(?:[.#](\\w+))?(?:\\(\\))?`");
  private static final Pattern METHOD =
      Pattern.compile("@(?:Test|ParameterizedTest|RepeatedTest)\\b[^;]*?\\bvoid\\s+(\\w+)\\s*\\(");

  @TempDir Path folder;

  @Test
  void testsThatDocumentsNameExist() {
    Path root = ProjectFiles.root();
    List<Path> documents = ProjectFiles.endingWith(root, ".md");
    String all = documents.stream().map(ProjectFiles::read).collect(Collectors.joining());
    assertThat(NAME.matcher(all).results().count()).isGreaterThan(30);
    assertThat(unknownTests(root, documents)).isEmpty();
  }

  @Test
  void findsTestsThatDoNotExist() throws Exception {
    Files.writeString(
        folder.resolve("GoodTest.java"),
        """
        class GoodTest {
          @Test
          void showsThis() {}

          @ParameterizedTest
          @ValueSource(strings = {"a", "b"})
          void showsThat(String text) throws Exception {}

          private static void helps() {}
        }
        """);
    Path document = folder.resolve("a.md");
    Files.writeString(
        document,
        """
        `GoodTest` `GoodTest.showsThis` `GoodTest.showsThat` GoneTest
        `GoneTest` `GoodTest.helps` `GoodTest.gone` `GoneTest.showsThis`
        """);
    assertThat(unknownTests(folder, List.of(document)))
        .containsExactly(
            "a.md: GoneTest", "a.md: GoodTest.helps", "a.md: GoodTest.gone", "a.md: GoneTest");
  }

  private static List<String> unknownTests(Path root, List<Path> documents) {
    Map<String, Set<String>> tests = tests(root);
    List<String> unknown = new ArrayList<>();
    for (Path document : documents) {
      Matcher names = NAME.matcher(ProjectFiles.read(document));
      while (names.find()) {
        String method = names.group(2);
        Set<String> methods = tests.get(names.group(1));
        String name = ProjectFiles.name(root, document) + ": " + names.group(1);
        if (methods == null) {
          unknown.add(name);
        } else if (method != null && !methods.contains(method)) {
          unknown.add(name + "." + method);
        }
      }
    }
    return unknown;
  }

  /* The methods of each test, by its name without a package. */
  private static Map<String, Set<String>> tests(Path root) {
    Map<String, Set<String>> tests = new HashMap<>();
    for (Path source : ProjectFiles.endingWith(root, "Test.java")) {
      String file = ProjectFiles.name(root, source);
      String name = file.substring(file.lastIndexOf('/') + 1, file.length() - ".java".length());
      Set<String> methods =
          METHOD
              .matcher(ProjectFiles.read(source))
              .results()
              .map((MatchResult found) -> found.group(1))
              .collect(Collectors.toSet());
      tests.computeIfAbsent(name, any -> new HashSet<>()).addAll(methods);
    }
    return tests;
  }
}
