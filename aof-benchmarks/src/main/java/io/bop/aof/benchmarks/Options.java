package io.bop.aof.benchmarks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;

/**
 * What to measure. Immutable.
 *
 * @param sizes payload sizes in bytes
 * @param threads numbers of appending threads
 * @param megabytes payload and headers of one measured burst or of one replayed stream, in MiB
 * @param seconds how long a measurement lasts that is bounded by time
 * @param rounds measured rounds; each runs every contestant once
 * @param warmups rounds before them that do not count
 * @param only prefixes of scenario names; empty: all
 * @param dir where files go; must not be in memory for figures that count
 * @param json where the figures go as JSON
 * @param list only name the scenarios
 */
public record Options(
    List<Integer> sizes,
    List<Integer> threads,
    int megabytes,
    int seconds,
    int rounds,
    int warmups,
    List<String> only,
    Path dir,
    Path json,
    boolean list) {

  /** Text for {@code --help}. */
  public static final String USAGE =
      """
      java -jar aof-benchmarks.jar [compare] [options]   the engine beside its raw limits
        --sizes 64,1024        payload bytes (also measured: 256, 16384)
        --threads 1,4          appending threads
        --megabytes 512        MiB of one burst or replayed stream
        --seconds 2            length of measurements that are bounded by time
        --rounds 5             measured rounds
        --warmups 1            rounds before them that do not count
        --only append-memory   scenario name prefixes, separated by commas
        --dir PATH             where files go (a real disk)
        --json FILE            figures as JSON
        --list                 name the scenarios and stop
      java -jar aof-benchmarks.jar locks [--dir PATH] [--seconds N] [--threads N]
      java -jar aof-benchmarks.jar micro [JMH options]
      java -jar aof-benchmarks.jar environment [--dir PATH]
      """;

  private static final int MAX_PAYLOAD = 1024 * 1024;
  private static final int MAX_THREADS = 256;
  private static final int MAX_MEGABYTES = 64 * 1024;
  private static final int MAX_SECONDS = 3_600;
  private static final int MAX_ROUNDS = 1_000;

  /** Copies the lists and checks the ranges. */
  public Options {
    sizes = List.copyOf(sizes);
    threads = List.copyOf(threads);
    only = List.copyOf(only);
    sizes.forEach(size -> range("--sizes", size, 1, MAX_PAYLOAD));
    threads.forEach(count -> range("--threads", count, 1, MAX_THREADS));
    range("--megabytes", megabytes, 1, MAX_MEGABYTES);
    range("--seconds", seconds, 1, MAX_SECONDS);
    range("--rounds", rounds, 1, MAX_ROUNDS);
    range("--warmups", warmups, 0, MAX_ROUNDS);
  }

  /** The defaults. */
  public static Options defaults() {
    return new Options(
        List.of(64, 1024),
        List.of(1, 4),
        512,
        2,
        5,
        1,
        List.of(),
        Path.of("target", "aof-benchmarks"),
        Path.of("aof-benchmarks.json"),
        false);
  }

  /**
   * The options on a command line.
   *
   * @throws IllegalArgumentException naming the option and what is wrong with it
   */
  public static Options parse(List<String> arguments) {
    Parser parser = new Parser();
    Iterator<String> words = arguments.iterator();
    while (words.hasNext()) {
      parser.take(words.next(), words);
    }
    return parser.options;
  }

  /** Whether a scenario of that name is wanted. */
  public boolean wants(String scenario) {
    return only.isEmpty() || only.stream().anyMatch(scenario::startsWith);
  }

  /** These options with another folder for files. */
  Options withDir(Path value) {
    return new Options(
        sizes, threads, megabytes, seconds, rounds, warmups, only, value, json, list);
  }

  /** {@link #megabytes()} in bytes. */
  public long volumeBytes() {
    return megabytes * 1024L * 1024L;
  }

  private static void range(String option, int value, int min, int max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          option + " must be " + min + " to " + max + ": value=" + value);
    }
  }

  private static final class Parser {
    private Options options = defaults();

    void take(String word, Iterator<String> rest) {
      Options o = options;
      options =
          switch (word) {
            case "--sizes" -> withSizes(o, numbers(word, rest));
            case "--threads" -> withThreads(o, numbers(word, rest));
            case "--megabytes" -> withCounts(o, number(word, rest), o.seconds, o.rounds, o.warmups);
            case "--seconds" -> withCounts(o, o.megabytes, number(word, rest), o.rounds, o.warmups);
            case "--rounds" -> withCounts(o, o.megabytes, o.seconds, number(word, rest), o.warmups);
            case "--warmups" -> withCounts(o, o.megabytes, o.seconds, o.rounds, number(word, rest));
            case "--only" -> withPlaces(o, words(word, rest), o.dir, o.json, o.list);
            case "--dir" -> withPlaces(o, o.only, Path.of(value(word, rest)), o.json, o.list);
            case "--json" -> withPlaces(o, o.only, o.dir, Path.of(value(word, rest)), o.list);
            case "--list" -> withPlaces(o, o.only, o.dir, o.json, true);
            default -> throw new IllegalArgumentException("unknown option: " + word);
          };
    }

    private static Options withSizes(Options o, List<Integer> sizes) {
      return new Options(
          sizes,
          o.threads,
          o.megabytes,
          o.seconds,
          o.rounds,
          o.warmups,
          o.only,
          o.dir,
          o.json,
          o.list);
    }

    private static Options withThreads(Options o, List<Integer> threads) {
      return new Options(
          o.sizes,
          threads,
          o.megabytes,
          o.seconds,
          o.rounds,
          o.warmups,
          o.only,
          o.dir,
          o.json,
          o.list);
    }

    private static Options withCounts(
        Options o, int megabytes, int seconds, int rounds, int warmups) {
      return new Options(
          o.sizes, o.threads, megabytes, seconds, rounds, warmups, o.only, o.dir, o.json, o.list);
    }

    private static Options withPlaces(
        Options o, List<String> only, Path dir, Path json, boolean list) {
      return new Options(
          o.sizes, o.threads, o.megabytes, o.seconds, o.rounds, o.warmups, only, dir, json, list);
    }

    private static List<Integer> numbers(String option, Iterator<String> rest) {
      List<Integer> numbers = new ArrayList<>();
      for (String part : words(option, rest)) {
        numbers.add(parse(option, part));
      }
      return numbers;
    }

    private static int number(String option, Iterator<String> rest) {
      return parse(option, value(option, rest));
    }

    private static int parse(String option, String text) {
      try {
        return Integer.parseInt(text);
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException(option + " needs a number: value=" + text, e);
      }
    }

    private static List<String> words(String option, Iterator<String> rest) {
      return Arrays.stream(value(option, rest).split(",")).map(String::trim).toList();
    }

    private static String value(String option, Iterator<String> rest) {
      if (!rest.hasNext()) {
        throw new IllegalArgumentException(option + " needs a value");
      }
      return rest.next();
    }
  }
}
