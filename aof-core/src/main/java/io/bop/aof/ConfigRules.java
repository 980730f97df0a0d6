package io.bop.aof;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a configuration must fulfil; collects all faults before it complains. */
final class ConfigRules {

  private static final int MIN_CHUNK_SIZE = 16 * 1024;
  private static final int MAX_CHUNK_SIZE = 16 * 1024 * 1024;
  private static final int MIN_FRAME_SIZE = 16 * 1024;
  private static final int MAX_FRAME_SIZE = 8 * 1024 * 1024;
  private static final double MAX_PRICE = 1_000;
  private static final int MIN_SCRUB_RATE = 64 * 1024;
  private static final String NEEDS_TIER2 = " needs a Tier 2, but tier2.type=none action=set ";

  private final List<String> faults = new ArrayList<>();

  private ConfigRules() {}

  static void check(AofConfig config) {
    ConfigRules rules = new ConfigRules();
    rules.checkStore(config);
    rules.checkTiers(config);
    rules.checkTier2(config.tier2());
    config.streams().forEach(rules::checkStream);
    if (config.tier2().type() == Tier2Type.NONE) {
      rules.checkWithoutTier2(config);
    }
    if (!rules.faults.isEmpty()) {
      throw new InvalidConfigException(rules.faults);
    }
  }

  private void checkStore(AofConfig config) {
    positive("append-timeout", config.appendTimeout());
    notNegative("archive-linger", config.archiveLinger());
    range("max-record-size", config.maxRecordSize(), 1, AofConfig.MAX_RECORD_SIZE_LIMIT);
    range("reserve-bytes", config.reserveBytes(), 0, Long.MAX_VALUE);
    positive("flush.interval", config.flush().interval());
    range("flush.watermark", config.flush().watermark(), 1, Long.MAX_VALUE);
    range(
        "flush.max-unflushed",
        config.flush().maxUnflushed(),
        config.flush().watermark(),
        Long.MAX_VALUE);
    range("flush.threads", config.flush().threads(), 1, 16);
    ManifestConfig manifest = config.manifest();
    range("manifest.chunk-size", manifest.chunkSize(), MIN_CHUNK_SIZE, MAX_CHUNK_SIZE);
    positive("manifest.rotate-after", manifest.rotateAfter());
    range("manifest.snapshot-every", manifest.snapshotEvery(), 1, Integer.MAX_VALUE);
    optionalPositive("drill.interval", config.drill().interval());
    range("drill.segments", config.drill().segments(), 1, 10_000);
    positive("follower.poll-interval", config.follower().pollInterval());
    positive("scrub.interval", config.scrub().interval());
    range(
        "scrub.bytes-per-second", config.scrub().bytesPerSecond(), MIN_SCRUB_RATE, Long.MAX_VALUE);
    checkRetention("retention", config.retention());
  }

  /* What promises that records outlive the disk. The rest is ignored: profiles share settings. */
  private void checkWithoutTier2(AofConfig config) {
    if (config.durability() == Durability.ARCHIVED) {
      faults.add("durability=archived" + NEEDS_TIER2 + "tier2.type, or durability=flushed");
    }
    config
        .streams()
        .forEach(
            (name, stream) -> {
              if (stream.durability() == Durability.ARCHIVED) {
                String key = "streams." + name + ".durability=";
                faults.add(key + "archived" + NEEDS_TIER2 + "tier2.type, or " + key + "flushed");
              }
            });
    if (config.tier2().restore() == RestorePolicy.IF_EMPTY) {
      faults.add("tier2.restore=if-empty" + NEEDS_TIER2 + "tier2.type, or tier2.restore=never");
    }
  }

  private void checkTiers(AofConfig config) {
    SegmentConfig segment = config.segment();
    String largest = "segment.max-size=" + segment.maxSize();
    sizeClass("segment.min-size", segment.minSize());
    sizeClass("segment.max-size", segment.maxSize());
    if (segment.minSize() > segment.maxSize()) {
      faults.add("segment.min-size=" + segment.minSize() + " must not exceed " + largest);
    }
    if (config.maxRecordSize() > segment.maxSize() / 2) {
      faults.add(
          "max-record-size=" + config.maxRecordSize() + " must be at most half of " + largest);
    }
    optionalPositive("segment.max-age", segment.maxAge());
    Tier0Config tier0 = config.tier0();
    if (tier0.maxBytes() < 2 * segment.maxSize()) {
      faults.add("tier0.max-bytes=" + tier0.maxBytes() + " must hold two segments of " + largest);
    }
    range("tier0.overshoot", tier0.overshoot(), 0, 1);
    range("tier0.pressure.evict-at", tier0.evictAt(), 0.1, 1);
    range("tier0.pressure.urgent-at", tier0.urgentAt(), tier0.evictAt(), 1);
    Tier1Config tier1 = config.tier1();
    if (tier1.maxBytes() < 2 * segment.maxSize()) {
      faults.add("tier1.max-bytes=" + tier1.maxBytes() + " must hold two segments of " + largest);
    }
    range("tier1.frame-cache", tier1.frameCache(), 0, Long.MAX_VALUE);
    range("tier1.workers", tier1.workers(), 1, 64);
    range("tier1.compression.frame-size", tier1.frameSize(), MIN_FRAME_SIZE, MAX_FRAME_SIZE);
    range("tier1.hydration.workers", config.hydration().workers(), 1, 64);
    range(
        "tier1.hydration.read-ahead",
        config.hydration().readAhead(),
        0,
        ReadOptions.MAX_READ_AHEAD);
    positive("tier1.hydration.deadline", config.hydration().deadline());
    range("tier1.hydration.fetch-ahead", config.hydration().fetchAhead(), 0, Long.MAX_VALUE);
  }

  private void checkTier2(Tier2Config tier2) {
    positive("tier2.deadline", tier2.deadline());
    range("tier2.upload-concurrency", tier2.uploadConcurrency(), 1, 64);
    range("tier2.fetch-concurrency", tier2.fetchConcurrency(), 1, 256);
    notNegative("tier2.delete-grace", tier2.deleteGrace());
    positive("tier2.archive-lag-warning", tier2.archiveLagWarning());
    @Nullable S3Config s3 = tier2.s3();
    if (s3 != null) {
      S3Rules.check(s3, faults);
    } else if (tier2.type() == Tier2Type.S3) {
      faults.add("tier2.s3.bucket must be set, because tier2.type=s3");
    }
    RetryConfig retry = tier2.retry();
    range("tier2.retry.max-attempts", retry.maxAttempts(), 1, 100);
    positive("tier2.retry.base-delay", retry.baseDelay());
    positive("tier2.retry.max-delay", retry.maxDelay());
    CircuitBreakerConfig breaker = tier2.circuitBreaker();
    String prefix = "tier2.circuit-breaker.";
    range(prefix + "sliding-window-size", breaker.slidingWindowSize(), 1, 10_000);
    range(prefix + "failure-rate-threshold", breaker.failureRateThreshold(), 1, 100);
    positive(prefix + "slow-call-duration-threshold", breaker.slowCallDurationThreshold());
    positive(prefix + "wait-duration-in-open-state", breaker.waitDurationInOpenState());
    range(
        prefix + "permitted-calls-in-half-open-state",
        breaker.permittedCallsInHalfOpenState(),
        1,
        1_000);
    positive(
        prefix + "max-wait-duration-in-half-open-state", breaker.maxWaitDurationInHalfOpenState());
    for (RequestKind kind : RequestKind.values()) {
      String key = "tier2.prices." + kind.name().toLowerCase(Locale.ROOT);
      range(key, tier2.prices().of(kind), 0, MAX_PRICE);
    }
  }

  private void checkStream(String name, StreamConfig stream) {
    String prefix = "streams." + name + ".";
    if (!StreamNames.isValid(name)) {
      faults.add("streams: illegal stream name '" + name + "', must be " + StreamNames.RULE);
    }
    if (stream.segmentMaxSize() != null) {
      sizeClass(prefix + "segment.max-size", stream.segmentMaxSize());
    }
    optionalPositive(prefix + "segment.max-age", stream.segmentMaxAge());
    if (stream.maxUnflushed() != null) {
      range(prefix + "flush.max-unflushed", stream.maxUnflushed(), 1, Long.MAX_VALUE);
    }
    if (stream.tier0Share() != null && !(stream.tier0Share() > 0 && stream.tier0Share() <= 1)) {
      faults.add(prefix + "tier0-share=" + stream.tier0Share() + " must be over 0 and at most 1");
    }
    if (stream.retention() != null) {
      checkRetention(prefix + "retention", stream.retention());
    }
  }

  private void checkRetention(String prefix, RetentionConfig retention) {
    optionalPositive(prefix + ".max-age", retention.maxAge());
    if (retention.maxBytes() != null) {
      range(prefix + ".max-bytes", retention.maxBytes(), 1, Long.MAX_VALUE);
    }
  }

  private void sizeClass(String key, long value) {
    if (!SegmentConfig.SIZE_CLASSES.contains(value)) {
      faults.add(key + "=" + value + " must be 1, 8 or 64 MiB");
    }
  }

  private void range(String key, long value, long min, long max) {
    if (value < min || value > max) {
      String upper = max == Long.MAX_VALUE ? "" : " and at most " + max;
      faults.add(key + "=" + value + " must be at least " + min + upper);
    }
  }

  private void range(String key, double value, double min, double max) {
    if (!(value >= min && value <= max)) {
      faults.add(key + "=" + value + " must be " + min + " to " + max);
    }
  }

  private void positive(String key, Duration value) {
    if (value.isNegative() || value.isZero()) {
      faults.add(key + "=" + value + " must be positive");
    }
  }

  private void optionalPositive(String key, @Nullable Duration value) {
    if (value != null) {
      positive(key, value);
    }
  }

  private void notNegative(String key, Duration value) {
    if (value.isNegative()) {
      faults.add(key + "=" + value + " must not be negative");
    }
  }
}
