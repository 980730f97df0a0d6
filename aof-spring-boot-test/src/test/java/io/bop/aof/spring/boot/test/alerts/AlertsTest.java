package io.bop.aof.spring.boot.test.alerts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * The alert rules and the queries of the dashboard, asked of a Prometheus that scrapes real stores
 * while what they warn of happens and ends. Times in the rules are shortened. {@code
 * -Daof.prometheus} is the command; {@code scripts/alerts.sh} does it, and shows the report.
 */
@EnabledIfSystemProperty(named = "aof.prometheus", matches = ".+")
@Timeout(400)
class AlertsTest {

  private static final Path REPORT = Path.of("target", "alerts.txt");
  private static final Duration SOON = Duration.ofSeconds(90);
  private static final Duration OFTEN = Duration.ofMillis(250);

  @TempDir Path folder;

  private final List<String> report = new ArrayList<>();
  private Outage outage;
  private Causes causes;
  private Prometheus prometheus;

  @BeforeEach
  void start() throws IOException {
    outage = new Outage(folder);
    causes = Causes.onSimulatedMachines().and(outage);
    String command = System.getProperty("aof.prometheus");
    prometheus = new Prometheus(command, folder, Rules.inHaste(), causes.all());
  }

  @AfterEach
  void stop() {
    prometheus.close();
    causes.close();
  }

  @Test
  void eachAlertFiresWhileItsCauseIsThere() throws Exception {
    int applications = causes.all().size();
    await()
        .ignoreExceptions()
        .atMost(SOON)
        .until(() -> prometheus.query("aof_store_open").size() == applications);
    await().atMost(SOON).pollInterval(OFTEN).untilAsserted(this::everyQueryAnswers);
    for (Cause cause : causes.all()) {
      awaitQuiet("before: ", cause);
    }
    Set<String> fired = new TreeSet<>();
    for (Cause cause : causes.all()) {
      happen(cause);
      fired.addAll(cause.alerts());
    }
    for (Cause cause : causes.all()) {
      end(cause);
    }
    assertThat(fired).isEqualTo(Rules.asTheyAre().alerts());
    report.add(fired.size() + " alerts fired and became quiet");
    Files.write(REPORT, report);
  }

  private void happen(Cause cause) throws Exception {
    cause.happen();
    await(cause.name())
        .atMost(SOON)
        .pollInterval(OFTEN)
        .untilAsserted(
            () -> {
              cause.goOn();
              assertThat(prometheus.firing(cause)).containsAll(cause.alerts());
            });
    Set<String> expected = new TreeSet<>(cause.alerts());
    expected.addAll(cause.companions());
    Set<String> firing = prometheus.firing(cause);
    assertThat(expected).as(cause.name()).containsAll(firing);
    report.add("fires: " + cause.name() + " " + firing);
  }

  private void end(Cause cause) throws Exception {
    cause.end();
    awaitQuiet("after: ", cause);
    report.add("quiet: " + cause.name());
  }

  private void awaitQuiet(String when, Cause cause) {
    await(when + cause.name())
        .atMost(SOON)
        .pollInterval(OFTEN)
        .untilAsserted(() -> assertThat(prometheus.firing(cause)).isEmpty());
  }

  /* And with numbers, unless it shows what has not happened. */
  private void everyQueryAnswers() throws Exception {
    outage.work();
    List<String> empty = new ArrayList<>();
    for (String expression : Dashboard.queries()) {
      String asked =
          expression
              .replace("instance=~\"$instance\"", "instance=~\".*\"")
              .replace("$__rate_interval", "1m");
      if (prometheus.query(asked).isEmpty()) {
        empty.add(expression);
      }
    }
    assertThat(empty)
        .as("only what shows trouble is empty")
        .allMatch(
            e -> e.contains("backpressure") || e.contains("state!=") || e.contains("failures"));
  }
}
