package io.bop.aof.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import javax.tools.StandardJavaFileManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole programs shown in the tutorial compile against the engine as it is. */
class DocumentCodeTest {

  private static final Pattern PROGRAM = Pattern.compile("(?ms)^```java\\n(import .*?)^```$");

  @TempDir Path folder;

  @Test
  void programsOfTheTutorialCompile() throws IOException {
    Path tutorial = ProjectFiles.root().resolve("docs/tutorial/first-store.md");
    List<String> programs =
        PROGRAM.matcher(ProjectFiles.read(tutorial)).results().map(MatchResult::group).toList();

    assertThat(programs).isNotEmpty();
    try (StandardJavaFileManager files = Breach.compilerFiles()) {
      for (String program : programs) {
        String source = "package tutorial;\n" + program.replaceAll("(?m)^```.*$", "");
        assertThat(Breach.of("none", source).compile(files, folder)).isNotEmpty();
      }
    }
  }
}
