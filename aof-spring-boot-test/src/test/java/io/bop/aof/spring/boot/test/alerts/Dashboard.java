package io.bop.aof.spring.boot.test.alerts;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The dashboard in the documents. */
final class Dashboard {

  private static final Path FILE = Path.of("..", "docs", "grafana", "aof.json");

  private Dashboard() {}

  /** All its queries. */
  static List<String> queries() throws IOException {
    JsonNode dashboard = JsonMapper.builder().build().readTree(Files.readString(FILE));
    List<String> queries = new ArrayList<>();
    for (JsonNode panel : dashboard.get("panels")) {
      if (panel.has("targets")) {
        panel.get("targets").forEach(target -> queries.add(target.get("expr").asString()));
      }
    }
    return queries;
  }
}
