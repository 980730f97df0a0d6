package io.bop.aof.benchmarks.report;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The figures as a table for people. */
public final class MarkdownReport {

  private static final double MICRO = 1e3;
  private static final double MEGA = 1e6;
  private static final double KILO = 1e3;
  private static final long MEBIBYTE = 1024L * 1024L;

  private final EnvironmentReport environment;
  private final String command;
  private final List<Row> rows;

  /** Of these rows, measured on that machine with that command line. */
  public MarkdownReport(EnvironmentReport environment, String command, List<Row> rows) {
    this.environment = environment;
    this.command = command;
    this.rows = List.copyOf(rows);
  }

  /** The whole report. */
  public String text() {
    StringBuilder out = new StringBuilder();
    environment.facts().forEach((name, fact) -> line(out, "- " + name + ": " + fact));
    line(out, "- command: `" + command + "`");
    line(out, "");
    line(
        out,
        "| scenario | who | records/s (min – max) | ratio (min – max) | target"
            + " | p50 / p99 / p99.9 µs | CPU ns/op | heap B/op | volume, share of RAM |");
    line(out, "| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
    rows.forEach(row -> line(out, lineOf(row)));
    line(out, "");
    states().forEach(state -> line(out, "- " + state));
    return out.toString();
  }

  private static void line(StringBuilder out, String text) {
    out.append(text).append('\n');
  }

  private Set<String> states() {
    Set<String> states = new LinkedHashSet<>();
    for (Row row : rows) {
      String kind = row.scenario().split("/", 2)[0];
      String state = row.failure() != null ? "failed: " + row.failure() : row.state();
      states.add(kind + ", " + row.contestant() + ": " + state);
    }
    return states;
  }

  private String lineOf(Row row) {
    Row.Figures figures = row.figures();
    String start = "| " + row.scenario() + " | " + row.contestant() + " | ";
    if (figures == null) {
      return start + "failed | | | | | | " + volume(row.work()) + " |";
    }
    return start
        + String.join(
            " | ",
            rate(figures.rate()),
            ratio(figures.ratio()),
            target(figures),
            latency(figures.latency()),
            format("%.0f", figures.cpuPerOperation()),
            format("%.1f", figures.allocatedPerOperation()),
            volume(row.work()))
        + " |";
  }

  private static String rate(Summary rate) {
    return format("**%s** (%s – %s)", si(rate.median()), si(rate.min()), si(rate.max()));
  }

  private static String si(double value) {
    if (value >= MEGA) {
      return format("%.2f M", value / MEGA);
    }
    return value >= KILO ? format("%.1f k", value / KILO) : format("%.0f", value);
  }

  private static String ratio(@Nullable Summary ratio) {
    return ratio == null
        ? ""
        : format("**%.2f** (%.2f – %.2f)", ratio.median(), ratio.min(), ratio.max());
  }

  private static String target(Row.Figures figures) {
    Double target = figures.target();
    return target == null
        ? ""
        : format("≥ %.2f %s", target, figures.meetsTarget() ? "met" : "**missed**");
  }

  private static String latency(Row.@Nullable Latency latency) {
    return latency == null
        ? ""
        : format(
            "%.0f / %.0f / %.0f",
            latency.p50() / MICRO, latency.p99() / MICRO, latency.p999() / MICRO);
  }

  private String volume(Row.Work work) {
    return work.volumeBytes() == 0
        ? "by time"
        : format(
            "%d MiB, %.0f %%",
            work.volumeBytes() / MEBIBYTE, 100.0 * work.volumeBytes() / environment.ramBytes());
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
