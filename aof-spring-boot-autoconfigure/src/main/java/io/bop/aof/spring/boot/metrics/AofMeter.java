package io.bop.aof.spring.boot.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * Every meter of the store: its name, kind, unit, tags and meaning. Meters are registered from here
 * alone, and the reference page is written from here.
 */
public enum AofMeter {
  STORE_OPEN("aof.store.open", Kind.GAUGE, "", "1 while the store is open, else 0."),
  STREAMS("aof.streams", Kind.GAUGE, "streams", "Streams of the store."),
  STREAMS_FAILED(
      "aof.streams.failed",
      Kind.GAUGE,
      "",
      "Streams that take no appends until the store is reopened."),

  APPEND(
      "aof.append",
      Kind.TIMER,
      Buckets.MEMORY,
      "From the call of an append until its records are readable. Sampled: about one append out of"
          + " 64."),
  APPEND_DURABLE(
      "aof.append.durable",
      Kind.TIMER,
      Buckets.DISK,
      "From the call of an append until its records are as safe as it asked: `kind` is `flushed` or"
          + " `archived`. Sampled like `aof.append`.",
      "kind"),
  APPEND_RECORDS(
      "aof.append.records", Kind.COUNTER, "records", "Records appended since the open.", "stream"),
  APPEND_BYTES(
      "aof.append.bytes",
      Kind.COUNTER,
      "bytes",
      "Bytes appended since the open, headers and padding of records included.",
      "stream"),

  FLUSH(
      "aof.flush",
      Kind.TIMER,
      Buckets.DISK,
      "Forces of records to the disk; `outcome` is `ok` or `failed`.",
      "outcome"),
  FLUSH_BYTES("aof.flush.bytes", Kind.COUNTER, "bytes", "Bytes made durable by forces."),
  FLUSH_BACKLOG(
      "aof.flush.backlog.bytes",
      Kind.GAUGE,
      "bytes",
      "Bytes appended and not yet durable.",
      "stream"),

  ADMISSION_WAIT(
      "aof.admission.wait",
      Kind.TIMER,
      Buckets.WAIT,
      "Appends that waited because the budget of Tier 0 was used up; `outcome` is `admitted` or"
          + " `refused`.",
      "outcome"),
  BACKPRESSURE(
      "aof.backpressure",
      Kind.COUNTER,
      "appends",
      "Appends held up by the resource `kind`; `outcome` is `waited` or `refused`.",
      "kind",
      "outcome"),
  BACKPRESSURE_WAITING(
      "aof.backpressure.waiting",
      Kind.GAUGE,
      "appends",
      "Appends that wait for the resource `kind` now.",
      "kind"),
  ACTIVATION(
      "aof.activation",
      Kind.TIMER,
      Buckets.WAIT,
      "From a stream's wish for its next segment until it has one."),
  ACTIVATION_QUEUE(
      "aof.activation.queue.depth",
      Kind.GAUGE,
      "streams",
      "Streams that wait for the room of their next segment."),

  TIER_BYTES("aof.tier.bytes", Kind.GAUGE, "bytes", "Bytes of files or objects.", "tier"),
  TIER_LIMIT(
      "aof.tier.limit.bytes", Kind.GAUGE, "bytes", "Budget of the tier; 0: it has none.", "tier"),
  TIER_SEGMENTS(
      "aof.tier.segments", Kind.GAUGE, "segments", "Segments with a copy in the tier.", "tier"),
  TIER0_PRESSURE(
      "aof.tier0.pressure",
      Kind.GAUGE,
      "",
      "Used share of the budget of Tier 0, 0 to 1 and a little above."),
  RESIDENCY_SEGMENTS(
      "aof.residency.segments",
      Kind.GAUGE,
      "segments",
      "Segments by how far they have come.",
      "state"),
  NEEDS_RECOVERY(
      "aof.residency.needs.recovery",
      Kind.GAUGE,
      "copies",
      "Copies that the manifest counts and that are missing or damaged."),
  UNREADABLE(
      "aof.residency.unreadable",
      Kind.GAUGE,
      "segments",
      "Segments of which no intact copy is left."),

  COMPRESSION(
      "aof.compression",
      Kind.TIMER,
      Buckets.NONE,
      "Compressions of a segment; `kind` is the profile.",
      "kind"),
  COMPRESSION_BYTES(
      "aof.compression.bytes",
      Kind.COUNTER,
      "bytes",
      "Bytes that went into compressions (`kind` is `raw`) and came out (`compressed`). Throughput"
          + " is the rate of raw bytes by the rate of `aof.compression`.",
      "kind"),
  COMPRESSION_RATIO(
      "aof.compression.ratio", Kind.SUMMARY, "", "Raw bytes of a segment by its compressed bytes."),
  COMPRESSION_QUEUE(
      "aof.compression.queue.depth",
      Kind.GAUGE,
      "segments",
      "Segments that wait for compression or are being compressed."),
  HYDRATION(
      "aof.hydration", Kind.TIMER, Buckets.REMOTE, "Segments brought back from a colder tier."),
  HYDRATION_BYTES(
      "aof.hydration.bytes", Kind.COUNTER, "bytes", "Bytes brought back from a colder tier."),
  HYDRATION_QUEUE(
      "aof.hydration.queue.depth",
      Kind.GAUGE,
      "segments",
      "Segments that wait for hydration or are being hydrated."),
  EVICTION("aof.eviction", Kind.COUNTER, "copies", "Local copies dropped.", "tier"),
  EVICTION_BYTES(
      "aof.eviction.bytes", Kind.COUNTER, "bytes", "Bytes of local copies dropped.", "tier"),
  RETIRED("aof.retired", Kind.COUNTER, "segments", "Segments removed everywhere."),

  UPLOAD("aof.upload", Kind.TIMER, Buckets.REMOTE, "Uploads of a segment, retries included."),
  UPLOAD_BYTES("aof.upload.bytes", Kind.COUNTER, "bytes", "Bytes of segments uploaded."),
  UPLOAD_QUEUE(
      "aof.upload.queue.depth",
      Kind.GAUGE,
      "segments",
      "Segments that wait for upload or are being uploaded."),
  UPLOAD_LAG(
      "aof.upload.lag.bytes", Kind.GAUGE, "bytes", "Record bytes sealed and not yet in Tier 2."),
  UPLOAD_OLDEST(
      "aof.upload.oldest.age",
      Kind.GAUGE,
      "seconds",
      "Age of the oldest sealed segment that is not in Tier 2; 0: there is none."),
  TIER2_REQUEST(
      "aof.tier2.request",
      Kind.TIMER,
      Buckets.REMOTE,
      "Requests to the object store, each attempt by itself.",
      "operation",
      "outcome"),
  TIER2_CALL(
      "aof.tier2.call",
      Kind.COUNTER,
      "calls",
      "Calls, retries included; `outcome` is `ok`, `failed` or `rejected` by the circuit breaker.",
      "direction",
      "outcome"),
  TIER2_RETRY(
      "aof.tier2.retry",
      Kind.COUNTER,
      "attempts",
      "Attempts after the first one of a call.",
      "direction"),
  TIER2_BYTES(
      "aof.tier2.bytes",
      Kind.COUNTER,
      "bytes",
      "Bytes of objects; `kind` is `sent` or `received`.",
      "kind"),
  TIER2_COST(
      "aof.tier2.cost.usd",
      Kind.COUNTER,
      "usd",
      "What the requests cost at `aof.tier2.prices.*`; storage and traffic are not in it.",
      "operation"),
  TIER2_BREAKER(
      "aof.tier2.breaker",
      Kind.GAUGE,
      "",
      "1 for the state that the circuit breaker has, else 0.",
      "direction",
      "state"),
  TIER2_BREAKER_AGE(
      "aof.tier2.breaker.age",
      Kind.GAUGE,
      "seconds",
      "How long the circuit breaker has had its state.",
      "direction"),
  TIER2_STUCK(
      "aof.tier2.transfers.stuck",
      Kind.GAUGE,
      "transfers",
      "Transfers that outlived the deadline of their call and have not ended yet."),

  MANIFEST_REPLAY(
      "aof.manifest.replay",
      Kind.GAUGE,
      "seconds",
      "How long the open took, the replay of the manifest included."),
  MANIFEST_CHUNKS(
      "aof.manifest.chunks", Kind.GAUGE, "chunks", "Chunks of the manifest begun so far."),
  MANIFEST_RECORDS(
      "aof.manifest.records", Kind.COUNTER, "records", "Records ever written to the manifest."),
  MANIFEST_FAILED(
      "aof.manifest.failed", Kind.GAUGE, "", "1 when the manifest takes no more records, else 0."),

  READ(
      "aof.read",
      Kind.COUNTER,
      "runs",
      "Runs of up to 256 KiB of records that readers went through.",
      "tier"),
  READ_RECORDS("aof.read.records", Kind.COUNTER, "records", "Records read.", "stream", "tier"),
  READ_BYTES(
      "aof.read.bytes",
      Kind.COUNTER,
      "bytes",
      "Bytes of records read, uncompressed.",
      "stream",
      "tier"),
  READ_DISTANCE(
      "aof.read.distance",
      Kind.COUNTER,
      "records",
      "Distance from the tail, summed over all runs: its rate by the rate of `aof.read` is how far"
          + " behind the end readers are.",
      "tier"),

  FOLLOWER_LAG(
      "aof.follower.lag",
      Kind.GAUGE,
      "seconds",
      "How long ago a follower last knew everything that Tier 2 had."),
  FOLLOWER_FAILED(
      "aof.follower.failed", Kind.GAUGE, "", "1 when a follower follows no more, else 0."),

  LISTENERS("aof.listeners", Kind.GAUGE, "listeners", "Listener containers."),
  LISTENER_RUNNING(
      "aof.listener.running",
      Kind.GAUGE,
      "",
      "1 while the container delivers what comes, else 0.",
      "listener"),
  LISTENER_FAILED(
      "aof.listener.failed",
      Kind.GAUGE,
      "",
      "1 when a failure has stopped the container, else 0.",
      "listener"),
  LISTENER_LAG(
      "aof.listener.lag",
      Kind.GAUGE,
      "records",
      "Durable records of all its streams that were not handled yet.",
      "listener"),
  LISTENER_RECORDS(
      "aof.listener.records",
      Kind.COUNTER,
      "records",
      "Records that were handled, those given up among them.",
      "listener"),
  LISTENER_FAILURES(
      "aof.listener.failures",
      Kind.COUNTER,
      "failures",
      "Calls of the listener that failed, and reads and saves that did.",
      "listener"),
  LISTENER_RECOVERED(
      "aof.listener.recovered",
      Kind.COUNTER,
      "records",
      "Records that were given up: skipped, or in a dead-letter stream.",
      "listener"),

  REPAIR(
      "aof.repair",
      Kind.COUNTER,
      "copies",
      "Copies found `damaged`, and copies `repaired` or not needed any more.",
      "kind"),
  QUARANTINE_FILES(
      "aof.quarantine.files", Kind.GAUGE, "files", "Damaged files that were set aside."),
  QUARANTINE_BYTES("aof.quarantine.bytes", Kind.GAUGE, "bytes", "Bytes of these."),
  SCRUB(
      "aof.scrub",
      Kind.COUNTER,
      "copies",
      "Copies that the background verification read; `outcome` is `intact`, `damaged` or"
          + " `unverified`.",
      "outcome"),
  SCRUB_BYTES("aof.scrub.bytes", Kind.COUNTER, "bytes", "Bytes read by it."),
  STORAGE_FULL(
      "aof.storage.full", Kind.GAUGE, "directories", "Directories whose disk has no room."),
  STORAGE_REFUSING(
      "aof.storage.refusing",
      Kind.GAUGE,
      "directories",
      "Of these: appends are refused because of them."),
  FAILURES(
      "aof.failures",
      Kind.COUNTER,
      "failures",
      "Background steps that failed; most are tried again.",
      "operation"),
  EVENT_FAILURES(
      "aof.events.failures", Kind.COUNTER, "failures", "Events that an `EngineListener` threw at.");

  private final String meterName;
  private final Kind kind;
  private final String unit;
  private final Buckets buckets;
  private final String description;

  // It is a copy that cannot be changed.
  @SuppressWarnings("ImmutableEnumChecker")
  private final List<String> tagKeys;

  AofMeter(String name, Kind kind, String unit, String description, String... tagKeys) {
    this(name, kind, new Scale(unit, Buckets.NONE), description, tagKeys);
  }

  AofMeter(String name, Kind kind, Buckets buckets, String description, String... tagKeys) {
    this(name, kind, new Scale("seconds", buckets), description, tagKeys);
  }

  AofMeter(String name, Kind kind, Scale scale, String description, String... tagKeys) {
    this.meterName = name;
    this.kind = kind;
    this.unit = scale.unit();
    this.buckets = scale.buckets();
    this.description = description;
    this.tagKeys = List.of(tagKeys);
  }

  /** What a meter measures. */
  public enum Kind {
    /** A value now. */
    GAUGE,
    /** A sum that only rises. */
    COUNTER,
    /** Durations. */
    TIMER,
    /** A distribution of values. */
    SUMMARY
  }

  private record Scale(String unit, Buckets buckets) {}

  /** Name in Micrometer's notation. */
  public String meterName() {
    return meterName;
  }

  /** What it measures. */
  public Kind kind() {
    return kind;
  }

  /** Base unit; empty: a plain number. */
  public String unit() {
    return unit;
  }

  /** Histogram buckets by default. */
  public Buckets buckets() {
    return buckets;
  }

  /** One or two sentences. */
  public String description() {
    return description;
  }

  /** Keys of its tags, in order. */
  public List<String> tagKeys() {
    return tagKeys;
  }

  /** A gauge with the tag values in the order of {@link #tagKeys()}; holds on to the supplier. */
  Meter gauge(OwnMeters meters, Supplier<Number> value, String... tagValues) {
    return meters.add(
        Gauge.builder(meterName, value)
            .tags(tags(Kind.GAUGE, tagValues))
            .baseUnit(unit.isEmpty() ? null : unit)
            .description(description)
            .register(meters.registry()));
  }

  /** A counter that is read from {@code state}, which somebody else must hold on to. */
  <T> Meter counter(OwnMeters meters, T state, ToDoubleFunction<T> value, String... tagValues) {
    return meters.add(
        FunctionCounter.builder(meterName, state, value)
            .tags(tags(Kind.COUNTER, tagValues))
            .baseUnit(unit)
            .description(description)
            .register(meters.registry()));
  }

  /** A counter to add to. */
  Counter counter(OwnMeters meters, String... tagValues) {
    return meters.add(
        Counter.builder(meterName)
            .tags(tags(Kind.COUNTER, tagValues))
            .baseUnit(unit)
            .description(description)
            .register(meters.registry()));
  }

  /** A timer with the default buckets of this meter. */
  Timer timer(OwnMeters meters, String... tagValues) {
    return meters.add(
        Timer.builder(meterName)
            .tags(tags(Kind.TIMER, tagValues))
            .serviceLevelObjectives(buckets.limits())
            .description(description)
            .register(meters.registry()));
  }

  /** A distribution. */
  DistributionSummary summary(OwnMeters meters, String... tagValues) {
    return meters.add(
        DistributionSummary.builder(meterName)
            .tags(tags(Kind.SUMMARY, tagValues))
            .baseUnit(unit.isEmpty() ? null : unit)
            .description(description)
            .register(meters.registry()));
  }

  private Iterable<Tag> tags(Kind wanted, String... values) {
    if (kind != wanted || values.length != tagKeys.size()) {
      throw new IllegalArgumentException(
          "meter is documented otherwise: meter="
              + meterName
              + " kind="
              + kind
              + " tags="
              + tagKeys
              + " wanted="
              + wanted
              + Arrays.toString(values));
    }
    Tags tags = Tags.empty();
    for (int i = 0; i < values.length; i++) {
      tags = tags.and(tagKeys.get(i), values[i]);
    }
    return tags;
  }
}
