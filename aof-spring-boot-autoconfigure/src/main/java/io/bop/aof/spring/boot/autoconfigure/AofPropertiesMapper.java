package io.bop.aof.spring.boot.autoconfigure;

import io.bop.aof.AofConfig;
import io.bop.aof.CircuitBreakerConfig;
import io.bop.aof.InvalidConfigException;
import io.bop.aof.RequestPrices;
import io.bop.aof.RetentionConfig;
import io.bop.aof.RetryConfig;
import io.bop.aof.StreamConfig;
import io.bop.aof.StreamNames;
import io.bop.aof.Tier2Config;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.util.unit.DataSize;

/** Carries properties over into the store's configuration. */
final class AofPropertiesMapper {

  private static final Path UNUSABLE = Path.of("unusable");

  private final AofProperties properties;
  private final ContradictionRules contradictions;
  private final List<String> faults = new ArrayList<>();

  /**
   * For those properties.
   *
   * @param isSet whether the property of that name below {@code aof} was set at all
   */
  AofPropertiesMapper(AofProperties properties, Predicate<String> isSet) {
    this.properties = properties;
    this.contradictions = new ContradictionRules(properties, isSet);
  }

  /**
   * The configuration that the properties and then {@code changes} make.
   *
   * @throws InvalidConfigException naming every fault at once, those of the template, of health and
   *     of listeners among them
   */
  AofConfig toConfig(Consumer<AofConfig.Builder> changes) {
    AofConfig.Builder builder = toBuilder();
    checkOwn();
    changes.accept(builder);
    builder.tier2(
        tier2 -> {
          faults.addAll(contradictions.faults(tier2));
          return tier2;
        });
    AofConfig config = null;
    try {
      config = builder.build();
    } catch (InvalidConfigException e) {
      faults.addAll(e.faults());
    }
    if (config == null || !faults.isEmpty()) {
      throw new InvalidConfigException(faults);
    }
    return config;
  }

  private AofConfig.Builder toBuilder() {
    AofConfig.Builder builder = AofConfig.builder(path("root", properties.root()));
    builder
        .durability(properties.durability())
        .appendTimeout(properties.appendTimeout())
        .archiveLinger(properties.archiveLinger())
        .maxRecordSize(intBytes(properties.maxRecordSize()))
        .reserveBytes(properties.reserveBytes().toBytes());
    applySegmentAndFlush(builder);
    applyTier0(builder);
    applyTier1(builder);
    builder.tier2(this::tier2);
    builder.retention(store -> retention(store, properties.retention()));
    AofProperties.Manifest manifest = properties.manifest();
    builder.manifest(
        m ->
            m.withChunkSize(intBytes(manifest.chunkSize()))
                .withRotateAfter(manifest.rotateAfter())
                .withSnapshotEvery(manifest.snapshotEvery()));
    AofProperties.Scrub scrub = properties.scrub();
    builder.scrub(
        s ->
            s.withEnabled(scrub.enabled())
                .withInterval(scrub.interval())
                .withBytesPerSecond(scrub.bytesPerSecond().toBytes())
                .withTier2(scrub.tier2()));
    AofProperties.Drill drill = properties.drill();
    builder.drill(d -> d.withInterval(drill.interval()).withSegments(drill.segments()));
    builder.follower(f -> f.withPollInterval(properties.follower().pollInterval()));
    for (Map.Entry<String, AofProperties.Stream> stream : properties.streams().entrySet()) {
      builder.stream(stream.getKey(), stream(stream.getValue()));
    }
    return builder;
  }

  private void applySegmentAndFlush(AofConfig.Builder builder) {
    AofProperties.Segment segment = properties.segment();
    builder.segment(
        s ->
            s.withMinSize(segment.minSize().toBytes())
                .withMaxSize(segment.maxSize().toBytes())
                .withMaxAge(segment.maxAge()));
    AofProperties.Flush flush = properties.flush();
    builder.flush(
        f ->
            f.withInterval(flush.interval())
                .withWatermark(flush.watermark().toBytes())
                .withMaxUnflushed(flush.maxUnflushed().toBytes())
                .withThreads(orElse(flush.threads(), f.threads())));
  }

  private void applyTier0(AofConfig.Builder builder) {
    AofProperties.Tier0 tier0 = properties.tier0();
    builder.tier0(
        t ->
            t.withMaxBytes(tier0.maxBytes().toBytes())
                .withPolicy(tier0.policy())
                .withOvershoot(tier0.overshoot())
                .withEvictAt(tier0.pressure().evictAt())
                .withUrgentAt(tier0.pressure().urgentAt()));
  }

  private void applyTier1(AofConfig.Builder builder) {
    AofProperties.Tier1 tier1 = properties.tier1();
    builder.tier1(
        t ->
            t.withMaxBytes(tier1.maxBytes().toBytes())
                .withFrameCache(tier1.frameCache().toBytes())
                .withWorkers(orElse(tier1.workers(), t.workers()))
                .withProfile(tier1.compression().profile())
                .withFrameSize(intBytes(tier1.compression().frameSize())));
    AofProperties.Hydration hydration = tier1.hydration();
    builder.hydration(
        h ->
            h.withWorkers(hydration.workers())
                .withReadAhead(hydration.readAhead())
                .withDeadline(hydration.deadline())
                .withFetchAhead(hydration.fetchAhead().toBytes()));
  }

  private Tier2Config tier2(Tier2Config defaults) {
    AofProperties.Tier2 tier2 = properties.tier2();
    String folder = tier2.filesystem().root();
    return defaults
        .withType(tier2.type())
        .withFilesystemRoot(folder == null ? null : path("tier2.filesystem.root", folder))
        .withS3(new S3PropertiesMapper(tier2.s3(), faults).toConfig())
        .withCheckAtStartup(tier2.checkAtStartup())
        .withDeadline(tier2.deadline())
        .withUploadConcurrency(tier2.uploadConcurrency())
        .withFetchConcurrency(tier2.fetchConcurrency())
        .withRestore(tier2.restore())
        .withDeleteGrace(tier2.deleteGrace())
        .withArchiveLagWarning(tier2.archiveLagWarning())
        .withRetry(retry(tier2.retry()))
        .withCircuitBreaker(circuitBreaker(tier2.circuitBreaker()))
        .withPrices(prices(tier2.prices()));
  }

  private static RequestPrices prices(AofProperties.Prices prices) {
    return new RequestPrices(
        prices.put(), prices.get(), prices.head(), prices.list(), prices.delete());
  }

  private static RetryConfig retry(AofProperties.Retry retry) {
    return RetryConfig.defaults()
        .withMaxAttempts(retry.maxAttempts())
        .withBaseDelay(retry.baseDelay())
        .withMaxDelay(retry.maxDelay());
  }

  private static CircuitBreakerConfig circuitBreaker(AofProperties.CircuitBreaker breaker) {
    return CircuitBreakerConfig.defaults()
        .withSlidingWindowSize(breaker.slidingWindowSize())
        .withFailureRateThreshold(breaker.failureRateThreshold())
        .withSlowCallDurationThreshold(breaker.slowCallDurationThreshold())
        .withWaitDurationInOpenState(breaker.waitDurationInOpenState())
        .withPermittedCallsInHalfOpenState(breaker.permittedCallsInHalfOpenState())
        .withMaxWaitDurationInHalfOpenState(breaker.maxWaitDurationInHalfOpenState());
  }

  private StreamConfig stream(AofProperties.Stream stream) {
    AofProperties.Retention own = stream.retention();
    boolean inherits = own.maxAge() == null && own.maxBytes() == null;
    RetentionConfig store = retention(RetentionConfig.defaults(), properties.retention());
    return new StreamConfig(
        stream.durability(),
        bytes(stream.segment().maxSize()),
        stream.segment().maxAge(),
        bytes(stream.flush().maxUnflushed()),
        stream.tier0Share(),
        inherits ? null : retention(store, own));
  }

  /** One key set for a stream leaves the other as the store says. */
  private static RetentionConfig retention(RetentionConfig base, AofProperties.Retention set) {
    Long maxBytes = bytes(set.maxBytes());
    return new RetentionConfig(
        set.maxAge() != null ? set.maxAge() : base.maxAge(),
        maxBytes != null ? maxBytes : base.maxBytes());
  }

  private void checkOwn() {
    if (properties.health().backpressureGrace().isNegative()) {
      faults.add(
          "health.backpressure-grace=%s must not be negative"
              .formatted(properties.health().backpressureGrace()));
    }
    if (properties.tracing().longFlush().isNegative()) {
      faults.add(
          "tracing.long-flush=%s must not be negative".formatted(properties.tracing().longFlush()));
    }
    int streams = properties.metrics().maxStreams();
    if (streams < 0) {
      faults.add("metrics.max-streams=" + streams + " must not be negative");
    }
    String stream = properties.template().defaultStream();
    if (stream != null && !StreamNames.isValid(stream)) {
      faults.add("template.default-stream=" + stream + " must be " + StreamNames.RULE);
    }
    faults.addAll(new ListenerPropertiesMapper(properties.listener()).faults());
  }

  private Path path(String key, String value) {
    if (value.isBlank()) {
      faults.add(key + "=" + value + " must not be empty");
      return UNUSABLE;
    }
    try {
      return Path.of(value);
    } catch (InvalidPathException e) {
      faults.add(key + "=" + value + " must be a path: " + e.getReason());
      return UNUSABLE;
    }
  }

  /** Whatever exceeds an int exceeds the store's limit, too, which then names the key. */
  private static int intBytes(DataSize size) {
    return (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, size.toBytes()));
  }

  private static @Nullable Long bytes(@Nullable DataSize size) {
    return size == null ? null : size.toBytes();
  }

  private static int orElse(@Nullable Integer value, int other) {
    return value != null ? value : other;
  }
}
