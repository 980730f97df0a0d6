package io.bop.aof.testkit.torture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes, killed at random. {@code -Daof.soak=n} plays so many rounds. */
class TortureTest {

  private static final int ROUNDS = 5;

  @TempDir Path folder;

  @Test
  void keepsAllThatWasAcknowledgedWhenProcessesAreKilled() throws Exception {
    String rounds = Integer.toString(Math.max(ROUNDS, Integer.getInteger("aof.soak", ROUNDS)));
    String seed = Long.toString(Long.getLong("aof.seed", System.nanoTime()));
    Path tsv = folder.resolve("rounds.tsv");
    TortureOptions options =
        TortureOptions.parse(
            "--dir",
            folder.resolve("torture").toString(),
            "--rounds",
            rounds,
            "--seed",
            seed,
            "--disk",
            "quota",
            "--tsv",
            tsv.toString());
    List<String> progress = new ArrayList<>();

    TortureReport report = Torture.run(options, progress::add);

    System.out.print(report.toText());
    assertThat(report.failure()).as("replay with -Daof.seed=%s", seed).isNull();
    assertThat(report.totals().rounds()).isEqualTo(Integer.parseInt(rounds));
    assertThat(report.totals().recordsAcknowledged()).isPositive();
    assertThat(report.totals().recordsVerified()).isPositive();
    assertThat(Files.readAllLines(tsv)).hasSize(Integer.parseInt(rounds) + 1);
    assertThat(progress).hasSize(Integer.parseInt(rounds) + 1);
    assertThat(folder.resolve("torture/logs")).doesNotExist();
  }
}
