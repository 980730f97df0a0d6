package io.bop.aof.spring.boot.test.alerts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;

/**
 * What alerts warn of shows in the meters of a real store while it is there. Whether a Prometheus
 * then fires is for {@link AlertsTest}.
 */
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(180)
class AlertCausesTest {

  private static final Duration SOON = Duration.ofSeconds(60);
  private static final Pattern METER = Pattern.compile("\\baof_[a-z0-9_]+");

  private Causes causes;
  private Rules rules;

  @BeforeAll
  void start() throws IOException {
    rules = Rules.inHaste();
    causes = Causes.onSimulatedMachines();
  }

  @AfterAll
  void stop() {
    causes.close();
  }

  @Test
  void everyAlertHasACause() {
    Set<String> warned = new TreeSet<>(Set.of(Outage.ALERTS));
    causes.all().forEach(cause -> warned.addAll(cause.alerts()));
    assertThat(warned).isEqualTo(rules.alerts());
  }

  @Test
  void dashboardAndRulesAskForMetersThatThereAre() throws IOException {
    Set<String> known = new TreeSet<>();
    causes.all().forEach(cause -> known.addAll(meters(cause.scrape())));
    assertThat(Dashboard.queries()).hasSizeGreaterThan(40);
    assertThat(known).containsAll(meters(String.join("\n", Dashboard.queries())));
    Set<String> asked = meters(Rules.asTheyAre().text());
    assertThat(asked).hasSizeGreaterThan(10);
    assertThat(known).containsAll(asked);
  }

  private static Set<String> meters(String text) {
    Set<String> meters = new TreeSet<>();
    Matcher found = METER.matcher(text);
    while (found.find()) {
      meters.add(found.group());
    }
    return meters;
  }

  @Test
  void metersShowACauseWhileItIsThere() throws Exception {
    for (Cause cause : causes.all()) {
      assertThat(beyond(cause)).as("before: %s", cause.name()).isEmpty();
    }
    for (Cause cause : causes.all()) {
      cause.happen();
    }
    for (Cause cause : causes.all()) {
      await(cause.name())
          .atMost(SOON)
          .untilAsserted(() -> assertThat(beyond(cause)).containsAll(cause.alerts()));
      Set<String> expected = new TreeSet<>(cause.alerts());
      expected.addAll(cause.companions());
      assertThat(expected).as(cause.name()).containsAll(beyond(cause));
    }
    for (Cause cause : causes.all()) {
      cause.end();
    }
    for (Cause cause : causes.all()) {
      await("after: " + cause.name())
          .atMost(SOON)
          .untilAsserted(
              () -> assertThat(beyond(cause)).allMatch(alert -> rules.isOfCounter(alert)));
    }
  }

  private Set<String> beyond(Cause cause) {
    return rules.beyond(cause.scrape());
  }
}
