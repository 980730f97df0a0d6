package io.bop.aof.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class OptionsTest {

  @Test
  void takesEveryOption() {
    Options options =
        Options.parse(
            List.of(
                "--sizes",
                "64, 256",
                "--threads",
                "1,8",
                "--megabytes",
                "16",
                "--seconds",
                "3",
                "--rounds",
                "7",
                "--warmups",
                "0",
                "--only",
                "append-memory,point",
                "--dir",
                "d",
                "--json",
                "f.json",
                "--list"));

    assertThat(options)
        .isEqualTo(
            new Options(
                List.of(64, 256),
                List.of(1, 8),
                16,
                3,
                7,
                0,
                List.of("append-memory", "point"),
                Path.of("d"),
                Path.of("f.json"),
                true));
  }

  @Test
  void hasDefaults() {
    assertThat(Options.parse(List.of())).isEqualTo(Options.defaults());
  }

  @Test
  void refusesWhatItDoesNotKnow() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Options.parse(List.of("--size", "64")))
        .withMessageContaining("unknown option: --size");
  }

  @Test
  void namesTheOptionThatIsOutOfRange() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Options.parse(List.of("--rounds", "0")))
        .withMessageContaining("--rounds must be 1 to 1000: value=0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Options.parse(List.of("--sizes", "64,x")))
        .withMessageContaining("--sizes needs a number: value=x");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Options.parse(List.of("--dir")))
        .withMessageContaining("--dir needs a value");
  }

  @Test
  void wantsScenariosByPrefix() {
    Options options = Options.parse(List.of("--only", "append-memory/64,point"));

    assertThat(options.wants("append-memory/64/1-threads/one-stream")).isTrue();
    assertThat(options.wants("point-hot/1024")).isTrue();
    assertThat(options.wants("append-memory/1024/1-threads/one-stream")).isFalse();
  }
}
