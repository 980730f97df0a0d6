package io.bop.aof.testkit.torture;

import java.time.Duration;
import java.util.List;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What came of a torture. Immutable.
 *
 * @param options it was run with
 * @param disk the kind of disk it ran on
 * @param totals sums over all rounds
 * @param openMicros time of each completed open, in the order of the rounds
 * @param took how long it took
 * @param failure the broken promise, with what is needed to investigate; null: none
 */
public record TortureReport(
    TortureOptions options,
    String disk,
    Totals totals,
    List<Long> openMicros,
    Duration took,
    @Nullable String failure) {

  /** Copies the list. */
  public TortureReport {
    openMicros = List.copyOf(openMicros);
  }

  /**
   * Sums over all rounds.
   *
   * @param rounds processes started
   * @param stores stores begun
   * @param recordsAcknowledged records acknowledged
   * @param recordsVerified known records read back equal, each as often as it was read
   * @param recordsSettled records without an answer that were found after the kill
   * @param kills processes killed
   * @param killsInOpen processes killed while they opened the store
   * @param stops how often a process was stopped and continued, or stopped and killed
   * @param fills how often the disk was filled
   * @param stepsRefused steps refused for another reason than a full disk
   * @param stepsRefusedDiskFull steps refused because the disk was full
   * @param segmentsScanned unsealed segments that opens walked
   */
  public record Totals(
      int rounds,
      int stores,
      long recordsAcknowledged,
      long recordsVerified,
      long recordsSettled,
      long kills,
      long killsInOpen,
      long stops,
      long fills,
      long stepsRefused,
      long stepsRefusedDiskFull,
      long segmentsScanned) {}

  static TortureReport of(
      TortureOptions options,
      SmallDisk.Kind disk,
      TortureRun.Sums sums,
      Duration took,
      @Nullable String failure) {
    List<RoundResult> rounds = sums.rounds();
    Totals totals =
        new Totals(
            rounds.size(),
            sums.stores(),
            sums.acknowledged(),
            sums.verified(),
            sums.settled(),
            rounds.stream().filter(RoundResult::isKilled).count(),
            rounds.stream().filter(RoundResult::isKilledInOpen).count(),
            sum(rounds, round -> round.counts().stops()),
            sum(rounds, round -> round.counts().fills()),
            sum(rounds, round -> round.counts().refused()),
            sum(rounds, round -> round.counts().diskFull()),
            sum(rounds, RoundResult::segmentsScanned));
    List<Long> opens = rounds.stream().flatMap(RoundResult::openMicros).toList();
    return new TortureReport(options, disk.name(), totals, opens, took, failure);
  }

  private static long sum(List<RoundResult> rounds, ToLongFunction<RoundResult> what) {
    return rounds.stream().mapToLong(what).sum();
  }

  /** Whether all promises were kept. */
  public boolean passed() {
    return failure == null;
  }

  /** For people. */
  public String toText() {
    StringBuilder text = new StringBuilder();
    line(text, "seed", options.seed());
    line(text, "disk", disk + ", " + (options.diskBytes() >> 20) + " MiB");
    line(text, "rounds", totals.rounds() + " on " + totals.stores() + " stores");
    line(text, "kills", totals.kills() + ", during open " + totals.killsInOpen());
    line(text, "stops", totals.stops());
    line(text, "disk full", totals.fills() + " times");
    line(text, "records acknowledged", totals.recordsAcknowledged());
    line(text, "records verified", totals.recordsVerified());
    line(text, "records unanswered, found", totals.recordsSettled());
    line(text, "steps refused", totals.stepsRefused());
    line(text, "steps refused, disk full", totals.stepsRefusedDiskFull());
    line(text, "segments scanned", totals.segmentsScanned());
    line(text, "records lost", failure == null ? "0" : "see below");
    line(text, "records invented", failure == null ? "0" : "see below");
    line(text, "open time", openTimes());
    line(text, "took", took.toSeconds() + " s");
    if (failure != null) {
      text.append("FAILED: ").append(failure).append(System.lineSeparator());
    }
    return text.toString();
  }

  private static void line(StringBuilder text, String name, Object value) {
    text.append(String.format(java.util.Locale.ROOT, "%-26s %s%n", name, value));
  }

  private String openTimes() {
    if (openMicros.isEmpty()) {
      return "none";
    }
    List<Long> sorted = openMicros.stream().sorted().toList();
    return "min "
        + millis(sorted.get(0))
        + ", median "
        + millis(at(sorted, 0.5))
        + ", p99 "
        + millis(at(sorted, 0.99))
        + ", max "
        + millis(at(sorted, 1))
        + " (of "
        + sorted.size()
        + ")";
  }

  private static long at(List<Long> sorted, double share) {
    return sorted.get((int) Math.ceil(share * sorted.size()) - 1);
  }

  private static String millis(long micros) {
    return String.format(java.util.Locale.ROOT, "%.1f ms", micros / 1_000.0);
  }
}
