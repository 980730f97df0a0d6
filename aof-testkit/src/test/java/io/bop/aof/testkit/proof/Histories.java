package io.bop.aof.testkit.proof;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Histories of some seeds, a line each; as a program, so that processes can be compared. */
final class Histories {

  /** Status of a process that orders sets as the one that started it. */
  static final int ALIKE = 3;

  /*
   * The first ones; 3, 12, 16, 38, 45 and 54 map memory that a killed process had mapped, and 5, 43
   * and 99 end while several calls wait for their answer.
   */
  static final List<Long> SEEDS =
      List.of(1L, 2L, 3L, 4L, 5L, 6L, 12L, 16L, 38L, 43L, 45L, 54L, 99L);

  private static final int STEPS = 100;

  private Histories() {}

  static String of(long seed) {
    SimulationOptions options = SimulationOptions.defaults().withSteps(STEPS);
    long trace = new StoreSimulation(seed, options).run().trace();
    return String.format(Locale.ROOT, "seed=%d trace=%016x", seed, trace);
  }

  /** One of two: each process draws it anew. */
  static String orderOfSets() {
    return Set.of(1, 2).toString();
  }

  /** Where to write them, and in what order the starting process has sets. */
  public static void main(String[] args) throws Exception {
    if (orderOfSets().equals(args[1])) {
      System.exit(ALIKE);
    }
    Files.write(Path.of(args[0]), SEEDS.stream().map(Histories::of).toList());
    System.exit(0);
  }
}
