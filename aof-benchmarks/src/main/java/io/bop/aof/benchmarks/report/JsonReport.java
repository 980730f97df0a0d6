package io.bop.aof.benchmarks.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The figures as JSON for programs. */
public final class JsonReport {

  private static final int FIRST_PRINTABLE = 0x20;

  private JsonReport() {}

  /** One object with {@code environment}, {@code command} and {@code rows}. */
  public static String text(EnvironmentReport environment, String command, List<Row> rows) {
    Map<String, @Nullable Object> report = new LinkedHashMap<>();
    Map<String, @Nullable Object> machine = new LinkedHashMap<>(environment.facts());
    machine.put("ramBytes", environment.ramBytes());
    machine.put("cores", environment.cores());
    report.put("environment", machine);
    report.put("command", command);
    List<Object> list = new ArrayList<>();
    rows.forEach(row -> list.add(map(row)));
    report.put("rows", list);
    return json(report) + "\n";
  }

  private static Map<String, @Nullable Object> map(Row row) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("scenario", row.scenario());
    map.put("contestant", row.contestant());
    map.put("recordSize", row.work().recordSize());
    map.put("threads", row.work().threads());
    map.put("volumeBytes", row.work().volumeBytes());
    map.put("state", row.state());
    map.put("failure", row.failure());
    Row.Figures figures = row.figures();
    if (figures != null) {
      map.put("recordsPerSecond", map(figures.rate()));
      map.put("ratio", map(figures.ratio()));
      map.put("target", figures.target());
      map.put("meetsTarget", figures.meetsTarget());
      map.put("cpuNanosPerOperation", figures.cpuPerOperation());
      map.put("allocatedBytesPerOperation", figures.allocatedPerOperation());
      map.put("latencyNanos", map(figures.latency()));
    }
    return map;
  }

  private static @Nullable Map<String, @Nullable Object> map(@Nullable Summary summary) {
    if (summary == null) {
      return null;
    }
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("median", summary.median());
    map.put("min", summary.min());
    map.put("max", summary.max());
    return map;
  }

  private static @Nullable Map<String, @Nullable Object> map(Row.@Nullable Latency latency) {
    if (latency == null) {
      return null;
    }
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("p50", latency.p50());
    map.put("p99", latency.p99());
    map.put("p999", latency.p999());
    map.put("max", latency.max());
    return map;
  }

  private static String json(@Nullable Object value) {
    if (value instanceof Map<?, ?> map) {
      return map.entrySet().stream()
          .map(entry -> quoted(String.valueOf(entry.getKey())) + ":" + json(entry.getValue()))
          .collect(Collectors.joining(",", "{", "}"));
    }
    if (value instanceof List<?> list) {
      return list.stream().map(JsonReport::json).collect(Collectors.joining(",\n", "[", "]"));
    }
    if (value instanceof Double number) {
      return String.format(Locale.ROOT, "%.4f", number);
    }
    return value instanceof String text ? quoted(text) : String.valueOf(value);
  }

  private static String quoted(String text) {
    StringBuilder out = new StringBuilder(text.length() + 2).append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < FIRST_PRINTABLE) {
        out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
      } else {
        out.append(c);
      }
    }
    return out.append('"').toString();
  }
}
