package io.bop.aof.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.bop.aof.AdmissionPolicy;
import io.bop.aof.AofConfig;
import io.bop.aof.CircuitBreakerConfig;
import io.bop.aof.CompressionProfile;
import io.bop.aof.DrillConfig;
import io.bop.aof.Durability;
import io.bop.aof.FlushConfig;
import io.bop.aof.FollowerConfig;
import io.bop.aof.HydrationConfig;
import io.bop.aof.InvalidConfigException;
import io.bop.aof.ManifestConfig;
import io.bop.aof.RequestPrices;
import io.bop.aof.RestorePolicy;
import io.bop.aof.RetentionConfig;
import io.bop.aof.RetryConfig;
import io.bop.aof.S3Compatibility;
import io.bop.aof.S3Compatibility.ConditionalPut;
import io.bop.aof.S3Compatibility.RequestChecksum;
import io.bop.aof.S3Config;
import io.bop.aof.S3Credentials;
import io.bop.aof.S3Encryption;
import io.bop.aof.ScrubConfig;
import io.bop.aof.SegmentConfig;
import io.bop.aof.StreamConfig;
import io.bop.aof.Tier0Config;
import io.bop.aof.Tier1Config;
import io.bop.aof.Tier2Config;
import io.bop.aof.Tier2Type;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class AofPropertiesMapperTest {

  private static final long MIB = 1024 * 1024;

  private final Map<String, String> properties = new LinkedHashMap<>();

  @Test
  void hasTheDefaultsOfTheStore() {
    AofConfig store = AofConfig.builder(Path.of("./data/aof")).build();

    AofConfig config = config();

    assertThat(config).usingRecursiveComparison().ignoringFields("root").isEqualTo(store);
    assertThat(config.root()).isEqualTo(Path.of("./data/aof"));
  }

  @Test
  void carriesSettingsOfTheStoreOver() {
    set("root", "/var/lib/events");
    set("durability", "memory");
    set("append-timeout", "3s");
    set("archive-linger", "250ms");
    set("max-record-size", "2MB");
    set("reserve-bytes", "32MB");
    set("segment.min-size", "8MB");
    set("segment.max-size", "8MB");
    set("segment.max-age", "2m");
    set("flush.interval", "7ms");
    set("flush.watermark", "4MB");
    set("flush.max-unflushed", "32MB");
    set("flush.threads", "3");
    set("retention.max-age", "30d");
    set("retention.max-bytes", "10GB");
    set("manifest.chunk-size", "64KB");
    set("manifest.rotate-after", "20s");
    set("manifest.snapshot-every", "500");
    set("drill.interval", "1d");
    set("drill.segments", "20");
    set("follower.poll-interval", "3s");
    set("scrub.enabled", "false");
    set("scrub.interval", "12h");
    set("scrub.bytes-per-second", "2MB");
    set("scrub.tier2", "true");

    AofConfig config = config();

    assertThat(config.root()).isEqualTo(Path.of("/var/lib/events"));
    assertThat(config.durability()).isEqualTo(Durability.MEMORY);
    assertThat(config.appendTimeout()).isEqualTo(Duration.ofSeconds(3));
    assertThat(config.archiveLinger()).isEqualTo(Duration.ofMillis(250));
    assertThat(config.maxRecordSize()).isEqualTo(2 * MIB);
    assertThat(config.reserveBytes()).isEqualTo(32 * MIB);
    assertThat(config.segment())
        .isEqualTo(new SegmentConfig(8 * MIB, 8 * MIB, Duration.ofMinutes(2)));
    assertThat(config.flush())
        .isEqualTo(new FlushConfig(Duration.ofMillis(7), 4 * MIB, 32 * MIB, 3));
    assertThat(config.retention())
        .isEqualTo(new RetentionConfig(Duration.ofDays(30), 10 * 1024 * MIB));
    assertThat(config.manifest())
        .isEqualTo(new ManifestConfig(64 * 1024, Duration.ofSeconds(20), 500));
    assertThat(config.drill()).isEqualTo(new DrillConfig(Duration.ofDays(1), 20));
    assertThat(config.follower()).isEqualTo(new FollowerConfig(Duration.ofSeconds(3)));
    assertThat(config.scrub())
        .isEqualTo(new ScrubConfig(false, Duration.ofHours(12), 2 * MIB, true));
  }

  @Test
  void carriesSettingsOfTheTiersOver() {
    set("tier0.max-bytes", "256MB");
    set("tier0.policy", "elastic");
    set("tier0.overshoot", "0.5");
    set("tier0.pressure.evict-at", "0.6");
    set("tier0.pressure.urgent-at", "0.8");
    set("tier1.max-bytes", "1GB");
    set("tier1.frame-cache", "16MB");
    set("tier1.workers", "5");
    set("tier1.compression.profile", "cpu-saving");
    set("tier1.compression.frame-size", "128KB");

    AofConfig config = config();

    assertThat(config.tier0())
        .isEqualTo(new Tier0Config(256 * MIB, AdmissionPolicy.ELASTIC, 0.5, 0.6, 0.8));
    assertThat(config.tier1())
        .isEqualTo(
            new Tier1Config(1024 * MIB, 16 * MIB, 5, CompressionProfile.CPU_SAVING, 128 * 1024));
  }

  @Test
  void carriesSettingsOfTier2Over() {
    set("tier2.type", "none");
    set("tier2.check-at-startup", "false");
    set("tier2.deadline", "45s");
    set("tier2.upload-concurrency", "3");
    set("tier2.fetch-concurrency", "9");
    set("tier2.delete-grace", "2h");
    set("tier2.archive-lag-warning", "7m");
    set("tier2.filesystem.root", "/mnt/cold");
    set("tier2.retry.max-attempts", "7");
    set("tier2.retry.base-delay", "50ms");
    set("tier2.retry.max-delay", "5s");
    set("tier2.circuit-breaker.failure-rate-threshold", "40");
    set("tier2.circuit-breaker.slow-call-duration-threshold", "20s");
    set("tier2.circuit-breaker.sliding-window-size", "30");
    set("tier2.circuit-breaker.wait-duration-in-open-state", "11s");
    set("tier2.circuit-breaker.permitted-calls-in-half-open-state", "4");
    set("tier2.circuit-breaker.max-wait-duration-in-half-open-state", "31s");

    assertThat(config().tier2())
        .isEqualTo(
            new Tier2Config(
                Tier2Type.NONE,
                Path.of("/mnt/cold"),
                null,
                false,
                Duration.ofSeconds(45),
                3,
                9,
                RestorePolicy.NEVER,
                Duration.ofHours(2),
                Duration.ofMinutes(7),
                new RetryConfig(7, Duration.ofMillis(50), Duration.ofSeconds(5)),
                new CircuitBreakerConfig(
                    30,
                    40f,
                    Duration.ofSeconds(20),
                    Duration.ofSeconds(11),
                    4,
                    Duration.ofSeconds(31)),
                RequestPrices.s3Standard(),
                null));
  }

  @Test
  void carriesTheRestorePolicyOver() {
    set("tier2.restore", "if-empty");

    assertThat(config().tier2().restore()).isEqualTo(RestorePolicy.IF_EMPTY);
  }

  @Test
  void carriesSettingsOfHydrationOver() {
    set("tier1.hydration.workers", "4");
    set("tier1.hydration.read-ahead", "6");
    set("tier1.hydration.deadline", "15s");
    set("tier1.hydration.fetch-ahead", "20MB");

    assertThat(config().hydration())
        .isEqualTo(new HydrationConfig(4, 6, Duration.ofSeconds(15), 20L * 1024 * 1024));
  }

  @Test
  void carriesPricesOver() {
    set("tier2.prices.put", "0.01");
    set("tier2.prices.get", "0.001");
    set("tier2.prices.head", "0.002");
    set("tier2.prices.list", "0.02");
    set("tier2.prices.delete", "0.1");

    assertThat(config().tier2().prices())
        .isEqualTo(new RequestPrices(0.01, 0.001, 0.002, 0.02, 0.1));
  }

  @Test
  void carriesSettingsOfABucketOver() {
    set("tier2.type", "s3");
    set("tier2.s3.bucket", "events");
    set("tier2.s3.prefix", "eu/orders");
    set("tier2.s3.region", "eu-central-1");
    set("tier2.s3.endpoint", "https://s3.example.org:9000");
    set("tier2.s3.path-style", "true");
    set("tier2.s3.access-key", "AKIA");
    set("tier2.s3.secret-key", "hush");
    set("tier2.s3.session-token", "token");
    set("tier2.s3.storage-class", "STANDARD_IA");
    set("tier2.s3.tags.team", "payments");
    set("tier2.s3.sse.type", "kms");
    set("tier2.s3.sse.kms-key-id", "alias/events");
    set("tier2.s3.conditional-put", "emulated");
    set("tier2.s3.request-checksum", "md5");
    set("tier2.s3.stall-timeout", "7s");

    assertThat(config().tier2().s3())
        .isEqualTo(
            new S3Config(
                "events",
                "eu/orders",
                "eu-central-1",
                URI.create("https://s3.example.org:9000"),
                true,
                new S3Credentials("AKIA", "hush", "token"),
                "STANDARD_IA",
                Map.of("team", "payments"),
                new S3Encryption.Kms("alias/events"),
                new S3Compatibility(ConditionalPut.EMULATED, RequestChecksum.MD5, false),
                Duration.ofSeconds(7),
                null));
  }

  @Test
  void namesFaultsOfABucketAndShowsNoSecret() {
    set("tier2.type", "s3");
    set("tier2.s3.bucket", "events");
    set("tier2.s3.prefix", "/eu/");
    set("tier2.s3.endpoint", "https://user:hush@s3.example.org");
    set("tier2.s3.secret-key", "hush");
    set("tier2.s3.sse.type", "customer");
    set("tier2.s3.sse.customer-key", "hush");
    set("tier2.s3.stall-timeout", "0s");

    assertThatExceptionOfType(InvalidConfigException.class)
        .isThrownBy(this::config)
        .withMessageNotContaining("hush")
        .satisfies(
            e ->
                assertThat(e.faults())
                    .anySatisfy(f -> assertThat(f).startsWith("tier2.s3.prefix='/eu/'"))
                    .anySatisfy(f -> assertThat(f).startsWith("tier2.s3.endpoint must be"))
                    .anySatisfy(f -> assertThat(f).startsWith("tier2.s3.access-key and"))
                    .anySatisfy(f -> assertThat(f).startsWith("tier2.s3.sse.customer-key must"))
                    .anySatisfy(f -> assertThat(f).startsWith("tier2.s3.stall-timeout=PT0S")));
  }

  @Test
  void wantsABucketForTypeS3() {
    set("tier2.type", "s3");

    assertThatExceptionOfType(InvalidConfigException.class)
        .isThrownBy(this::config)
        .withMessageContaining("tier2.s3.bucket must be set");
  }

  @Test
  void overridesSettingsOfSingleStreams() {
    set("retention.max-bytes", "10GB");
    set("streams.orders.durability", "archived");
    set("streams.orders.segment.max-size", "8MB");
    set("streams.orders.segment.max-age", "1m");
    set("streams.orders.flush.max-unflushed", "16MB");
    set("streams.orders.tier0-share", "0.25");
    set("streams.orders.retention.max-age", "7d");
    set("streams[orders.eu].durability", "memory");

    AofConfig config = config();

    assertThat(config.streams())
        .containsOnlyKeys("orders", "orders.eu")
        .containsEntry(
            "orders",
            new StreamConfig(
                Durability.ARCHIVED,
                8 * MIB,
                Duration.ofMinutes(1),
                16 * MIB,
                0.25,
                new RetentionConfig(Duration.ofDays(7), 10 * 1024 * MIB)))
        .containsEntry(
            "orders.eu", new StreamConfig(Durability.MEMORY, null, null, null, null, null));
  }

  @Test
  void takesTheRootAsAPathOfTheFileSystemEvenIfTheClassPathHasOneOfThatName() {
    set("root", "META-INF");
    set("tier2.filesystem.root", "META-INF");

    assertThat(config().root()).isEqualTo(Path.of("META-INF"));
    assertThat(config().tier2().filesystemRoot()).isEqualTo(Path.of("META-INF"));
  }

  @Test
  void namesAllFaultsAtOnce() {
    set("root", " ");
    set("max-record-size", "3GB");
    set("tier0.max-bytes", "1MB");
    set("flush.threads", "99");
    set("tier2.prices.put", "-0.005");
    set("scrub.interval", "0s");
    set("scrub.bytes-per-second", "1KB");
    set("health.backpressure-grace", "-1s");
    set("metrics.max-streams", "-1");
    set("template.default-stream", "no/such name");

    assertThatExceptionOfType(InvalidConfigException.class)
        .isThrownBy(this::config)
        .satisfies(
            e ->
                assertThat(e.faults())
                    .anySatisfy(f -> assertThat(f).startsWith("root="))
                    .anySatisfy(f -> assertThat(f).startsWith("max-record-size="))
                    .anySatisfy(f -> assertThat(f).startsWith("tier0.max-bytes="))
                    .anySatisfy(f -> assertThat(f).startsWith("flush.threads=99"))
                    .anySatisfy(f -> assertThat(f).startsWith("tier2.prices.put=-0.005"))
                    .anySatisfy(f -> assertThat(f).startsWith("scrub.interval="))
                    .anySatisfy(f -> assertThat(f).startsWith("scrub.bytes-per-second=1024"))
                    .anySatisfy(f -> assertThat(f).startsWith("health.backpressure-grace="))
                    .anySatisfy(f -> assertThat(f).startsWith("metrics.max-streams=-1"))
                    .anySatisfy(f -> assertThat(f).startsWith("template.default-stream=")));
  }

  private void set(String key, String value) {
    properties.put("aof." + key, value);
  }

  private AofConfig config() {
    AofProperties bound =
        new Binder(new MapConfigurationPropertySource(properties))
            .bindOrCreate("aof", AofProperties.class);
    return new AofPropertiesMapper(bound, key -> properties.containsKey("aof." + key))
        .toConfig(builder -> {});
  }
}
