package io.bop.aof.spring.boot.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.bop.aof.AofConfig;
import io.bop.aof.AofReader;
import io.bop.aof.AofSnapshot;
import io.bop.aof.AofStore;
import io.bop.aof.AofStream;
import io.bop.aof.AppendRequest;
import io.bop.aof.BackpressureException;
import io.bop.aof.Durability;
import io.bop.aof.FollowerStatus;
import io.bop.aof.ReadFrom;
import io.bop.aof.SegmentState;
import io.bop.aof.Tier2Type;
import io.bop.aof.spring.testsupport.InMemoryStore;
import io.bop.aof.spring.testsupport.Snapshots;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The alert rules and the queries of the dashboard, asked of a Prometheus that scrapes a store
 * while what they warn of happens. Times in the rules are shortened. {@code -Daof.prometheus} is
 * the command; {@code scripts/alerts.sh} does it.
 */
@EnabledIfSystemProperty(named = "aof.prometheus", matches = ".+")
@Timeout(240)
class AlertsTest {

  private static final long MIB = 1024 * 1024;
  private static final Path DOCS = Path.of("..", "docs", "grafana");
  private static final Duration SOON = Duration.ofSeconds(60);

  /** What no store without a disk that breaks can show; see {@link #breakAll}. */
  private static final Set<String> OF_A_BROKEN_STORE =
      Set.of(
          "AofStoreClosed",
          "AofFlushFailed",
          "AofStreamFailed",
          "AofManifestFailed",
          "AofSegmentUnreadable",
          "AofCopyMissing",
          "AofStorageFull",
          "AofFollowerLag",
          "AofFollowerFailed",
          "AofListenerFailed",
          "AofListenerLag");

  private static final Set<String> OF_AN_OUTAGE =
      Set.of(
          "AofTier0Filling",
          "AofTier1FillingWithoutUploads",
          "AofAdmissionClosed",
          "AofUploadLag",
          "AofUploadBacklog",
          "AofBreakerOpen",
          "AofTier2Errors");

  @TempDir Path folder;

  private final JsonMapper mapper = JsonMapper.builder().build();
  private final HttpClient client = HttpClient.newHttpClient();
  private final PrometheusMeterRegistry real =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final PrometheusMeterRegistry broken =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final EngineMeters events = new EngineMeters();
  private final EngineMeters brokenEvents = new EngineMeters();
  private final InMemoryStore brokenStore = new InMemoryStore();
  private final AofMeterBinder brokenBinder = new AofMeterBinder(brokenStore, brokenEvents, 10);
  private final AtomicLong listenerLag = new AtomicLong();
  private final Random random = new Random(11);

  private HttpServer server;
  private Process prometheus;
  private int port;

  @BeforeEach
  void start() throws IOException {
    brokenStore.snapshot(follower(Duration.ZERO, null));
    brokenBinder.bindTo(broken);
    AofMeter.LISTENER_LAG.gauge(broken, listenerLag::get, "projection");
    AofMeter.LISTENER_FAILED.gauge(broken, () -> listenerLag.get() > 0 ? 1 : 0, "projection");
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    serve("/real", real);
    serve("/broken", broken);
    server.start();
    String rules = Files.readString(DOCS.resolve("aof-alerts.yml"));
    String hasty =
        rules.replaceAll("for: \\S+", "for: 0s").replaceAll("(seconds) > \\d00", "$1 > 1");
    Files.writeString(folder.resolve("rules.yml"), hasty);
    int scraped = server.getAddress().getPort();
    Files.writeString(
        folder.resolve("prometheus.yml"),
        "global: {scrape_interval: 1s, evaluation_interval: 1s}\n"
            + "rule_files: [rules.yml]\nscrape_configs:\n"
            + job("real", scraped)
            + job("broken", scraped));
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    prometheus =
        new ProcessBuilder(
                System.getProperty("aof.prometheus"),
                "--config.file=" + folder.resolve("prometheus.yml"),
                "--storage.tsdb.path=" + folder.resolve("tsdb"),
                "--web.listen-address=127.0.0.1:" + port)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("prometheus.log").toFile())
            .start();
  }

  private static String job(String name, int port) {
    return "- {job_name: "
        + name
        + ", metrics_path: /"
        + name
        + ", static_configs: [{targets: ['127.0.0.1:"
        + port
        + "'], labels: {instance: "
        + name
        + "}}]}\n";
  }

  private void serve(String path, PrometheusMeterRegistry registry) {
    server.createContext(
        path,
        exchange -> {
          byte[] body = registry.scrape().getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().add("Content-Type", "text/plain; version=0.0.4");
          exchange.sendResponseHeaders(200, body.length);
          try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
          }
        });
  }

  @AfterEach
  void stop() throws InterruptedException {
    prometheus.destroy();
    prometheus.waitFor();
    server.stop(0);
  }

  private JsonNode ask(String path) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v1/" + path)).build();
    String body = client.send(request, HttpResponse.BodyHandlers.ofString()).body();
    JsonNode answer = mapper.readTree(body);
    assertThat(answer.get("status").asString()).as(path + " " + body).isEqualTo("success");
    return answer.get("data");
  }

  private JsonNode query(String expression) throws IOException, InterruptedException {
    String text = URLEncoder.encode(expression, StandardCharsets.UTF_8);
    return ask("query?query=" + text).get("result");
  }

  private Set<String> firing(String instance) throws IOException, InterruptedException {
    Set<String> names = new TreeSet<>();
    for (JsonNode alert : ask("alerts").get("alerts")) {
      JsonNode labels = alert.get("labels");
      if (labels.get("instance").asString().equals(instance)) {
        names.add(labels.get("alertname").asString());
      }
    }
    return names;
  }

  private AofConfig config() {
    return AofConfig.builder(folder.resolve("store"))
        .maxRecordSize(256 * 1024)
        .appendTimeout(Duration.ofSeconds(5))
        .segment(s -> s.withMaxSize(MIB))
        .tier0(t -> t.withMaxBytes(4 * MIB))
        .tier1(t -> t.withMaxBytes(4 * MIB))
        .tier2(
            t ->
                t.withType(Tier2Type.FILESYSTEM)
                    .withFilesystemRoot(folder.resolve("bucket"))
                    .withRetry(t.retry().withMaxAttempts(2).withMaxDelay(Duration.ofMillis(100)))
                    .withCircuitBreaker(t.circuitBreaker().withSlidingWindowSize(2)))
        .listener(events)
        .build();
  }

  private void append(AofStream stream, int records) {
    byte[] payload = new byte[16 * 1024];
    for (int n = 0; n < records; n++) {
      random.nextBytes(payload);
      stream.append(AppendRequest.builder(payload).durability(Durability.FLUSHED).build());
    }
  }

  @Test
  void eachAlertFiresWhenItsCauseIsThere() throws Exception {
    try (AofStore store = AofStore.open(config())) {
      AofMeterBinder binder = new AofMeterBinder(store, events, 10);
      binder.bindTo(real);
      AofStream orders = store.stream("orders");
      append(orders, 600);
      orders.seal();
      await().atMost(SOON).until(() -> isArchived(store));
      await().atMost(SOON).until(() -> query("aof_store_open").size() == 2);
      work(orders);
      assertThat(firing("real")).as("a store that is well").isEmpty();
      assertThat(firing("broken"))
          .as("before it breaks")
          .doesNotContainAnyElementsOf(OF_A_BROKEN_STORE);
      assertQueries();
      outage(store, orders);
      breakAll();
      assertThat(alerts()).isEqualTo(union(OF_AN_OUTAGE, OF_A_BROKEN_STORE));
      assertThat(binder).isNotNull();
    }
  }

  private static boolean isArchived(AofStore store) {
    AofSnapshot now = store.snapshot();
    return now.oldestUnuploadedMillis() == 0
        && now.segmentsByState().get(SegmentState.UPLOADED) > 0;
  }

  /* A few seconds of everything, so that rates have something to show. */
  private void work(AofStream orders) throws InterruptedException {
    for (int n = 0; n < 8; n++) {
      append(orders, 70);
      try (AofReader reader = orders.reader(ReadFrom.earliest())) {
        while (reader.next() != null) {
          // Each record counts.
        }
      }
      Thread.sleep(700);
    }
    await().atMost(SOON).until(() -> query("rate(aof_append_records_total[1m]) > 0").size() > 0);
  }

  /* A file where the folder was; appends go on until nothing is admitted any more. */
  private void outage(AofStore store, AofStream orders) throws Exception {
    Path bucket = folder.resolve("bucket");
    Files.move(bucket, folder.resolve("away"));
    Files.createFile(bucket);
    await()
        .atMost(Duration.ofSeconds(90))
        .pollInterval(Duration.ofMillis(200))
        .untilAsserted(
            () -> {
              try {
                append(orders, 70);
              } catch (BackpressureException e) {
                assertThat(e).isNotNull();
              }
              assertThat(firing("real")).containsAll(OF_AN_OUTAGE);
            });
    assertThat(firing("real")).isEqualTo(new TreeSet<>(OF_AN_OUTAGE));
    Files.delete(bucket);
    Files.move(folder.resolve("away"), bucket);
    await().atMost(Duration.ofSeconds(90)).until(() -> isArchived(store));
  }

  private static AofSnapshot follower(Duration lag, @Nullable String failure) {
    return new Snapshots().follower(new FollowerStatus(1, lag, 1, null, failure)).build();
  }

  /* What takes a broken disk: shown by the snapshot that such a store has. */
  private void breakAll() {
    listenerLag.set(50_000);
    brokenEvents.flushed("s", 0, Duration.ofMillis(1), new IOException("disk"));
    brokenStore.snapshot(
        new Snapshots()
            .closed()
            .streams(Snapshots.stream("s", 0, "force failed"))
            .manifestFailure("cannot be forced")
            .needsRecovery(3)
            .repairs(new AofSnapshot.Repairs(3, 0, 1, 0, 0))
            .storageFull(new AofSnapshot.StorageFull("/data", 1, 0, true))
            .follower(new FollowerStatus(1, Duration.ofMinutes(10), 1, null, "no more"))
            .build());
    await()
        .atMost(SOON)
        .untilAsserted(() -> assertThat(firing("broken")).containsAll(OF_A_BROKEN_STORE));
  }

  private Set<String> alerts() throws IOException {
    Set<String> names = new TreeSet<>();
    Files.readString(DOCS.resolve("aof-alerts.yml"))
        .lines()
        .map(String::strip)
        .filter(line -> line.startsWith("- alert: "))
        .forEach(line -> names.add(line.substring("- alert: ".length())));
    return names;
  }

  private static Set<String> union(Set<String> one, Set<String> other) {
    Set<String> all = new TreeSet<>(one);
    all.addAll(other);
    return all;
  }

  /* Each query answers; and with numbers, unless it shows what has not happened. */
  private void assertQueries() throws Exception {
    List<String> empty = new ArrayList<>();
    for (String expression : Dashboard.queries()) {
      String asked =
          expression
              .replace("instance=~\"$instance\"", "instance=~\".*\"")
              .replace("$__rate_interval", "1m");
      if (query(asked).isEmpty()) {
        empty.add(expression);
      }
    }
    assertThat(empty)
        .as("only what shows trouble is empty")
        .allMatch(
            e -> e.contains("backpressure") || e.contains("state!=") || e.contains("failures"));
  }
}
