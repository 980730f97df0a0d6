package io.bop.aof.testkit.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.testkit.SeededRandom;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Looks for bytes that a decoder does not survive, guided by coverage: {@code mvn -Pfuzz test} runs
 * Jazzer for {@code aof.fuzz.seconds} on each decoder, in a process of its own. It begins with
 * valid bytes. What it finds is printed in Base64; it belongs into {@code
 * src/test/resources/fuzz/TARGET/}, where {@link DecoderCorpusTest} replays it.
 */
@EnabledIfSystemProperty(
    named = "aof.fuzz.seconds",
    matches = "\\d+",
    disabledReason = "needs Jazzer: run with -Pfuzz")
class CoverageFuzzTest {

  private static final String JAZZER = "com.code_intelligence.jazzer.Jazzer";
  private static final int EXAMPLES = 30;

  @TempDir Path folder;

  static List<DecoderTarget> targets() {
    return DecoderTargets.all();
  }

  @ParameterizedTest
  @MethodSource("targets")
  void findsNothing(DecoderTarget target) throws Exception {
    Path corpus = Files.createDirectories(folder.resolve("corpus"));
    SeededRandom random = new SeededRandom(target.name().hashCode());
    for (int i = 0; i < EXAMPLES; i++) {
      Files.write(corpus.resolve("example-" + i), target.example().apply(random));
    }
    Path log = folder.resolve("log");
    Process fuzzer = start(target, corpus, log);
    assertThat(fuzzer.waitFor())
        .as(() -> "fuzzer of " + target + " says " + tail(log))
        .isZero();
    System.out.println(target + ": " + tail(log));
  }

  private Process start(DecoderTarget target, Path corpus, Path log) throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    List<String> command =
        List.of(
            java,
            "-Xmx512m",
            "-Daof.fuzz.target=" + target.name(),
            "-cp",
            System.getProperty("java.class.path"),
            JAZZER,
            "--target_class=" + CoverageTarget.class.getName(),
            "--instrumentation_includes=io.bop.aof.format.**:io.bop.aof.zstd.**"
                + ":io.bop.aof.manifest.**:io.bop.aof.segment.**:io.bop.aof.tier1.**"
                + ":io.bop.aof.tier2.**:io.bop.aof.objectstore.**:io.bop.aof.recovery.**",
            "-max_total_time=" + Integer.getInteger("aof.fuzz.seconds"),
            "-timeout=20",
            "-print_final_stats=1",
            corpus.toString());
    return new ProcessBuilder(command)
        .directory(folder.toFile())
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
  }

  private static String tail(Path log) {
    try {
      List<String> lines = Files.readAllLines(log);
      return String.join("\n", lines.subList(Math.max(0, lines.size() - 25), lines.size()));
    } catch (IOException e) {
      return e.toString();
    }
  }
}
