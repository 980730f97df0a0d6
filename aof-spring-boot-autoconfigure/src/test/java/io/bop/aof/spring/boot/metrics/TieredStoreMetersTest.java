package io.bop.aof.spring.boot.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.bop.aof.AofConfig;
import io.bop.aof.AofFollower;
import io.bop.aof.AofReader;
import io.bop.aof.AofSnapshot;
import io.bop.aof.AofStore;
import io.bop.aof.AofStream;
import io.bop.aof.AppendRequest;
import io.bop.aof.BreakerState;
import io.bop.aof.Durability;
import io.bop.aof.ReadFrom;
import io.bop.aof.SegmentState;
import io.bop.aof.Tier;
import io.bop.aof.Tier2Direction;
import io.bop.aof.Tier2Type;
import io.bop.aof.spring.listener.AofListenerContainer;
import io.bop.aof.spring.listener.AofListenerContainerFactory;
import io.bop.aof.spring.listener.AofListenerEndpoint;
import io.bop.aof.spring.listener.AofListenerEndpointRegistry;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.support.StaticListableBeanFactory;

/** A store that went through all tiers and an outage, as Prometheus sees it. */
@Timeout(120)
class TieredStoreMetersTest {

  private static final long MIB = 1024 * 1024;

  @TempDir Path folder;

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final EngineMeters events = new EngineMeters();
  private final Random random = new Random(5);

  private AofConfig.Builder config(Path root) {
    return AofConfig.builder(root)
        .maxRecordSize(256 * 1024)
        .segment(s -> s.withMaxSize(MIB))
        .tier0(t -> t.withMaxBytes(4 * MIB))
        .tier1(t -> t.withMaxBytes(4 * MIB))
        .manifest(m -> m.withRotateAfter(Duration.ofMillis(50)))
        .tier2(
            t ->
                t.withType(Tier2Type.FILESYSTEM)
                    .withFilesystemRoot(folder.resolve("bucket"))
                    .withDeadline(Duration.ofSeconds(2)));
  }

  private void append(AofStream stream, int segments) {
    byte[] payload = new byte[16 * 1024];
    for (int n = 0; n < segments * 60; n++) {
      random.nextBytes(payload);
      stream.append(AppendRequest.builder(payload).durability(Durability.FLUSHED).build());
    }
  }

  private static void until(String what, Callable<Boolean> condition) {
    await(what).atMost(Duration.ofSeconds(60)).until(condition);
  }

  private static boolean isArchived(AofStore store) {
    Map<SegmentState, Long> states = store.snapshot().segmentsByState();
    return states.get(SegmentState.UPLOADED) > 0
        && states.get(SegmentState.SEALED) == 0
        && states.get(SegmentState.SEALING) == 0
        && states.get(SegmentState.COMPRESSED) == 0;
  }

  private static void readAll(AofStream stream) {
    try (AofReader reader = stream.reader(ReadFrom.earliest())) {
      while (reader.next() != null) {
        // Each record counts.
      }
    }
  }

  private static AofSnapshot.Tier2Calls writes(AofStore store) {
    AofSnapshot.Tier2Usage usage = store.snapshot().tier2();
    assertThat(usage).isNotNull();
    return usage.calls().get(Tier2Direction.WRITE);
  }

  /* A file where the folder was: nothing below it can be written or read. */
  private void outage(AofStore store, AofStream stream) throws IOException {
    Path bucket = folder.resolve("bucket");
    Files.move(bucket, folder.resolve("away"));
    Files.createFile(bucket);
    append(stream, 1);
    stream.seal();
    until("uploads fail", () -> writes(store).failures() > 0);
    Files.delete(bucket);
    Files.move(folder.resolve("away"), bucket);
    until("uploads have caught up", () -> isArchived(store));
  }

  @Test
  void everyDocumentedMeterIsThereAndNoOther() throws Exception {
    AofConfig config = config(folder.resolve("store")).listener(events).build();
    try (AofStore store = AofStore.open(config)) {
      AofMeterBinder binder = new AofMeterBinder(store, events, 1, ticking());
      binder.bindTo(registry);
      AofListenerEndpointRegistry listeners = listen(store);
      AofStream orders = store.stream("orders");
      append(orders, 12);
      orders.seal();
      registry.scrape();
      until("all is in tier 2", () -> isArchived(store));
      until("tier 1 lets go of some", () -> isOnlyCold(store));
      readAll(orders);
      readAll(orders);
      until("a segment is hydrated", () -> timers(AofMeter.HYDRATION) > 0);
      append(store.stream("clicks"), 1);
      outage(store, orders);
      orders.truncateBefore(orders.snapshot().segments().get(0).nextOffset());
      assertMeters(store);
      listeners.stop();
      assertThat(value("aof.listener.running", "listener", "projection")).isZero();
      followToo();
    }
  }

  private AofListenerEndpointRegistry listen(AofStore store) {
    AofListenerEndpointRegistry listeners =
        new AofListenerEndpointRegistry(
            new StaticListableBeanFactory().getBeanProvider(AofListenerContainer.class));
    new AofListenerMeterBinder(listeners).bindTo(registry);
    listeners.start();
    listeners.register(
        AofListenerEndpoint.builder("projection").streams("orders").onRecord((d, a) -> {}).build(),
        new AofListenerContainerFactory(store));
    assertThat(value("aof.listeners")).isEqualTo(1.0);
    return listeners;
  }

  private static LongSupplier ticking() {
    long[] now = {0};
    return () -> now[0] += 2_000_000_000L;
  }

  private static boolean isOnlyCold(AofStore store) {
    return store.stream("orders").snapshot().segments().stream()
        .anyMatch(s -> s.residency().equals(Set.of(Tier.TIER2)));
  }

  private double timers(AofMeter meter) {
    return registry.find(meter.meterName()).timers().stream().mapToLong(t -> t.count()).sum();
  }

  private void assertMeters(AofStore store) {
    registry.scrape();
    String scraped = registry.scrape();
    Predicate<AofMeter> ofAWriter = meter -> !meter.meterName().startsWith("aof.follower.");
    assertThat(names(registry)).containsExactlyInAnyOrderElementsOf(documented(ofAWriter));
    for (AofMeter meter : AofMeter.values()) {
      if (ofAWriter.test(meter)) {
        assertThat(scraped).contains("\n" + prometheusName(meter));
      }
    }
    assertNumbers(store, scraped);
  }

  private void assertNumbers(AofStore store, String scraped) {
    assertThat(value("aof.append.records", "stream", "orders")).isEqualTo(13 * 60.0);
    assertThat(value("aof.append.records", "stream", "other")).isEqualTo(60.0);
    assertThat(value("aof.read.records", "stream", "orders", "tier", "tier2")).isPositive();
    assertThat(value("aof.tier.segments", "tier", "tier2"))
        .isEqualTo((double) store.snapshot().tiers().get(Tier.TIER2).segments());
    assertThat(value("aof.tier2.breaker", "direction", "write", "state", "closed"))
        .isEqualTo(writes(store).breaker() == BreakerState.CLOSED ? 1.0 : 0.0);
    assertThat(value("aof.tier2.cost.usd", "operation", "put")).isPositive();
    assertThat(value("aof.listener.running", "listener", "projection")).isEqualTo(1.0);
    until("all is handled", () -> value("aof.listener.lag", "listener", "projection") == 0.0);
    assertThat(value("aof.listener.records", "listener", "projection")).isEqualTo(13 * 60.0);
    assertThat(value("aof.listener.recovered", "listener", "projection")).isZero();
    assertThat(timers(AofMeter.APPEND)).isPositive();
    assertThat(timers(AofMeter.APPEND_DURABLE)).isPositive();
    assertThat(timers(AofMeter.FLUSH)).isPositive();
    assertThat(timers(AofMeter.ACTIVATION)).isPositive();
    assertThat(timers(AofMeter.COMPRESSION)).isGreaterThanOrEqualTo(12);
    assertThat(timers(AofMeter.UPLOAD)).isGreaterThanOrEqualTo(12);
    assertThat(registry.get("aof.tier2.request").tag("operation", "put").timers())
        .as("requests failed while the bucket was away")
        .anyMatch(timer -> !"ok".equals(timer.getId().getTag("outcome")));
    assertThat(scraped)
        .contains("aof_flush_seconds_bucket{outcome=\"ok\",le=\"0.001\"}")
        .contains("aof_hydration_seconds_bucket{le=\"0.25\"}");
  }

  private double value(String meter, String... tags) {
    Meter found = registry.get(meter).tags(tags).meter();
    return found.measure().iterator().next().getValue();
  }

  /* Only a follower has these. */
  private void followToo() {
    PrometheusMeterRegistry followers = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    try (AofFollower follower = AofStore.openFollower(config(folder.resolve("follower")).build())) {
      AofMeterBinder binder = new AofMeterBinder(follower, new EngineMeters(), 10);
      binder.bindTo(followers);
      Set<String> both = names(registry);
      both.addAll(names(followers));
      assertThat(both).containsExactlyInAnyOrderElementsOf(documented(meter -> true));
      assertThat(followers.scrape()).contains("\naof_follower_lag_seconds ");
      assertThat(binder).isNotNull();
    }
  }

  private static Set<String> documented(Predicate<AofMeter> wanted) {
    Set<String> all = new TreeSet<>();
    Arrays.stream(AofMeter.values())
        .filter(wanted)
        .forEach(meter -> all.add(meter.meterName() + " " + new TreeSet<>(meter.tagKeys())));
    return all;
  }

  private static Set<String> names(MeterRegistry registry) {
    Set<String> names = new TreeSet<>();
    for (Meter meter : registry.getMeters()) {
      TreeMap<String, String> tags = new TreeMap<>();
      meter.getId().getTags().forEach(tag -> tags.put(tag.getKey(), tag.getValue()));
      names.add(meter.getId().getName() + " " + tags.keySet());
    }
    return names;
  }

  private static String prometheusName(AofMeter meter) {
    return PrometheusNames.of(meter);
  }
}
