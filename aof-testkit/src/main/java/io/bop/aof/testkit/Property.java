package io.bop.aof.testkit;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Checks a property on many random examples. The seeds follow from the property's name and the
 * number of the run, so every build sees the same examples.
 *
 * <p>System properties:
 *
 * <ul>
 *   <li>{@code aof.seed}: runs every property once, with this seed: the replay of a failure;
 *   <li>{@code aof.runs}: the number of runs, instead of the one that the test gives.
 * </ul>
 */
public final class Property {

  /** Name of the system property that replays one seed. */
  public static final String SEED = "aof.seed";

  /** Name of the system property that sets the number of runs. */
  public static final String RUNS = "aof.runs";

  private Property() {}

  /** One example of a property: draws what it needs, and throws when the property does not hold. */
  @FunctionalInterface
  public interface Check {
    /** Runs the example. */
    void run(SeededRandom random) throws Exception;
  }

  /**
   * Runs the examples until one fails.
   *
   * @param name what holds; the seeds follow from it
   * @param runs how many examples; at least 1
   * @throws AssertionError when one fails: with the seed, how to replay it, and what it threw
   */
  public static void forAll(String name, int runs, Check check) {
    forAll(name, runs, check, System::getProperty);
  }

  static void forAll(
      String name, int runs, Check check, Function<String, @Nullable String> settings) {
    String seed = settings.apply(SEED);
    if (seed != null) {
      run(name, number(SEED, seed), "replay", check);
      return;
    }
    String more = settings.apply(RUNS);
    long count = more == null ? runs : number(RUNS, more);
    if (count < 1) {
      throw new IllegalArgumentException("runs must be positive: runs=" + count);
    }
    SeededRandom seeds = new SeededRandom(seedOf(name));
    for (long i = 0; i < count; i++) {
      run(name, seeds.nextLong(), (i + 1) + " of " + count, check);
    }
  }

  // What an example throws is the finding, whatever its type: an OutOfMemoryError of a decoder too.
  private static void run(String name, long seed, String run, Check check) {
    try {
      check.run(new SeededRandom(seed));
    } catch (Throwable e) {
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      throw new AssertionError(
          "property does not hold: name=\""
              + name
              + "\" run="
              + run
              + " seed="
              + seed
              + System.lineSeparator()
              + "replay with -D"
              + SEED
              + "="
              + seed
              + System.lineSeparator()
              + e,
          e);
    }
  }

  private static long number(String key, String value) {
    try {
      return Long.parseLong(value.trim());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("not a number: " + key + "=" + value, e);
    }
  }

  private static long seedOf(String name) {
    long seed = 0;
    for (int i = 0; i < name.length(); i++) {
      seed = seed * 31 + name.charAt(i);
    }
    return seed;
  }
}
