package io.bop.aof.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ReportsTest {

  private static final EnvironmentReport MACHINE =
      new EnvironmentReport(2, "cpu", 1L << 30, "17", "none", "Linux 6", "ext4 on disk", "abc");
  private static final Row.Work WORK = new Row.Work(1024, 1, 1L << 28);

  private static Row ours(double ratio) {
    return new Row(
        "append-memory/1024",
        "ours",
        WORK,
        "mapped \"anew\"",
        new Row.Figures(
            new Summary(2_500_000, 2_000_000, 3_000_000),
            new Summary(ratio, 0.5, 0.9),
            0.7,
            400,
            0.25,
            new Row.Latency(60_000, 90_000, 120_000, 1_000_000)),
        null);
  }

  @Test
  void tableShowsRatioTargetAndShareOfMemory() {
    String text = new MarkdownReport(MACHINE, "cmd", List.of(ours(0.75))).text();

    assertThat(text)
        .contains("- commit: abc", "- command: `cmd`", "- file system: ext4 on disk")
        .contains(
            "| append-memory/1024 | ours | **2.50 M** (2.00 M – 3.00 M) | **0.75** (0.50 – 0.90)"
                + " | ≥ 0.70 met | 60 / 90 / 120 | 400 | 0.3 | 256 MiB, 25 % |")
        .contains("- append-memory, ours: mapped \"anew\"");
  }

  @Test
  void tableSaysThatATargetWasMissed() {
    assertThat(new MarkdownReport(MACHINE, "cmd", List.of(ours(0.6))).text())
        .contains("≥ 0.70 **missed**");
  }

  @Test
  void tableShowsWhyAContestantFailed() {
    Row failed = new Row("append-memory/64", "ours", WORK, "", null, "no engine");

    assertThat(new MarkdownReport(MACHINE, "cmd", List.of(failed)).text())
        .contains("| append-memory/64 | ours | failed |")
        .contains("- append-memory, ours: failed: no engine");
  }

  @Test
  void jsonHasAllFiguresAndQuotesText() {
    assertThat(JsonReport.text(MACHINE, "a\nb", List.of(ours(0.75))))
        .contains("\"command\":\"a\\u000ab\"")
        .contains("\"state\":\"mapped \\\"anew\\\"\"")
        .contains("\"ratio\":{\"median\":0.7500,\"min\":0.5000,\"max\":0.9000}")
        .contains("\"latencyNanos\":{\"p50\":60000,\"p99\":90000,\"p999\":120000,\"max\":1000000}")
        .contains("\"failure\":null")
        .contains("\"ramBytes\":1073741824");
  }
}
