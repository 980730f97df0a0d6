package io.bop.aof.spring.boot.test.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A real Prometheus that scrapes applications once a second. Listens on loopback only. */
final class Prometheus implements AutoCloseable {

  private final JsonMapper mapper = JsonMapper.builder().build();
  private final HttpClient client = HttpClient.newHttpClient();
  private final HttpServer applications;
  private final Process process;
  private final int port;

  /**
   * Starts it.
   *
   * @param command of Prometheus
   * @param folder for its files
   */
  Prometheus(String command, Path folder, Rules rules, List<Cause> watched) throws IOException {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    applications = HttpServer.create(new InetSocketAddress(loopback, 0), 0);
    watched.forEach(this::serve);
    applications.start();
    Files.writeString(folder.resolve("rules.yml"), rules.text());
    StringBuilder config = new StringBuilder();
    config.append("global: {scrape_interval: 1s, evaluation_interval: 1s}\n");
    config.append("rule_files: [rules.yml]\nscrape_configs:\n");
    watched.forEach(cause -> config.append(job(cause)));
    Files.writeString(folder.resolve("prometheus.yml"), config);
    try (ServerSocket free = new ServerSocket(0, 1, loopback)) {
      port = free.getLocalPort();
    }
    process =
        new ProcessBuilder(
                command,
                "--config.file=" + folder.resolve("prometheus.yml"),
                "--storage.tsdb.path=" + folder.resolve("tsdb"),
                "--web.listen-address=127.0.0.1:" + port)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("prometheus.log").toFile())
            .start();
  }

  private String job(Cause cause) {
    return String.format(
        "- {job_name: %s, metrics_path: /%s,"
            + " static_configs: [{targets: ['127.0.0.1:%s'], labels: {instance: %s}}]}%n",
        cause.name(), cause.name(), applications.getAddress().getPort(), cause.name());
  }

  private void serve(Cause cause) {
    applications.createContext(
        "/" + cause.name(),
        exchange -> {
          byte[] body = cause.scrape().getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().add("Content-Type", "text/plain; version=0.0.4");
          exchange.sendResponseHeaders(200, body.length);
          try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
          }
        });
  }

  private JsonNode ask(String path) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v1/" + path)).build();
    String body = client.send(request, HttpResponse.BodyHandlers.ofString()).body();
    JsonNode answer = mapper.readTree(body);
    assertThat(answer.get("status").asString()).as(path + " " + body).isEqualTo("success");
    return answer.get("data");
  }

  /** What an expression gives now, an element a series. */
  JsonNode query(String expression) throws IOException, InterruptedException {
    String text = URLEncoder.encode(expression, StandardCharsets.UTF_8);
    return ask("query?query=" + text).get("result");
  }

  /** The alerts that fire for an application. */
  Set<String> firing(Cause cause) throws IOException, InterruptedException {
    Set<String> names = new TreeSet<>();
    for (JsonNode alert : ask("alerts").get("alerts")) {
      JsonNode labels = alert.get("labels");
      if (labels.get("instance").asString().equals(cause.name())) {
        assertThat(alert.get("state").asString()).isEqualTo("firing");
        names.add(labels.get("alertname").asString());
      }
    }
    return names;
  }

  @Override
  public void close() {
    process.destroy();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    applications.stop(0);
  }
}
