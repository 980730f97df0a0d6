package io.bop.aof.spring.boot.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Dashboard and alerts ask for meters that there are. */
class DashboardTest {

  private static final Pattern METRIC = Pattern.compile("\\baof_[a-z0-9_]+");

  private static Set<String> known() {
    Set<String> known = new TreeSet<>();
    for (AofMeter meter : AofMeter.values()) {
      String name = PrometheusNames.of(meter);
      known.add(name);
      if (meter.kind() == AofMeter.Kind.TIMER || meter.kind() == AofMeter.Kind.SUMMARY) {
        known.add(name + "_count");
        known.add(name + "_sum");
        known.add(name + "_max");
      }
      if (meter.buckets() != Buckets.NONE) {
        known.add(name + "_bucket");
      }
    }
    return known;
  }

  private static Set<String> names(String text) {
    Set<String> names = new TreeSet<>();
    Matcher metrics = METRIC.matcher(text);
    while (metrics.find()) {
      names.add(metrics.group());
    }
    return names;
  }

  @Test
  void dashboardAsksForKnownMeters() throws IOException {
    assertThat(Dashboard.queries()).hasSizeGreaterThan(40);
    assertThat(known()).containsAll(names(String.join("\n", Dashboard.queries())));
  }

  @Test
  void alertsAskForKnownMeters() throws IOException {
    String rules = Files.readString(Path.of("..", "docs", "grafana", "aof-alerts.yml"));
    Set<String> asked = names(rules);
    assertThat(asked).hasSizeGreaterThan(10);
    Set<String> known = known();
    // The texts name a timer as a whole.
    assertThat(known).containsAll(asked);
  }
}
