package io.bop.aof.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.bop.aof.AofStore;
import io.bop.aof.sample.console.Numbers;
import io.bop.aof.sample.startup.VerificationFailedException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Starts the flight log for real, on a free port and in a directory of its own. */
@ExtendWith(OutputCaptureExtension.class)
@Timeout(120)
class FlightLogApplicationTest {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String FLIGHT =
      "{\"date\":\"2026-11-21T12:00:00\",\"delay\":-3,\"distance\":3926,"
          + "\"origin\":\"ZRH\",\"destination\":\"JFK\"}";

  @TempDir Path folder;
  private final HttpClient client = HttpClient.newHttpClient();

  @Test
  void firstStartFillsTheTiersAndSecondStartGoesOn(CapturedOutput output) throws Exception {
    long first;
    try (Service service = start("--flightlog.target=6MB")) {
      assertThat(output).contains("new store").contains("verified: equal");
      first = service.get("/status").at("/offsets/next").asLong();
      assertThat(first).isGreaterThan(50_000);
      JsonNode tiers = service.get("/status").at("/tiers");
      assertThat(tiers).hasSize(3);
      assertThat(tiers).allSatisfy(tier -> assertThat(tier.at("/segments").asInt()).isPositive());
    }
    assertThat(output).doesNotContain("recovered");
    try (Service service = start("--flightlog.target=6MB", "--flightlog.extra-per-start=1MB")) {
      assertThat(output)
          .contains("recovered")
          .contains("it was closed cleanly")
          .contains(": nothing lost")
          .contains("goes on    with event " + Numbers.count(first))
          .doesNotContain("DIFFERENT");
      assertThat(service.get("/status").at("/offsets/next").asLong()).isGreaterThan(first + 5_000);
    }
  }

  @Test
  void appendsAndReadsByOffsetAndTime() throws Exception {
    try (Service service = start("--flightlog.target=1MB")) {
      Instant before = Instant.now();
      HttpResponse<String> created = service.post(FLIGHT);
      assertThat(created.statusCode()).isEqualTo(201);
      JsonNode answer = JSON.readTree(created.body());
      long offset = answer.at("/offset").asLong();
      assertThat(answer.at("/durability").asString()).isEqualTo("FLUSHED");
      assertThat(created.headers().firstValue("Location")).hasValue("/flights/" + offset);

      assertThat(service.get("/flights/" + offset).at("/flight")).isEqualTo(JSON.readTree(FLIGHT));
      JsonNode range = service.get("/flights?from=10&limit=3");
      assertThat(range.at("/records")).hasSize(3);
      assertThat(range.at("/records/0/flight/seq").asLong()).isEqualTo(10);
      assertThat(range.at("/continueAt").asLong()).isEqualTo(13);
      JsonNode recent = service.get("/flights?since=" + before.truncatedTo(ChronoUnit.MICROS));
      assertThat(recent.at("/records")).hasSize(1);
      assertThat(recent.at("/records/0/offset").asLong()).isEqualTo(offset);
    }
  }

  @Test
  void flightsFromHttpAreVerifiedByTheNextStart(CapturedOutput output) throws Exception {
    try (Service service = start("--flightlog.target=1MB")) {
      for (int i = 0; i < 10; i++) {
        assertThat(service.post(FLIGHT).statusCode()).isEqualTo(201);
      }
    }
    try (Service service = start("--flightlog.target=2MB")) {
      assertThat(service.get("/status").at("/phase").asString()).isEqualTo("SERVING");
    }
    assertThat(output).doesNotContain("DIFFERENT");
  }

  @Test
  void showsWhereEachSegmentLives() throws Exception {
    try (Service service = start("--flightlog.target=4MB")) {
      JsonNode segments = service.get("/segments").at("/segments");
      long next = 0;
      for (JsonNode segment : segments) {
        assertThat(segment.at("/baseOffset").asLong()).isEqualTo(next);
        next = segment.at("/nextOffset").asLong();
        assertThat(segment.at("/residency")).isNotEmpty();
      }
      assertThat(next).isEqualTo(service.get("/status").at("/offsets/next").asLong());
      assertThat(segments.at("/0/state").asString()).isEqualTo("UPLOADED");
      assertThat(segments.at("/0/objectKey").asString()).isNotEmpty();
    }
  }

  @Test
  void listenerCountsDelaysAndEachStartCountsThemAnew() throws Exception {
    try (Service service = start("--flightlog.target=1MB")) {
      awaitCounted(service);
      long next = JSON.readTree(service.post(FLIGHT).body()).at("/offset").asLong() + 1;
      JsonNode delays = awaitCounted(service);
      assertThat(delays.at("/nextOffset").asLong()).isEqualTo(next);
    }
    try (Service service = start("--flightlog.target=1MB", "--flightlog.extra-per-start=0B")) {
      JsonNode delays = awaitCounted(service);
      long flights = 0;
      for (JsonNode airport : delays.at("/airports")) {
        flights += airport.at("/flights").asLong();
        if (airport.at("/airport").asString().equals("ZRH")) {
          assertThat(airport.at("/flights").asLong()).isEqualTo(1);
          assertThat(airport.at("/averageMinutes").asDouble()).isEqualTo(-3);
          assertThat(airport.at("/longestMinutes").asInt()).isEqualTo(-3);
        }
      }
      assertThat(delays.at("/airports").findValuesAsString("airport")).contains("ZRH", "SFO");
      assertThat(flights).isEqualTo(delays.at("/nextOffset").asLong());
    }
  }

  /** The listener follows the appends, it is not waited for by them. */
  private static JsonNode awaitCounted(Service service) throws Exception {
    long next = service.get("/status").at("/offsets/next").asLong();
    await().until(() -> service.get("/delays").at("/nextOffset").asLong() == next);
    return service.get("/delays");
  }

  @Test
  void answersMistakesWithProblemDetails() throws Exception {
    try (Service service = start("--flightlog.target=1MB")) {
      service.requireProblem(service.post("{\"origin\":\"zrh\"}"), 400, "IATA");
      service.requireProblem(service.post("{"), 400, "");
      service.requireProblem(service.send("/flights/999999999"), 404, "no flight");
      service.requireProblem(service.send("/flights?from=-1"), 400, "from");
      service.requireProblem(service.send("/flights?limit=5000"), 400, "limit");
      service.requireProblem(
          service.send("/flights?from=1&since=2026-01-01T00:00:00Z"), 400, "either");
      service.requireProblem(service.send("/flights?since=yesterday"), 400, "since");
      service.requireProblem(
          service.send("/flights?since=%2B1000000000-01-01T00:00:00Z"), 400, "too far");
      service.requireProblem(service.send("/nowhere"), 404, "");
    }
  }

  @Test
  void tailSendsNewFlightsResumesAndEndsOnShutdown() throws Exception {
    Service service = start("--flightlog.target=1MB");
    try (BufferedReader tail = service.tail(null)) {
      assertThat(tail.readLine()).isEqualTo(":tail of flights");
      long offset = JSON.readTree(service.post(FLIGHT).body()).at("/offset").asLong();
      assertThat(nextEventId(tail)).isEqualTo(offset);

      try (BufferedReader resumed = service.tail(Long.toString(offset - 3))) {
        assertThat(nextEventId(resumed)).isEqualTo(offset - 2);
        assertThat(nextEventId(resumed)).isEqualTo(offset - 1);
      }

      Instant closing = Instant.now();
      service.close();
      while (tail.readLine() != null) {
        // What was sent before the end.
      }
      assertThat(Duration.between(closing, Instant.now())).isLessThan(Duration.ofSeconds(15));
    } finally {
      service.close();
    }
  }

  @Test
  void refusesTailsBeyondTheLimit() throws Exception {
    try (Service service = start("--flightlog.target=1MB", "--flightlog.max-tails=1");
        BufferedReader tail = service.tail(null)) {
      assertThat(tail.readLine()).startsWith(":");
      HttpResponse<String> refused = service.send("/flights/tail");
      assertThat(refused.statusCode()).isEqualTo(503);
      assertThat(refused.headers().firstValue("Retry-After")).isPresent();
    }
  }

  @Test
  void servesTheLivePageWithoutAnythingFromElsewhere() throws Exception {
    try (Service service = start("--flightlog.target=1MB")) {
      for (String path : List.of("/", "/flightlog.js", "/flightlog.css", "/favicon.svg")) {
        HttpResponse<String> response = service.send(path);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body().replace("http://www.w3.org/2000/svg", ""))
            .doesNotContainPattern("https?://");
      }
    }
  }

  @Test
  void endsWithAnErrorWhenAcknowledgedRecordsAreMissing(CapturedOutput output) throws Exception {
    start("--flightlog.target=1MB").close();
    Path file = folder.resolve("acknowledged");
    Files.writeString(
        file, Files.readString(file).replaceAll("acknowledged=\\d+", "acknowledged=123456789"));

    Throwable failure = catchThrowable(() -> start("--flightlog.target=1MB"));

    assertThat(failure).isInstanceOf(VerificationFailedException.class);
    assertThat(((VerificationFailedException) failure).getExitCode()).isEqualTo(3);
    assertThat(output).contains("LOST").contains("acknowledged before 123,456,789");
  }

  @Test
  void endsWithAnErrorWhenSomethingElseIsReadThanWasWritten(CapturedOutput output)
      throws Exception {
    try (Service service = start("--flightlog.target=1MB")) {
      service.context.getBean(AofStore.class).stream("flights")
          .append("{\"seq\":7}".getBytes(StandardCharsets.UTF_8));
    }

    Throwable failure = catchThrowable(() -> start("--flightlog.target=1MB"));

    assertThat(failure).isInstanceOf(VerificationFailedException.class);
    assertThat(output).contains("verified: DIFFERENT").contains("but read {\"seq\":7}");
  }

  @Test
  void losesNothingWhenKilledInTheMiddleOfTheIngest(CapturedOutput output) throws Exception {
    Path file = folder.resolve("acknowledged");
    Process victim = fork("--flightlog.target=10GB");
    try {
      while (!Files.exists(file)) {
        assertThat(victim.isAlive()).isTrue();
        TimeUnit.MILLISECONDS.sleep(5);
      }
    } finally {
      victim.destroyForcibly().waitFor();
    }

    try (Service service = start("--flightlog.target=1MB", "--flightlog.extra-per-start=1MB")) {
      assertThat(output)
          .contains("it was not closed cleanly")
          .contains(": nothing lost")
          .contains("verified: equal")
          .doesNotContain("DIFFERENT");
      assertThat(service.get("/status").at("/phase").asString()).isEqualTo("SERVING");
    }
  }

  private static long nextEventId(BufferedReader tail) throws IOException {
    String line = tail.readLine();
    while (line != null && !line.startsWith("id:")) {
      line = tail.readLine();
    }
    assertThat(line).as("the tail ended").isNotNull();
    return Long.parseLong(line.substring("id:".length()));
  }

  private List<String> arguments(String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--server.port=0",
                "--aof.root=" + folder.resolve("aof"),
                "--aof.max-record-size=256KB",
                "--aof.segment.max-size=1MB",
                "--aof.tier0.max-bytes=16MB",
                "--aof.tier1.max-bytes=8MB",
                "--flightlog.acknowledged-file=" + folder.resolve("acknowledged")));
    arguments.addAll(List.of(more));
    return arguments;
  }

  private Service start(String... more) {
    return new Service(
        SpringApplication.run(FlightLogApplication.class, arguments(more).toArray(String[]::new)));
  }

  private Process fork(String... more) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                FlightLogApplication.class.getName()));
    command.addAll(arguments(more));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("victim.log").toFile())
        .start();
  }

  /** A flight log that runs, and how to talk to it. */
  private final class Service implements AutoCloseable {
    private final ConfigurableApplicationContext context;
    private final URI address;

    Service(ConfigurableApplicationContext context) {
      this.context = context;
      this.address =
          URI.create(
              "http://localhost:"
                  + ((WebServerApplicationContext) context).getWebServer().getPort());
    }

    HttpResponse<String> send(String path) throws Exception {
      return client.send(
          HttpRequest.newBuilder(address.resolve(path)).build(), BodyHandlers.ofString());
    }

    JsonNode get(String path) throws Exception {
      HttpResponse<String> response = send(path);
      assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
      return JSON.readTree(response.body());
    }

    HttpResponse<String> post(String json) throws Exception {
      HttpRequest request =
          HttpRequest.newBuilder(address.resolve("/flights"))
              .header("Content-Type", "application/json")
              .POST(BodyPublishers.ofString(json))
              .build();
      return client.send(request, BodyHandlers.ofString());
    }

    BufferedReader tail(String lastSeen) throws Exception {
      HttpRequest.Builder request = HttpRequest.newBuilder(address.resolve("/flights/tail"));
      if (lastSeen != null) {
        request.header("Last-Event-ID", lastSeen);
      }
      return new BufferedReader(
          new InputStreamReader(
              client.send(request.build(), BodyHandlers.ofInputStream()).body(),
              StandardCharsets.UTF_8));
    }

    void requireProblem(HttpResponse<String> response, int status, String words) throws Exception {
      assertThat(response.statusCode()).isEqualTo(status);
      assertThat(response.headers().firstValue("Content-Type"))
          .hasValue("application/problem+json");
      JsonNode problem = JSON.readTree(response.body());
      assertThat(problem.at("/status").asInt()).isEqualTo(status);
      assertThat(problem.at("/detail").asString()).contains(words);
    }

    @Override
    public void close() {
      context.close();
    }
  }
}
