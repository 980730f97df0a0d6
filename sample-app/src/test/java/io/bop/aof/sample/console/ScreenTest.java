package io.bop.aof.sample.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.AofSnapshot.TierUsage;
import io.bop.aof.Tier;
import io.bop.aof.sample.console.Summary.Work;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ScreenTest {

  private static final long MB = 1024 * 1024;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final AtomicLong nanos = new AtomicLong();

  @Test
  void printsPlainLinesFarApartWhereThereIsNoTerminal() {
    Step step = screen(false).step("append", 1000);
    for (int done = 0; done <= 1000; done += 10) {
      nanos.addAndGet(Duration.ofMillis(50).toNanos());
      step.update(done, () -> "so far");
    }
    step.end("1,000 records");
    assertThat(printed())
        .containsExactly(
            "  append      39 %  so far",
            "  append      79 %  so far", "  append     1,000 records");
  }

  @Test
  void redrawsOneLineOnATerminal() {
    Screen screen = screen(true);
    Step step = screen.step("append", 4);
    nanos.addAndGet(Duration.ofMillis(100).toNanos());
    step.update(1, () -> "so far");
    assertThat(bytes.toString(StandardCharsets.UTF_8))
        .isEqualTo("\r  append     #####---------------  25 %  so far\u001b[K");
    step.end("done");
    assertThat(bytes.toString(StandardCharsets.UTF_8)).endsWith("\r\u001b[K  append     done\n");
  }

  @Test
  void otherLinesDoNotRunIntoTheBar() {
    Screen screen = screen(true);
    Step step = screen.step("append", 4);
    nanos.addAndGet(Duration.ofMillis(100).toNanos());
    step.update(1, () -> "so far");
    screen.line("stopped");
    assertThat(bytes.toString(StandardCharsets.UTF_8)).endsWith("\u001b[K\r\u001b[Kstopped\n");
  }

  @Test
  void knowsWhichStepRuns() {
    Screen screen = screen(false);
    assertThat(screen.currentStep()).isNull();
    Step step = screen.step("replay", 10);
    step.update(5, () -> "");
    assertThat(screen.currentStep()).isSameAs(step);
    assertThat(step.share()).isEqualTo(0.5);
    step.end("");
    assertThat(screen.currentStep()).isNull();
  }

  @Test
  void barsStayWithinTheirWidth() {
    Screen screen = screen(false);
    assertThat(screen.bar(-1, 4)).isEqualTo("----");
    assertThat(screen.bar(0.5, 4)).isEqualTo("##--");
    assertThat(screen.bar(7, 4)).isEqualTo("####");
  }

  @Test
  void showsTheSummaryAsATable() {
    Summary summary =
        new Summary(
            "data/aof",
            new Work(1_000_000, 100 * MB, Duration.ofMillis(900)),
            new Work(923_401, 100 * MB, Duration.ofSeconds(2)),
            new Work(1_923_401, 200 * MB, Duration.ofSeconds(4)),
            38,
            290 * MB,
            46 * MB,
            Map.of(
                Tier.TIER0, new TierUsage(64 * MB, 128 * MB, 8),
                Tier.TIER1, new TierUsage(18 * MB, 24 * MB, 15),
                Tier.TIER2, new TierUsage(46 * MB, 0, 37)));
    screen(false).lines(summary.lines(screen(false)));
    assertThat(printed())
        .containsExactly(
            "",
            "-".repeat(78),
            "  store      data/aof",
            "  records    1,923,401, 200.0 MB (found 1,000,000, appended 923,401)",
            "  append     461,701 records/s, 50.0 MB/s (in 2.00 s)",
            "  replay     480,850 records/s, 50.0 MB/s (in 4.00 s)",
            "  segments   38 - compression ratio 6.30 : 1 (290.0 MB to 46.0 MB)",
            "",
            "  tier       segments       bytes       limit",
            "  0 hot             8     64.0 MB    128.0 MB  ##########----------",
            "  1 warm           15     18.0 MB     24.0 MB  ###############-----",
            "  2 cold           37     46.0 MB        none  everything that is sealed",
            "-".repeat(78));
  }

  @Test
  void saysWhenThereWasNothingToAppendOrCompress() {
    Summary summary = new Summary("x", Work.NONE, Work.NONE, Work.NONE, 0, 0, 0, Map.of());
    assertThat(summary.lines(screen(false)))
        .contains("  append     nothing to append", "  segments   0, none compressed yet");
  }

  @Test
  void writesNumbersForPeople() {
    assertThat(Numbers.bytes(1023)).isEqualTo("1023 B");
    assertThat(Numbers.bytes(1536)).isEqualTo("1.5 KB");
    assertThat(Numbers.bytes(3 * 1024 * MB)).isEqualTo("3.00 GB");
    assertThat(Numbers.time(Duration.ofMillis(41))).isEqualTo("41 ms");
    assertThat(Numbers.time(Duration.ofMillis(4711))).isEqualTo("4.71 s");
    assertThat(Numbers.time(Duration.ofSeconds(125))).isEqualTo("2 min 5 s");
    assertThat(Numbers.countRate(10, Duration.ZERO)).isNotBlank();
  }

  private Screen screen(boolean interactive) {
    return new Screen(
        new PrintStream(bytes, true, StandardCharsets.UTF_8), interactive, false, nanos::get);
  }

  private String[] printed() {
    return bytes.toString(StandardCharsets.UTF_8).split("\n");
  }
}
