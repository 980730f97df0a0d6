package io.bop.aof.spring.boot.metrics;

import io.bop.aof.CompressionProfile;
import io.bop.aof.Durability;
import io.bop.aof.RequestKind;
import io.bop.aof.RequestOutcome;
import io.bop.aof.Tier;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;

/**
 * The meters of events in one registry. What appends meet is looked up once; what follows disk or
 * network is looked up when it happens. All of them are there from the beginning, at zero.
 */
final class BoundEngineMeters {

  private final OwnMeters own;
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

  BoundEngineMeters(OwnMeters own) {
    this.own = own;
    append = AofMeter.APPEND.timer(own);
    flushedAppend = AofMeter.APPEND_DURABLE.timer(own, TagValues.of(Durability.FLUSHED));
    archivedAppend = AofMeter.APPEND_DURABLE.timer(own, TagValues.of(Durability.ARCHIVED));
    flush = AofMeter.FLUSH.timer(own, "ok");
    failedFlush = AofMeter.FLUSH.timer(own, "failed");
    flushedBytes = AofMeter.FLUSH_BYTES.counter(own);
    activation = AofMeter.ACTIVATION.timer(own);
    admitted = AofMeter.ADMISSION_WAIT.timer(own, "admitted");
    refused = AofMeter.ADMISSION_WAIT.timer(own, "refused");
    upload = AofMeter.UPLOAD.timer(own);
    uploadedBytes = AofMeter.UPLOAD_BYTES.counter(own);
    hydration = AofMeter.HYDRATION.timer(own);
    hydratedBytes = AofMeter.HYDRATION_BYTES.counter(own);
    retired = AofMeter.RETIRED.counter(own);
    rawBytes = AofMeter.COMPRESSION_BYTES.counter(own, "raw");
    compressedBytes = AofMeter.COMPRESSION_BYTES.counter(own, "compressed");
    ratio = AofMeter.COMPRESSION_RATIO.summary(own);
    registerTheRest();
  }

  boolean isOf(OwnMeters meters) {
    return own == meters;
  }

  private void registerTheRest() {
    for (CompressionProfile profile : CompressionProfile.values()) {
      AofMeter.COMPRESSION.timer(own, TagValues.of(profile));
    }
    for (RequestKind kind : RequestKind.values()) {
      request(kind, RequestOutcome.OK);
    }
    for (Tier local : new Tier[] {Tier.TIER0, Tier.TIER1}) {
      AofMeter.EVICTION.counter(own, TagValues.of(local));
      AofMeter.EVICTION_BYTES.counter(own, TagValues.of(local));
    }
    for (String operation : new String[] {"append", "seal", "compress", "upload", "hydrate"}) {
      AofMeter.FAILURES.counter(own, operation);
    }
  }

  void compressed(CompressionProfile profile, long bytesIn, long bytesOut, Duration took) {
    AofMeter.COMPRESSION.timer(own, TagValues.of(profile)).record(took);
    rawBytes.increment((double) bytesIn);
    compressedBytes.increment((double) bytesOut);
    if (bytesOut > 0) {
      ratio.record((double) bytesIn / bytesOut);
    }
  }

  Timer request(RequestKind kind, RequestOutcome outcome) {
    return AofMeter.TIER2_REQUEST.timer(own, TagValues.of(kind), TagValues.of(outcome));
  }

  void evicted(Tier tier, long bytes) {
    AofMeter.EVICTION.counter(own, TagValues.of(tier)).increment();
    AofMeter.EVICTION_BYTES.counter(own, TagValues.of(tier)).increment((double) bytes);
  }

  /* Operations are words of the engine's own, and few. */
  void failed(String operation) {
    AofMeter.FAILURES.counter(own, operation).increment();
  }
}
