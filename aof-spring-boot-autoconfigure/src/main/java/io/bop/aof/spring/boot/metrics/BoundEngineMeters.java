package io.bop.aof.spring.boot.metrics;

import io.bop.aof.CompressionProfile;
import io.bop.aof.Durability;
import io.bop.aof.RequestKind;
import io.bop.aof.RequestOutcome;
import io.bop.aof.Tier;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;

/**
 * The meters of events in one registry. What appends meet is looked up once; what follows disk or
 * network is looked up when it happens. All of them are there from the beginning, at zero.
 */
final class BoundEngineMeters {

  private final MeterRegistry registry;
  final Timer append;
  final Timer flushedAppend;
  final Timer archivedAppend;
  final Timer flush;
  final Timer failedFlush;
  final Counter flushedBytes;
  final Timer activation;
  final Timer admitted;
  final Timer refused;
  final Timer upload;
  final Counter uploadedBytes;
  final Timer hydration;
  final Counter hydratedBytes;
  final Counter retired;
  private final Counter rawBytes;
  private final Counter compressedBytes;
  private final DistributionSummary ratio;

  BoundEngineMeters(MeterRegistry registry) {
    this.registry = registry;
    append = AofMeter.APPEND.timer(registry);
    flushedAppend = AofMeter.APPEND_DURABLE.timer(registry, TagValues.of(Durability.FLUSHED));
    archivedAppend = AofMeter.APPEND_DURABLE.timer(registry, TagValues.of(Durability.ARCHIVED));
    flush = AofMeter.FLUSH.timer(registry, "ok");
    failedFlush = AofMeter.FLUSH.timer(registry, "failed");
    flushedBytes = AofMeter.FLUSH_BYTES.counter(registry);
    activation = AofMeter.ACTIVATION.timer(registry);
    admitted = AofMeter.ADMISSION_WAIT.timer(registry, "admitted");
    refused = AofMeter.ADMISSION_WAIT.timer(registry, "refused");
    upload = AofMeter.UPLOAD.timer(registry);
    uploadedBytes = AofMeter.UPLOAD_BYTES.counter(registry);
    hydration = AofMeter.HYDRATION.timer(registry);
    hydratedBytes = AofMeter.HYDRATION_BYTES.counter(registry);
    retired = AofMeter.RETIRED.counter(registry);
    rawBytes = AofMeter.COMPRESSION_BYTES.counter(registry, "raw");
    compressedBytes = AofMeter.COMPRESSION_BYTES.counter(registry, "compressed");
    ratio = AofMeter.COMPRESSION_RATIO.summary(registry);
    registerTheRest();
  }

  private void registerTheRest() {
    for (CompressionProfile profile : CompressionProfile.values()) {
      AofMeter.COMPRESSION.timer(registry, TagValues.of(profile));
    }
    for (RequestKind kind : RequestKind.values()) {
      request(kind, RequestOutcome.OK);
    }
    for (Tier local : new Tier[] {Tier.TIER0, Tier.TIER1}) {
      AofMeter.EVICTION.counter(registry, TagValues.of(local));
      AofMeter.EVICTION_BYTES.counter(registry, TagValues.of(local));
    }
    for (String operation : new String[] {"append", "seal", "compress", "upload", "hydrate"}) {
      AofMeter.FAILURES.counter(registry, operation);
    }
  }

  void compressed(CompressionProfile profile, long bytesIn, long bytesOut, Duration took) {
    AofMeter.COMPRESSION.timer(registry, TagValues.of(profile)).record(took);
    rawBytes.increment((double) bytesIn);
    compressedBytes.increment((double) bytesOut);
    if (bytesOut > 0) {
      ratio.record((double) bytesIn / bytesOut);
    }
  }

  Timer request(RequestKind kind, RequestOutcome outcome) {
    return AofMeter.TIER2_REQUEST.timer(registry, TagValues.of(kind), TagValues.of(outcome));
  }

  void evicted(Tier tier, long bytes) {
    AofMeter.EVICTION.counter(registry, TagValues.of(tier)).increment();
    AofMeter.EVICTION_BYTES.counter(registry, TagValues.of(tier)).increment((double) bytes);
  }

  /* Operations are words of the engine's own, and few. */
  void failed(String operation) {
    AofMeter.FAILURES.counter(registry, operation).increment();
  }
}
