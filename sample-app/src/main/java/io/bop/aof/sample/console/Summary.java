package io.bop.aof.sample.console;

import io.bop.aof.AofSnapshot.TierUsage;
import io.bop.aof.Tier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The table at the end of a start.
 *
 * @param root directory of the store
 * @param found what an earlier start had left and this one read again
 * @param appended what this start appended
 * @param replayed what was read from the start to the end
 * @param segments segments of the stream
 * @param rawBytes bytes of the segments that have been compressed
 * @param compressedBytes the same, compressed
 * @param tiers what each tier holds
 */
public record Summary(
    String root,
    Work found,
    Work appended,
    Work replayed,
    int segments,
    long rawBytes,
    long compressedBytes,
    Map<Tier, TierUsage> tiers) {

  private static final int BAR_WIDTH = 20;

  /**
   * An amount of records and how long it took.
   *
   * @param records how many
   * @param bytes bytes of their payloads
   * @param time how long; zero when nothing was done
   */
  public record Work(long records, long bytes, Duration time) {
    /** Nothing. */
    public static final Work NONE = new Work(0, 0, Duration.ZERO);
  }

  /** The lines of the table. */
  public List<String> lines(Screen screen) {
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add(screen.rule());
    lines.add(fact("store", root));
    lines.add(fact("records", amount(replayed) + " (" + origin() + ")"));
    lines.add(fact("append", appended.records() == 0 ? "nothing to append" : rate(appended)));
    lines.add(fact("replay", rate(replayed)));
    lines.add(fact("segments", Numbers.count(segments) + compression(screen)));
    lines.add("");
    lines.add(
        String.format(
            Locale.ROOT, "  %-10s %8s  %10s  %10s", "tier", "segments", "bytes", "limit"));
    tiers.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(entry -> lines.add(tier(screen, entry.getKey(), entry.getValue())));
    lines.add(screen.rule());
    return lines;
  }

  private String origin() {
    return "found "
        + Numbers.count(found.records())
        + ", appended "
        + Numbers.count(appended.records());
  }

  private String compression(Screen screen) {
    if (compressedBytes == 0) {
      return ", none compressed yet";
    }
    return String.format(
        Locale.ROOT,
        " %s compression ratio %s (%s to %s)",
        screen.dot(),
        Numbers.ratio(rawBytes / (double) compressedBytes),
        Numbers.bytes(rawBytes),
        Numbers.bytes(compressedBytes));
  }

  private static String tier(Screen screen, Tier tier, TierUsage usage) {
    boolean limited = usage.limitBytes() > 0;
    return String.format(
            Locale.ROOT,
            "  %-10s %8s  %10s  %10s  %s",
            name(tier),
            Numbers.count(usage.segments()),
            Numbers.bytes(usage.bytes()),
            limited ? Numbers.bytes(usage.limitBytes()) : "none",
            limited
                ? screen.bar(usage.bytes() / (double) usage.limitBytes(), BAR_WIDTH)
                : "everything that is sealed")
        .stripTrailing();
  }

  private static String name(Tier tier) {
    return switch (tier) {
      case TIER0 -> "0 hot";
      case TIER1 -> "1 warm";
      case TIER2 -> "2 cold";
    };
  }

  private static String fact(String name, String value) {
    return Step.head(name) + value;
  }

  private static String amount(Work work) {
    return Numbers.count(work.records()) + ", " + Numbers.bytes(work.bytes());
  }

  private static String rate(Work work) {
    return Numbers.countRate(work.records(), work.time())
        + ", "
        + Numbers.byteRate(work.bytes(), work.time())
        + " (in "
        + Numbers.time(work.time())
        + ")";
  }
}
