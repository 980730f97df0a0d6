package io.bop.aof.testkit.torture;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a torture is told. Immutable.
 *
 * @param directory for the disk and the logs; created, and removed unless a promise is broken
 * @param seed decides what is appended and when a process is killed; what the machine does between
 *     is chance
 * @param rounds how many processes are started, at least 2
 * @param roundsPerStore after so many rounds a new store is begun, at least 2
 * @param threads that append, 1 to 32
 * @param disk {@code ext4}, {@code tmpfs}, {@code quota}, {@code plain} or {@code best}: the first
 *     of them that this machine allows
 * @param diskBytes of the disk
 * @param full whether the disk is filled now and then
 * @param tsv file for one line a round; null: none
 */
public record TortureOptions(
    Path directory,
    long seed,
    int rounds,
    int roundsPerStore,
    int threads,
    String disk,
    long diskBytes,
    boolean full,
    @Nullable Path tsv) {

  private static final long MIB = 1024 * 1024;
  private static final long LEAST_DISK_BYTES = 128 * MIB;

  private static final List<String> DISKS = List.of("best", "ext4", "tmpfs", "quota", "plain");
  private static final Set<String> NAMES =
      Set.of(
          "--dir",
          "--rounds",
          "--seed",
          "--rounds-per-store",
          "--threads",
          "--disk",
          "--disk-mib",
          "--tsv");

  /** How to call the program. */
  public static final String USAGE =
      """
      Torture --dir DIRECTORY [--rounds 200] [--seed 1] [--rounds-per-store 25] [--threads 4]
              [--disk best|ext4|tmpfs|quota|plain] [--disk-mib 256] [--full] [--tsv FILE]
      """;

  /** Checks the ranges. */
  public TortureOptions {
    atLeast("rounds", rounds, 2);
    atLeast("rounds-per-store", roundsPerStore, 2);
    atLeast("threads", threads, 1);
    if (threads > 32) {
      throw new IllegalArgumentException("threads must be at most 32: " + threads);
    }
    atLeast("disk-mib", diskBytes / MIB, LEAST_DISK_BYTES / MIB);
    if (full && disk.equals("plain")) {
      throw new IllegalArgumentException("a plain disk is never filled: choose another --disk");
    }
    if (!DISKS.contains(disk)) {
      throw new IllegalArgumentException("disk must be one of " + DISKS + ": " + disk);
    }
  }

  /**
   * Options as they stand on a command line; see {@link #USAGE}.
   *
   * @throws IllegalArgumentException when they make no sense; the message says why
   */
  public static TortureOptions parse(String... words) {
    Map<String, String> values = new HashMap<>();
    for (int i = 0; i < words.length; i++) {
      String name = words[i];
      if (name.equals("--full")) {
        values.put(name, "");
      } else if (NAMES.contains(name) && i + 1 < words.length) {
        values.put(name, words[++i]);
      } else {
        throw new IllegalArgumentException("unknown option, or its value is missing: " + name);
      }
    }
    String directory = values.get("--dir");
    if (directory == null) {
      throw new IllegalArgumentException("--dir is missing");
    }
    String tsv = values.get("--tsv");
    return new TortureOptions(
        Path.of(directory),
        number(values, "--seed", 1),
        Math.toIntExact(number(values, "--rounds", 200)),
        Math.toIntExact(number(values, "--rounds-per-store", 25)),
        Math.toIntExact(number(values, "--threads", 4)),
        values.getOrDefault("--disk", "best"),
        number(values, "--disk-mib", 256) * MIB,
        values.containsKey("--full"),
        tsv == null ? null : Path.of(tsv));
  }

  private static long number(Map<String, String> values, String name, long otherwise) {
    String value = values.get(name);
    try {
      return value == null ? otherwise : Long.parseLong(value);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(name + " is not a number: " + value, e);
    }
  }

  private static void atLeast(String name, long value, long least) {
    if (value < least) {
      throw new IllegalArgumentException(name + " must be at least " + least + ": " + value);
    }
  }

  /** The kind of disk asked for; null: the best one. */
  SmallDisk.@Nullable Kind kind() {
    return disk.equals("best") ? null : SmallDisk.Kind.valueOf(disk.toUpperCase(Locale.ROOT));
  }
}
