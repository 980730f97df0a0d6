package io.bop.aof.spring.boot.test.alerts;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Properties;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.beans.factory.config.YamlPropertiesFactoryBean;
import org.springframework.core.io.ByteArrayResource;

/** The alert rules of the documents. */
final class Rules {

  private static final Path FILE = Path.of("..", "docs", "grafana", "aof-alerts.yml");

  /** A meter and a bound, at the beginning of an expression. */
  private static final Pattern FIRST =
      Pattern.compile(
          "(?<increase>increase\\()?(?<meter>aof_\\w+)(\\{(?<tags>[^}]*)})?(\\[\\w+])?\\)?"
              + " (?<is>==|>) (?<bound>[0-9.]+)\\b.*");

  private final String text;
  private final SortedMap<String, String> expressions;

  private Rules(String text) {
    this.text = text;
    this.expressions = expressions(text);
  }

  /** As an operator would take them over. */
  static Rules asTheyAre() throws IOException {
    return new Rules(Files.readString(FILE));
  }

  /** With short times: nothing has to last, and what is old is two seconds old. */
  static Rules inHaste() throws IOException {
    return new Rules(
        Files.readString(FILE)
            .replaceAll("for: \\S+", "for: 0s")
            .replaceAll("(seconds) > \\d00", "$1 > 2")
            .replaceAll("\\[\\d+m]", "[15s]"));
  }

  private static SortedMap<String, String> expressions(String yaml) {
    YamlPropertiesFactoryBean factory = new YamlPropertiesFactoryBean();
    factory.setResources(new ByteArrayResource(yaml.getBytes(StandardCharsets.UTF_8)));
    Properties flat = factory.getObject();
    SortedMap<String, String> found = new TreeMap<>();
    for (String key : flat.stringPropertyNames()) {
      if (key.endsWith(".alert")) {
        String rule = key.substring(0, key.length() - ".alert".length());
        found.put(flat.getProperty(key), flat.getProperty(rule + ".expr").strip());
      }
    }
    return found;
  }

  /** As Prometheus reads them. */
  String text() {
    return text;
  }

  /** The names of all alerts. */
  Set<String> alerts() {
    return expressions.keySet();
  }

  /**
   * The alerts whose meters are beyond their bounds in a scrape. What needs a history or several
   * meters is left out: a counter is beyond its bound when it has ever risen, and of a conjunction
   * only the first part is looked at.
   */
  Set<String> beyond(String scrape) {
    Set<String> beyond = new TreeSet<>();
    expressions.forEach(
        (alert, expression) -> {
          String[] parts = expression.split(" unless ");
          if (isBeyond(parts[0], scrape) && !(parts.length > 1 && isBeyond(parts[1], scrape))) {
            beyond.add(alert);
          }
        });
    return beyond;
  }

  private static boolean isBeyond(String expression, String scrape) {
    Matcher first = FIRST.matcher(expression);
    return first.matches() && scrape.lines().anyMatch(line -> isBeyond(first, line));
  }

  private static boolean isBeyond(Matcher first, String line) {
    String meter = first.group("meter");
    int end = meter.length();
    if (!line.startsWith(meter) || "{ ".indexOf(line.charAt(end)) < 0) {
      return false;
    }
    String tags = first.group("tags");
    if (tags != null && Arrays.stream(tags.split(",")).anyMatch(tag -> !line.contains(tag))) {
      return false;
    }
    double value = Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
    double bound = Double.parseDouble(first.group("bound"));
    return first.group("is").equals("==") ? value == bound : value > bound;
  }

  /** Whether it counts what has happened, so that its meter alone never falls. */
  boolean isOfCounter(String alert) {
    return expressions.getOrDefault(alert, "").startsWith("increase(");
  }
}
