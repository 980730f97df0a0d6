package io.bop.aof.spring.boot.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The reference page of the meters is what the code says. {@code -Daof.docs.write=true} writes it.
 */
class MetricsReferenceTest {

  private static final Path PAGE = Path.of("..", "docs", "reference", "metrics.md");
  private static final String BEGIN = "<!-- written by MetricsReferenceTest -->\n";
  private static final String END = "<!-- end -->\n";

  @Test
  void pageIsWhatTheCodeSays() throws IOException {
    String page = Files.readString(PAGE);
    String head = page.substring(0, page.indexOf(BEGIN) + BEGIN.length());
    String tail = page.substring(page.indexOf(END));
    String expected = head + tables() + tail;
    if (Boolean.getBoolean("aof.docs.write")) {
      Files.writeString(PAGE, expected);
    }
    assertThat(Files.readString(PAGE))
        .as("run this test with -Daof.docs.write=true")
        .isEqualTo(expected);
  }

  private static String tables() {
    StringBuilder text = new StringBuilder("\n| meter | kind, unit | tags | meaning |\n");
    text.append("| --- | --- | --- | --- |\n");
    for (AofMeter meter : AofMeter.values()) {
      String kind = meter.kind().name().toLowerCase(Locale.ROOT);
      String unit = meter.unit().isEmpty() ? "" : ", " + meter.unit();
      String tags =
          meter.tagKeys().stream().map(key -> "`" + key + "`").collect(Collectors.joining(", "));
      text.append("| `").append(meter.meterName()).append("`<br>`");
      text.append(PrometheusNames.of(meter)).append("` | ").append(kind).append(unit);
      text.append(" | ").append(tags).append(" | ").append(meter.description()).append(" |\n");
    }
    text.append("\n## Buckets\n\n| timers | upper limits |\n| --- | --- |\n");
    for (Buckets buckets : Buckets.values()) {
      if (buckets != Buckets.NONE) {
        text.append("| ").append(timers(buckets)).append(" | ").append(limits(buckets));
        text.append(" |\n");
      }
    }
    return text.append('\n').toString();
  }

  private static String timers(Buckets buckets) {
    return Arrays.stream(AofMeter.values())
        .filter(meter -> meter.buckets() == buckets)
        .map(meter -> "`" + meter.meterName() + "`")
        .collect(Collectors.joining(", "));
  }

  private static String limits(Buckets buckets) {
    return Arrays.stream(buckets.limits())
        .map(MetricsReferenceTest::text)
        .collect(Collectors.joining(", "));
  }

  private static String text(Duration limit) {
    long micros = limit.toNanos() / 1_000;
    if (micros < 1_000) {
      return micros + " µs";
    }
    String millis = String.format(Locale.ROOT, "%s", micros / 1e3).replaceAll("\\.0$", "");
    return micros < 1_000_000 ? millis + " ms" : (micros / 1e6 + " s").replace(".0 ", " ");
  }
}
