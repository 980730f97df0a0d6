package io.bop.aof.testkit.guide;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The guide shows code that runs: that of {@link TestingGuideTest}, line by line. What it shows of
 * Spring is run by the module of the slice.
 */
class GuideCodeTest {

  private static final String SPRING = "## In a Spring Boot application";
  private static final Pattern CODE = Pattern.compile("(?ms)^```java\\n(.*?)^```$");

  @Test
  void allCodeOfTheGuideIsRunByATest() throws IOException {
    Path root = root();
    String all = Files.readString(root.resolve("docs/guides/testing.md"));
    String guide = all.substring(0, all.indexOf(SPRING));
    String test =
        Files.readString(
            root.resolve(
                "aof-testkit/src/test/java/io/bop/aof/testkit/guide/TestingGuideTest.java"));
    List<String> shown = CODE.matcher(guide).results().map(code -> code.group(1)).toList();

    assertThat(shown).hasSizeGreaterThan(4);
    assertThat(shown).filteredOn(code -> !test.contains(inClass(code))).isEmpty();
  }

  private static String inClass(String code) {
    return code.indent(2).replaceAll("(?m)^ +$", "");
  }

  private static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.isDirectory(folder.resolve(".mvn"))) {
      Path parent = folder.getParent();
      if (parent == null) {
        throw new IllegalStateException("no project here: folder=" + Path.of("").toAbsolutePath());
      }
      folder = parent;
    }
    return folder;
  }
}
