package io.bop.aof.testkit.damage;

import io.bop.aof.testkit.damage.Damage.Way;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/** Counts of verdicts by kind of file and way of damage. Confined to one thread. */
final class StormTable {

  private record Key(FileKind kind, Way way) implements Comparable<Key> {
    @Override
    public int compareTo(Key other) {
      int byWay = way.compareTo(other.way);
      return byWay != 0 ? byWay : kind.compareTo(other.kind);
    }
  }

  private final Map<Key, Map<Verdict, Integer>> counts = new TreeMap<>();

  void add(FileKind kind, Way way, Verdict verdict) {
    counts
        .computeIfAbsent(new Key(kind, way), key -> new EnumMap<>(Verdict.class))
        .merge(verdict, 1, Integer::sum);
  }

  /** Adds the counts of another one. */
  void addAll(StormTable other) {
    other.counts.forEach((key, row) -> row.forEach((verdict, n) -> add(key, verdict, n)));
  }

  private void add(Key key, Verdict verdict, int n) {
    counts
        .computeIfAbsent(key, any -> new EnumMap<>(Verdict.class))
        .merge(verdict, n, Integer::sum);
  }

  /** How many there were. */
  int total() {
    return counts.values().stream()
        .flatMap(row -> row.values().stream())
        .mapToInt(Integer::intValue)
        .sum();
  }

  /** As a table in Markdown. */
  String markdown() {
    StringBuilder text = new StringBuilder("| damage | file | struck");
    for (Verdict verdict : Verdict.values()) {
      text.append(" | ").append(verdict.text());
    }
    text.append(" |\n| --- | --- | ---").append(" | ---".repeat(Verdict.values().length));
    text.append(" |\n");
    counts.forEach(
        (key, row) -> {
          int sum = row.values().stream().mapToInt(Integer::intValue).sum();
          text.append("| ").append(key.way.text()).append(" | ").append(key.kind.text());
          text.append(" | ").append(number(sum));
          for (Verdict verdict : Verdict.values()) {
            text.append(" | ").append(number(row.getOrDefault(verdict, 0)));
          }
          text.append(" |\n");
        });
    return text.toString();
  }

  private static String number(int n) {
    return String.format(java.util.Locale.ROOT, "%,d", n);
  }
}
