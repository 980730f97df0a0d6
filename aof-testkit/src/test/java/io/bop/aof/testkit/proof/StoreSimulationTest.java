package io.bop.aof.testkit.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.testkit.Property;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class StoreSimulationTest {

  private static final int NEWER_JAVA = 25;

  /*
   * A seed gives the same history on every Java. So the build on the newer one, which runs beside
   * the baseline's, does not repeat its seeds but goes on behind them. -Daof.runs=5000 runs more of
   * them, from the first on.
   */
  private static final long BASELINE_SEEDS = 1_000;
  private static final long NEWER_SEEDS = 100;

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

  /*
   * What other histories left in this process makes no difference, nor do number and hashes, nor
   * the order of sets.
   */
  @Test
  void theSameSeedsGiveTheSameHistoriesInAnotherProcess() throws Exception {
    LongStream.range(20, 25).forEach(seed -> run(seed, new ArrayList<>()));
    List<String> here = new ArrayList<>();
    for (int i = Histories.SEEDS.size() - 1; i >= 0; i--) {
      here.add(0, Histories.of(Histories.SEEDS.get(i)));
    }

    assertThat(inAnotherProcess()).containsExactlyElementsOf(here);
  }

  /* One of two orders sets as this process does, and says so at once. */
  private static List<String> inAnotherProcess() throws Exception {
    Path said = Files.createTempFile("histories", ".txt");
    try {
      for (int attempt = 0; attempt < 50; attempt++) {
        Process process =
            new ProcessBuilder(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx512m",
                    "-XX:TieredStopAtLevel=1",
                    "-XX:+UnlockExperimentalVMOptions",
                    "-XX:hashCode=3",
                    "-cp",
                    System.getProperty("java.class.path"),
                    Histories.class.getName(),
                    said.toString(),
                    Histories.orderOfSets())
                .inheritIO()
                .start();
        int status = process.waitFor();
        if (status != Histories.ALIKE) {
          assertThat(status).isZero();
          return Files.readAllLines(said);
        }
      }
      throw new AssertionError("every process orders sets as this one does");
    } finally {
      Files.delete(said);
    }
  }

  private static SimulationResult run(long seed, List<String> trace) {
    StoreSimulation simulation =
        new StoreSimulation(seed, SimulationOptions.defaults().withSteps(100));
    simulation.traceTo(trace::add);
    return simulation.run();
  }
}
