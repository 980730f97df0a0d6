package io.bop.aof.testkit.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Bytes that once broke a decoder: {@code fuzz/TARGET/WHAT.bin}, each a few bytes. */
class DecoderCorpusTest {

  static List<Path> findings() throws IOException, URISyntaxException {
    Path folder = Path.of(DecoderCorpusTest.class.getResource("/fuzz").toURI());
    try (Stream<Path> paths = Files.walk(folder)) {
      return paths.filter(path -> path.toString().endsWith(".bin")).sorted().toList();
    }
  }

  /** Those that are named {@code refused} must be; the others may give a value. */
  @ParameterizedTest
  @MethodSource("findings")
  void staysMended(Path finding) {
    DecoderTarget target = DecoderTargets.named(finding.getParent().getFileName().toString());
    byte[] bytes = read(finding);
    Optional<Object> found = Survival.run(target, bytes.clone());
    Optional<Object> signed = Survival.run(target, target.sign().apply(bytes));
    if (finding.getFileName().toString().startsWith("refused-")) {
      assertThat(found).isEmpty();
      assertThat(signed).isEmpty();
    }
  }

  private static byte[] read(Path path) {
    try {
      return Files.readAllBytes(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
