package io.bop.aof.testkit.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.testkit.Property;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StoreSimulationTest {

  private static final int NEWER_JAVA = 25;

  /*
   * A seed gives the same history on every Java. So the build on the newer one, which runs beside
   * the baseline's, does not repeat its seeds but goes on behind them. Of the mistakes that these
   * histories are known to find, all but one are found by the first 75 seeds, and that one by the
   * 436th: the thousandth history of the same code is worth less in each build than it costs.
   * -Daof.runs=1000 runs more of them, from the first on.
   */
  private static final long BASELINE_SEEDS = 300;
  private static final long NEWER_SEEDS = 150;

  private static void runSome(Simulations simulations) {
    Long wanted = Long.getLong(Property.RUNS);
    if (wanted != null) {
      simulations.run(1, wanted, System.out);
    } else if (Runtime.version().feature() < NEWER_JAVA) {
      simulations.run(1, BASELINE_SEEDS, System.out);
    } else {
      simulations.run(1 + BASELINE_SEEDS, NEWER_SEEDS, System.out);
    }
  }

  @Test
  void keepsItsPromisesThroughCrashesAndFaults() {
    Simulations simulations =
        new Simulations(SimulationOptions.defaults(), Runtime.getRuntime().availableProcessors());
    String replayed = System.getProperty(Property.SEED);
    if (replayed != null) {
      simulations.run(Long.parseLong(replayed), 1, System.out);
    } else {
      runSome(simulations);
    }
    System.out.println(simulations.summary());
    simulations.failures().stream()
        .findFirst()
        .ifPresent(
            failure -> {
              throw failure;
            });
  }

  /* Two traces in a message would be millions of lines. */
  private static Optional<String> firstDifference(List<String> first, List<String> second) {
    for (int i = 0; i < Math.max(first.size(), second.size()); i++) {
      String one = i < first.size() ? first.get(i) : "nothing";
      String other = i < second.size() ? second.get(i) : "nothing";
      if (!one.equals(other)) {
        return Optional.of("line " + i + ": " + one + " and then " + other);
      }
    }
    return Optional.empty();
  }

  @Test
  void theSameSeedGivesTheSameHistory() {
    for (long seed = 1; seed <= 5; seed++) {
      List<String> first = new ArrayList<>();
      List<String> second = new ArrayList<>();

      SimulationResult once = run(seed, first);
      SimulationResult again = run(seed, second);

      assertThat(firstDifference(first, second)).isEmpty();
      assertThat(again).isEqualTo(once);
      assertThat(once.turns()).isGreaterThan(once.steps());
    }
    assertThat(run(1, new ArrayList<>()).trace()).isNotEqualTo(run(2, new ArrayList<>()).trace());
  }

  /* What other histories left in this process makes no difference, nor do number and hashes. */
  @Test
  void theSameSeedsGiveTheSameHistoriesInAnotherProcess() throws Exception {
    Simulations here = new Simulations(SimulationOptions.defaults().withSteps(100), 2);

    here.run(1, 12, System.out);

    assertThat(here.failures()).isEmpty();
    assertThat(inAnotherProcess())
        .contains(String.format(Locale.ROOT, "trace=%016x ", here.trace()));
  }

  private static String inAnotherProcess() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UnlockExperimentalVMOptions",
                "-XX:hashCode=3",
                "-cp",
                System.getProperty("java.class.path"),
                Simulations.class.getName(),
                "--seeds",
                "12",
                "--steps",
                "100",
                "--threads",
                "1")
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), Charset.defaultCharset());
    assertThat(process.waitFor()).as(said).isZero();
    return said;
  }

  private static SimulationResult run(long seed, List<String> trace) {
    StoreSimulation simulation =
        new StoreSimulation(seed, SimulationOptions.defaults().withSteps(100));
    simulation.traceTo(trace::add);
    return simulation.run();
  }
}
