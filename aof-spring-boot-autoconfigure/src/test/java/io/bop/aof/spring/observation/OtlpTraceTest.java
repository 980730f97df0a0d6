package io.bop.aof.spring.observation;

import static io.bop.aof.spring.testsupport.OtlpReceiver.attribute;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.bop.aof.AofRecord;
import io.bop.aof.AofStore;
import io.bop.aof.AofStream;
import io.bop.aof.ReadFrom;
import io.bop.aof.ReadOptions;
import io.bop.aof.ReadOptions.ColdPolicy;
import io.bop.aof.spring.annotation.AofListener;
import io.bop.aof.spring.core.AofTemplate;
import io.bop.aof.spring.testsupport.OtlpReceiver;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Span.SpanKind;
import io.opentelemetry.proto.trace.v1.Status.StatusCode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

/** What an application exports by Boot's auto-configuration, as a collector receives it. */
@Timeout(120)
class OtlpTraceTest {

  private static final String LISTEN = "test.listen=true";
  private static final Queue<String> HANDLED = new ConcurrentLinkedQueue<>();

  @TempDir Path folder;

  private OtlpReceiver receiver;

  @BeforeEach
  void listen() throws IOException {
    receiver = new OtlpReceiver();
  }

  @AfterEach
  void close() {
    receiver.close();
  }

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  static class Application {

    @AofListener(id = "projection", streams = "orders", autoStartup = "${test.listen:false}")
    void on(String order) {
      HANDLED.add(order);
    }
  }

  /** Closing the application exports what it has. */
  private void run(
      String root, Consumer<ConfigurableApplicationContext> work, String... properties) {
    try (ConfigurableApplicationContext context =
        new SpringApplicationBuilder(Application.class)
            .web(WebApplicationType.NONE)
            .bannerMode(Banner.Mode.OFF)
            .logStartupInfo(false)
            .properties(
                "management.opentelemetry.tracing.export.otlp.endpoint=" + receiver.endpoint(),
                "management.tracing.sampling.probability=1.0",
                "management.otlp.metrics.export.enabled=false",
                "aof.root=" + folder.resolve(root),
                "aof.tier2.filesystem.root=" + folder.resolve("cold"),
                "aof.max-record-size=256KB",
                "aof.segment.max-size=1MB",
                "aof.tier0.max-bytes=8MB",
                "aof.tier1.max-bytes=8MB",
                "aof.manifest.rotate-after=50ms",
                "aof.template.observation-enabled=true",
                "aof.listener.observation-enabled=true")
            .properties(properties)
            .run()) {
      work.accept(context);
    }
  }

  private Span only(String name) {
    List<Span> found = receiver.named(name);
    assertThat(found).as(name).hasSize(1);
    return found.get(0);
  }

  private static void handle(
      ConfigurableApplicationContext context, Consumer<List<AofRecord>> handling) {
    try (Stream<AofRecord> records =
        context
            .getBean(AofTemplate.class)
            .replayRecords("orders", ReadFrom.earliest(), ReadOptions.defaults())) {
      handling.accept(records.toList());
    }
  }

  @Test
  void listenerGoesOnWithTheTraceOfTheAppendAfterARestart() {
    run(
        "a",
        context ->
            Observation.createNotStarted("shop", context.getBean(ObservationRegistry.class))
                .observe(
                    () -> {
                      context.getBean(AofTemplate.class).append("orders", "o-1", "first");
                    }));
    run("a", context -> Awaitility.await().until(() -> HANDLED.contains("first")), LISTEN);

    Span shop = only("shop");
    Span append = only("append orders");
    Span listen = only("listen orders");
    assertThat(append.getTraceId()).isEqualTo(shop.getTraceId());
    assertThat(append.getParentSpanId()).isEqualTo(shop.getSpanId());
    assertThat(append.getKind()).isEqualTo(SpanKind.SPAN_KIND_PRODUCER);
    assertThat(attribute(append, "messaging.system")).isEqualTo("aof");
    assertThat(attribute(append, "messaging.destination.name")).isEqualTo("orders");
    assertThat(attribute(append, "aof.offset")).isEqualTo("0");
    assertThat(attribute(append, "aof.bytes")).isEqualTo("5");
    assertThat(listen.getTraceId()).isEqualTo(shop.getTraceId());
    assertThat(listen.getParentSpanId()).isEqualTo(append.getSpanId());
    assertThat(listen.getKind()).isEqualTo(SpanKind.SPAN_KIND_CONSUMER);
    assertThat(attribute(listen, "messaging.consumer.group.name")).isEqualTo("projection");
    assertThat(receiver.named("aof.recovery")).hasSize(2);
  }

  @Test
  void batchLinksToTheTracesOfAllItsRecords() {
    run(
        "a",
        context -> {
          AofTemplate aof = context.getBean(AofTemplate.class);
          aof.append("orders", "first");
          aof.appendAsync("orders", "second").join();
          aof.appendAll("orders", List.of("third", "fourth"));
          AofListenerObservation listener = context.getBean(AofListenerObservation.class);
          handle(
              context,
              records ->
                  listener.observe(
                      () -> AofListenerContext.ofBatch("projection", "orders", records),
                      () -> assertThat(records).hasSize(4)));
        });

    Span listen = only("listen orders");
    List<ByteString> appends =
        receiver.named("append orders").stream().map(Span::getSpanId).toList();
    assertThat(appends).hasSize(3);
    assertThat(listen.getLinksList().stream().map(Span.Link::getSpanId))
        .containsExactlyInAnyOrderElementsOf(appends);
    assertThat(receiver.named("append orders").stream().map(Span::getTraceId))
        .doesNotContain(listen.getTraceId());
    assertThat(attribute(listen, "messaging.batch.message_count")).isEqualTo("4");
    assertThat(listen.getKind()).isEqualTo(SpanKind.SPAN_KIND_CONSUMER);
  }

  @Test
  void failureOfTheListenerIsThatOfItsSpan() {
    run(
        "a",
        context -> {
          context.getBean(AofTemplate.class).append("orders", "first");
          AofListenerObservation listener = context.getBean(AofListenerObservation.class);
          List<RuntimeException> thrown = new ArrayList<>();
          for (boolean batch : new boolean[] {false, true}) {
            handle(
                context,
                records -> {
                  try {
                    listener.observe(
                        () ->
                            batch
                                ? AofListenerContext.ofBatch("p", "orders", records)
                                : AofListenerContext.ofRecord("p", "orders", records.get(0)),
                        () -> {
                          throw new IllegalStateException("cannot handle");
                        });
                  } catch (IllegalStateException e) {
                    thrown.add(e);
                  }
                });
          }
          assertThat(thrown).hasSize(2);
        });

    assertThat(receiver.named("listen orders"))
        .hasSize(2)
        .allSatisfy(
            span -> assertThat(span.getStatus().getCode()).isEqualTo(StatusCode.STATUS_CODE_ERROR));
  }

  @Test
  void coldReadIsOneTraceOfTheReplayAndItsFetches() {
    run("lost", OtlpTraceTest::fill);
    assertThat(receiver.named("aof.compression")).isNotEmpty();
    assertThat(receiver.named("aof.upload"))
        .isNotEmpty()
        .allSatisfy(upload -> assertThat(upload.getParentSpanId()).isEqualTo(ByteString.EMPTY));

    run("next", OtlpTraceTest::replay, "aof.tier2.restore=if-empty");

    Span replay = only("replay orders");
    List<Span> fetches = receiver.named("aof.fetch");
    assertThat(fetches)
        .hasSizeGreaterThan(1)
        .allSatisfy(
            fetch -> {
              assertThat(fetch.getTraceId()).isEqualTo(replay.getTraceId());
              assertThat(fetch.getParentSpanId()).isEqualTo(replay.getSpanId());
              assertThat(fetch.getKind()).isEqualTo(SpanKind.SPAN_KIND_CLIENT);
              assertThat(attribute(fetch, "messaging.destination.name")).isEqualTo("orders");
              assertThat(Long.parseLong(attribute(fetch, "aof.bytes"))).isPositive();
              assertThat(fetch.getEndTimeUnixNano()).isGreaterThan(fetch.getStartTimeUnixNano());
              assertThat(fetch.getEndTimeUnixNano())
                  .isLessThanOrEqualTo(replay.getEndTimeUnixNano());
            });
    assertThat(attribute(replay, "aof.tiers")).contains("tier2");
    assertThat(attribute(replay, "messaging.batch.message_count")).isEqualTo("300");
    assertThat(attribute(replay, "aof.bytes")).isEqualTo("3000000");
  }

  private static void fill(ConfigurableApplicationContext context) {
    AofTemplate aof = context.getBean(AofTemplate.class);
    byte[] payload = new byte[10_000];
    for (int i = 0; i < 300; i++) {
      aof.append("orders", payload);
    }
    AofStream orders = context.getBean(AofStore.class).stream("orders");
    orders.seal();
    Awaitility.await().until(() -> orders.archivedOffset() == orders.nextOffset());
  }

  private static void replay(ConfigurableApplicationContext context) {
    ReadOptions options = ReadOptions.defaults().withColdPolicy(ColdPolicy.FETCH_ONLY);
    try (Stream<byte[]> history =
        context
            .getBean(AofTemplate.class)
            .replay("orders", byte[].class, ReadFrom.earliest(), options)) {
      assertThat(history).hasSize(300);
    }
  }

  @Test
  void nothingIsExportedOfWhatIsSwitchedOff() {
    run(
        "a",
        context -> {
          fill(context);
          replay(context);
          assertThat(context.getBeansOfType(AofTemplateObservation.class)).isEmpty();
        },
        "aof.template.observation-enabled=false",
        "aof.tracing.enabled=false");

    assertThat(receiver.spans()).isEmpty();
  }
}
