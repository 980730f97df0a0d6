package io.bop.aof.spring.boot.logging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.bop.aof.AofStore;
import io.bop.aof.AofStream;
import io.bop.aof.EngineListener;
import io.bop.aof.SegmentState;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import org.slf4j.event.KeyValuePair;
import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@Timeout(60)
class EngineEventLogTest {

  private static final Path PAGE = Path.of("..", "docs", "reference", "log-events.md");

  private final Logger logger = (Logger) LoggerFactory.getLogger(EngineEventLog.LOGGER);
  private final ListAppender<ILoggingEvent> appender = new ListAppender<>();
  private final Level before = logger.getLevel();

  private void listen(Level level) {
    logger.setLevel(level);
    appender.start();
    logger.addAppender(appender);
  }

  @AfterEach
  void stop() {
    logger.detachAppender(appender);
    logger.setLevel(before);
  }

  private Map<String, Object> last() {
    Map<String, Object> values = new TreeMap<>();
    for (KeyValuePair pair : appender.list.get(appender.list.size() - 1).getKeyValuePairs()) {
      values.put(pair.key, pair.value);
    }
    return values;
  }

  @Test
  void saysEachThingByKeyAndValue() {
    listen(Level.TRACE);
    EngineEventLog log = new EngineEventLog();
    log.segmentSealed("orders", 7, 100, 4_096);
    assertThat(last())
        .isEqualTo(
            Map.of(
                "aof.event", "segment-sealed",
                "aof.stream", "orders",
                "aof.segment", 7L,
                "aof.records", 100L,
                "aof.bytes", 4_096L));
    log.flushed("orders", 10, Duration.ofMillis(3), new IOException("disk"));
    assertThat(last())
        .containsEntry("aof.event", "flush-failed")
        .containsEntry("aof.tookMillis", 3.0);
    assertThat(appender.list.get(1).getThrowableProxy().getMessage()).isEqualTo("disk");
  }

  @Test
  void isSilentAboutSegmentsByDefault() {
    listen(Level.INFO);
    EngineEventLog log = new EngineEventLog();
    log.segmentSealed("orders", 7, 100, 4_096);
    log.failed("orders", 7, "upload", new IOException("away"));
    assertThat(appender.list).isEmpty();
    log.streamCreated("orders");
    assertThat(appender.list).hasSize(1);
  }

  @Test
  void hearsOfEverythingButSingleAppends() {
    TreeSet<String> missing = new TreeSet<>();
    for (Method event : EngineListener.class.getDeclaredMethods()) {
      boolean isOwn =
          Arrays.stream(EngineEventLog.class.getDeclaredMethods())
              .anyMatch(own -> own.getName().equals(event.getName()));
      if (!Modifier.isStatic(event.getModifiers()) && !event.isSynthetic() && !isOwn) {
        missing.add(event.getName());
      }
    }
    assertThat(missing).isSubsetOf("activated", "appended", "fetched");
  }

  @Test
  void thePageNamesEachEventWithItsLevelAndText() throws IOException {
    List<String> rows =
        Files.readAllLines(PAGE).stream()
            .filter(line -> line.matches("\\| `[a-z0-9-]+` .*"))
            .toList();
    List<String> expected = new ArrayList<>();
    for (LogEvent event : LogEvent.values()) {
      expected.add("| `" + event.key() + "` | " + event.level() + " | " + event.text() + " | ");
    }
    assertThat(rows).hasSameSizeAs(expected);
    for (int i = 0; i < rows.size(); i++) {
      assertThat(rows.get(i)).startsWith(expected.get(i));
    }
  }

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  static class Application {}

  @Test
  @ExtendWith(OutputCaptureExtension.class)
  void becomesFieldsOfStructuredLogs(@TempDir Path root, CapturedOutput output) {
    try (ConfigurableApplicationContext context =
        new SpringApplicationBuilder(Application.class)
            .web(WebApplicationType.NONE)
            .bannerMode(Banner.Mode.OFF)
            .run(
                "--aof.root=" + root,
                "--management.otlp.metrics.export.enabled=false",
                "--logging.structured.format.console=ecs",
                "--logging.level.io.bop.aof.events=debug")) {
      AofStream orders = context.getBean(AofStore.class).stream("orders");
      orders.append(new byte[100]);
      orders.seal();
      await().until(() -> orders.snapshot().segments().get(0).state() == SegmentState.UPLOADED);
    }
    JsonNode sealed = find(output, "segment-sealed");
    assertThat(sealed.get("message").asString()).isEqualTo("segment sealed");
    assertThat(sealed.get("log").get("level").asString()).isEqualTo("DEBUG");
    assertThat(sealed.get("log").get("logger").asString()).isEqualTo("io.bop.aof.events");
    assertThat(sealed.get("aof").toString())
        .contains("\"stream\":\"orders\"", "\"segment\":1", "\"records\":1", "\"bytes\":136");
    assertThat(find(output, "store-opened").get("aof").get("created").asBoolean()).isTrue();
    assertThat(find(output, "segment-uploaded").get("aof").get("tookMillis").asDouble())
        .isPositive();
  }

  private static JsonNode find(CapturedOutput output, String event) {
    JsonMapper mapper = JsonMapper.builder().build();
    return output
        .getOut()
        .lines()
        .filter(line -> line.startsWith("{") && line.contains("\"event\":\"" + event + "\""))
        .map(mapper::readTree)
        .findFirst()
        .orElseThrow(() -> new AssertionError("no event " + event + " in\n" + output.getOut()));
  }
}
