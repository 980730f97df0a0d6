package io.bop.aof.spring.boot.autoconfigure;

import io.bop.aof.AdmissionPolicy;
import io.bop.aof.CompressionProfile;
import io.bop.aof.Durability;
import io.bop.aof.RestorePolicy;
import io.bop.aof.S3Compatibility.ConditionalPut;
import io.bop.aof.S3Compatibility.RequestChecksum;
import io.bop.aof.Tier2Type;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Properties of the AOF store. Ranges are checked by the store's own rules, all at once, when the
 * configuration is built.
 *
 * @param enabled Whether the store, the template and their health are configured.
 * @param root Directory of the store, relative to the working directory or absolute. Created if
 *     missing.
 * @param durability How safe a record is when its append is acknowledged.
 * @param appendTimeout Longest time that an append waits for room and for durability.
 * @param archiveLinger Longest time that an append with durability 'archived' waits for others to
 *     share its upload.
 * @param maxRecordSize Largest record with payload, key and headers, at most 8MB and half of the
 *     largest segment.
 * @param reserveBytes Disk space kept free, so that a full disk can still seal and evict.
 * @param segment Segment files.
 * @param flush Forcing records to disk.
 * @param tier0 Memory-mapped tier.
 * @param tier1 Compressed tier on the local disk.
 * @param tier2 Object store.
 * @param retention Retention of old segments.
 * @param manifest Manifest log.
 * @param scrub Background verification of sealed copies.
 * @param drill Rehearsal of a restore from the object store.
 * @param follower Reading a store that another process writes.
 * @param streams Settings of single streams by name, where they differ from the store's. Names with
 *     dots need brackets, '[orders.eu]'.
 * @param health Health contributor.
 * @param metrics Meters.
 * @param logEvents Whether each step of the engine is logged with key-values, most of them at level
 *     DEBUG.
 * @param template Template.
 * @param listener Listeners.
 * @param tracing Spans of what the store does by itself.
 */
@ConfigurationProperties("aof")
public record AofProperties(
    @DefaultValue("true") boolean enabled,
    @DefaultValue("./data/aof") String root,
    @DefaultValue("flushed") Durability durability,
    @DefaultValue("10s") Duration appendTimeout,
    @DefaultValue("1s") Duration archiveLinger,
    @DefaultValue("1MB") DataSize maxRecordSize,
    @DefaultValue("16MB") DataSize reserveBytes,
    @DefaultValue Segment segment,
    @DefaultValue Flush flush,
    @DefaultValue Tier0 tier0,
    @DefaultValue Tier1 tier1,
    @DefaultValue Tier2 tier2,
    @DefaultValue Retention retention,
    @DefaultValue Manifest manifest,
    @DefaultValue Scrub scrub,
    @DefaultValue Drill drill,
    @DefaultValue Follower follower,
    @DefaultValue Map<String, Stream> streams,
    @DefaultValue Health health,
    @DefaultValue Metrics metrics,
    @DefaultValue("true") boolean logEvents,
    @DefaultValue Template template,
    @NestedConfigurationProperty @DefaultValue AofListenerProperties listener,
    @DefaultValue Tracing tracing) {

  /*
   * The root is text and not a Path, because Spring's editor for paths prefers a resource of that
   * name on the class path: with src/main/resources/data, root "data" would mean target/classes.
   */

  /**
   * Segment files.
   *
   * @param minSize Smallest segment file, used by quiet streams: 1MB, 8MB or 64MB.
   * @param maxSize Largest segment file: 1MB, 8MB or 64MB.
   * @param maxAge Age at which a segment is sealed, so that quiet streams reach the colder tiers
   *     too. Not limited by default.
   */
  public record Segment(
      @DefaultValue("1MB") DataSize minSize,
      @DefaultValue("64MB") DataSize maxSize,
      @Nullable Duration maxAge) {}

  /**
   * Forcing records to disk.
   *
   * @param interval Longest time that a record with durability 'memory' waits for the disk.
   * @param watermark Unflushed bytes of a stream that start a flush at once.
   * @param maxUnflushed Unflushed bytes of a stream at which its appends wait.
   * @param threads Flush workers, 1 to 16. As many as processors by default, at most 4.
   */
  public record Flush(
      @DefaultValue("5ms") Duration interval,
      @DefaultValue("8MB") DataSize watermark,
      @DefaultValue("64MB") DataSize maxUnflushed,
      @Nullable Integer threads) {}

  /**
   * Memory-mapped tier.
   *
   * @param maxBytes Budget of segment files in this tier, at least two of the largest size.
   * @param policy What happens when the budget is used up.
   * @param overshoot Share of the budget by which the policy 'elastic' may exceed it, 0 to 1.
   * @param pressure Reaction to a filling tier.
   */
  public record Tier0(
      @DefaultValue("512MB") DataSize maxBytes,
      @DefaultValue("strict") AdmissionPolicy policy,
      @DefaultValue("0.25") double overshoot,
      @DefaultValue Pressure pressure) {}

  /**
   * Reaction to a filling tier.
   *
   * @param evictAt Used share of the budget from which segments that are safe in colder tiers are
   *     evicted, 0.1 to 1.
   * @param urgentAt Used share of the budget from which compression is urgent, 'evict-at' to 1.
   */
  public record Pressure(
      @DefaultValue("0.70") double evictAt, @DefaultValue("0.85") double urgentAt) {}

  /**
   * Compressed tier on the local disk.
   *
   * @param maxBytes Budget of compressed files, at least two segments of the largest size.
   * @param frameCache Decompressed data kept in memory.
   * @param workers Compression workers, 1 to 64. Half of the processors by default.
   * @param compression Compression of sealed segments.
   * @param hydration Bringing data back from colder tiers.
   */
  public record Tier1(
      @DefaultValue("4GB") DataSize maxBytes,
      @DefaultValue("64MB") DataSize frameCache,
      @Nullable Integer workers,
      @DefaultValue Compression compression,
      @DefaultValue Hydration hydration) {}

  /**
   * Compression of sealed segments.
   *
   * @param profile How much work goes into compression.
   * @param frameSize Uncompressed size of a frame, the unit of random access, 16KB to 8MB.
   */
  public record Compression(
      @DefaultValue("balanced") CompressionProfile profile,
      @DefaultValue("256KB") DataSize frameSize) {}

  /**
   * Bringing data back from colder tiers.
   *
   * @param workers Hydration workers, 1 to 64.
   * @param readAhead Frames prepared ahead of a sequential reader, 0 to 16.
   * @param deadline Longest time that one hydration may take.
   * @param fetchAhead Memory for what all readers together have fetched from the object store
   *     before they need it.
   */
  public record Hydration(
      @DefaultValue("2") int workers,
      @DefaultValue("4") int readAhead,
      @DefaultValue("30s") Duration deadline,
      @DefaultValue("64MB") DataSize fetchAhead) {}

  /**
   * Object store.
   *
   * @param type Kind of object store.
   * @param checkAtStartup Whether opening fails when the object store does not answer.
   * @param deadline Hard limit of one call, retries included.
   * @param uploadConcurrency Uploads at the same time, 1 to 64.
   * @param fetchConcurrency Fetches at the same time, 1 to 256.
   * @param restore What an open of an empty root does when the object store holds a store. With
   *     'if-empty' it takes that store over, and shuts out whoever writes it.
   * @param deleteGrace Time that a retired object stays for followers and open readers.
   * @param archiveLagWarning Age of the oldest sealed segment that is not in the object store from
   *     which on the log and the listeners are told.
   * @param filesystem Object store in a folder.
   * @param s3 Object store in a bucket of an S3-compatible service.
   * @param retry Retries, with exponential backoff and full jitter.
   * @param circuitBreaker Circuit breakers, one for writes and one for reads.
   * @param prices Prices of requests, for the meter of their costs.
   */
  public record Tier2(
      @DefaultValue("filesystem") Tier2Type type,
      @DefaultValue("true") boolean checkAtStartup,
      @DefaultValue("60s") Duration deadline,
      @DefaultValue("2") int uploadConcurrency,
      @DefaultValue("8") int fetchConcurrency,
      @DefaultValue("never") RestorePolicy restore,
      @DefaultValue("1h") Duration deleteGrace,
      @DefaultValue("5m") Duration archiveLagWarning,
      @DefaultValue Filesystem filesystem,
      @DefaultValue S3 s3,
      @DefaultValue Retry retry,
      @DefaultValue CircuitBreaker circuitBreaker,
      @DefaultValue Prices prices) {}

  /**
   * Prices of requests, for the meter of their costs. Those of Amazon S3 Standard in us-east-1 by
   * default.
   *
   * @param put US dollars for 1000 requests that create an object.
   * @param get US dollars for 1000 requests that read an object or a range of one.
   * @param head US dollars for 1000 requests that ask about an object.
   * @param list US dollars for 1000 requests that list keys.
   * @param delete US dollars for 1000 requests that remove an object.
   */
  public record Prices(
      @DefaultValue("0.005") double put,
      @DefaultValue("0.0004") double get,
      @DefaultValue("0.0004") double head,
      @DefaultValue("0.005") double list,
      @DefaultValue("0") double delete) {}

  /**
   * Object store in a folder.
   *
   * @param root Folder of the objects. Folder 'tier2' below the store's root by default.
   */
  public record Filesystem(@Nullable String root) {}

  /**
   * Object store in a bucket of an S3-compatible service. Needs the AWS SDK for S3 on the class
   * path.
   *
   * @param bucket Name of the bucket, which must exist.
   * @param prefix Beginning of all keys, without a slash at either end. Several stores in one
   *     bucket need different ones.
   * @param region Region of the bucket. Found by the SDK by default, or us-east-1 with an endpoint.
   * @param endpoint Address of the service, for anything that is not AWS.
   * @param pathStyle Whether the bucket is named in the path instead of the host name.
   * @param accessKey Id of the access key. Found by the SDK's default chain if not set.
   * @param secretKey Secret of the access key.
   * @param sessionToken Token of temporary credentials.
   * @param storageClass Storage class of new objects. The bucket's by default.
   * @param tags Tags of new objects, at most 10.
   * @param sse Encryption by the service.
   * @param conditionalPut How objects are created without overwriting others.
   * @param requestChecksum How the service can tell that an object arrived unharmed.
   * @param chunkedEncoding Whether bodies are sent in 'aws-chunked' encoding. No service needs it.
   * @param stallTimeout Time without any byte moved after which a request is given up.
   * @param ssl Keys and trusted certificates for an endpoint of HTTPS.
   */
  public record S3(
      @Nullable String bucket,
      @DefaultValue("") String prefix,
      @Nullable String region,
      @Nullable String endpoint,
      @DefaultValue("false") boolean pathStyle,
      @Nullable String accessKey,
      @Nullable String secretKey,
      @Nullable String sessionToken,
      @Nullable String storageClass,
      @DefaultValue Map<String, String> tags,
      @DefaultValue Sse sse,
      @DefaultValue("required") ConditionalPut conditionalPut,
      @DefaultValue("auto") RequestChecksum requestChecksum,
      @DefaultValue("false") boolean chunkedEncoding,
      @DefaultValue("20s") Duration stallTimeout,
      @DefaultValue Ssl ssl) {

    /** Shows no secret. */
    @Override
    public String toString() {
      return "S3[bucket=" + bucket + ", prefix=" + prefix + ", region=" + region + "]";
    }
  }

  /**
   * Keys and trusted certificates.
   *
   * @param bundle Name of an SSL bundle, of 'spring.ssl.bundle'. Those of the JVM if not set.
   */
  public record Ssl(@Nullable String bundle) {}

  /**
   * Encryption by the service.
   *
   * @param type Whose keys encrypt objects.
   * @param kmsKeyId Key of the service's key management, for type 'kms'. The account's default key
   *     if not set.
   * @param customerKey Key of 32 bytes in Base64, for type 'customer'. Objects are lost with it.
   */
  public record Sse(
      @DefaultValue("none") SseType type, @Nullable String kmsKeyId, @Nullable String customerKey) {

    /** Shows no secret. */
    @Override
    public String toString() {
      return "Sse[type=" + type + "]";
    }
  }

  /** Whose keys encrypt objects. */
  public enum SseType {
    /** As the bucket says. */
    NONE,
    /** The service's own. */
    S3,
    /** The service's key management. */
    KMS,
    /** Ours, sent with each request. */
    CUSTOMER
  }

  /**
   * Retries.
   *
   * @param maxAttempts Attempts in all, 1 to 100.
   * @param baseDelay Bound of the first delay.
   * @param maxDelay Bound of every delay.
   */
  public record Retry(
      @DefaultValue("5") int maxAttempts,
      @DefaultValue("100ms") Duration baseDelay,
      @DefaultValue("10s") Duration maxDelay) {}

  /**
   * Circuit breakers.
   *
   * @param failureRateThreshold Percentage of failed calls that opens the breaker, 1 to 100.
   * @param slowCallDurationThreshold Duration from which a call counts as slow.
   * @param slidingWindowSize Latest calls that are looked at, 1 to 10000.
   * @param waitDurationInOpenState Time that the breaker stays open.
   * @param permittedCallsInHalfOpenState Calls let through to find out whether the object store is
   *     back, 1 to 1000.
   * @param maxWaitDurationInHalfOpenState Longest time that the breaker stays half-open.
   */
  public record CircuitBreaker(
      @DefaultValue("50") float failureRateThreshold,
      @DefaultValue("60s") Duration slowCallDurationThreshold,
      @DefaultValue("20") int slidingWindowSize,
      @DefaultValue("10s") Duration waitDurationInOpenState,
      @DefaultValue("3") int permittedCallsInHalfOpenState,
      @DefaultValue("30s") Duration maxWaitDurationInHalfOpenState) {}

  /**
   * Retention of old segments.
   *
   * @param maxAge Age from which sealed segments are retired everywhere. Not limited by default.
   * @param maxBytes Size of a stream's records beyond which its oldest segments are retired
   *     everywhere. Not limited by default.
   */
  public record Retention(@Nullable Duration maxAge, @Nullable DataSize maxBytes) {}

  /**
   * Manifest log.
   *
   * @param chunkSize Size at which a chunk is sealed, 16KB to 16MB.
   * @param rotateAfter Longest time that a chunk with news for the object store stays unsealed.
   * @param snapshotEvery Records after which a snapshot is taken.
   */
  public record Manifest(
      @DefaultValue("256KB") DataSize chunkSize,
      @DefaultValue("10s") Duration rotateAfter,
      @DefaultValue("1000") int snapshotEvery) {}

  /**
   * Background verification of sealed copies.
   *
   * @param enabled Whether sealed copies are verified in the background. They always are when they
   *     are read.
   * @param interval Time from the end of one pass over all copies to the beginning of the next.
   * @param bytesPerSecond Most bytes read for it in a second, at least 64KB.
   * @param tier2 Whether the objects of the object store are read too. Each costs requests and
   *     traffic.
   */
  public record Scrub(
      @DefaultValue("true") boolean enabled,
      @DefaultValue("7d") Duration interval,
      @DefaultValue("8MB") DataSize bytesPerSecond,
      @DefaultValue("false") boolean tier2) {}

  /**
   * Rehearsal of a restore from the object store. Costs requests and traffic.
   *
   * @param interval Time from the end of one drill to the beginning of the next. None by itself if
   *     not set.
   * @param segments Segments, chosen at random, that are fetched and read, 1 to 10000.
   */
  public record Drill(@Nullable Duration interval, @DefaultValue("8") int segments) {}

  /**
   * Reading a store that another process writes, from the object store.
   *
   * @param enabled Whether the store is opened to be read only, as a follower.
   * @param pollInterval Time from one look for news in the object store to the next. Each costs one
   *     request.
   */
  public record Follower(
      @DefaultValue("false") boolean enabled, @DefaultValue("10s") Duration pollInterval) {}

  /**
   * Settings of one stream. What is not set is as the store says.
   *
   * @param durability How safe a record is when its append is acknowledged.
   * @param segment Segment files of this stream.
   * @param flush Forcing records of this stream to disk.
   * @param tier0Share Largest share of the budget of the memory-mapped tier, over 0 to 1.
   * @param retention Retention of this stream's old segments.
   */
  public record Stream(
      @Nullable Durability durability,
      @DefaultValue StreamSegment segment,
      @DefaultValue StreamFlush flush,
      @Nullable Double tier0Share,
      @DefaultValue Retention retention) {}

  /**
   * Segment files of one stream.
   *
   * @param maxSize Largest segment file: 1MB, 8MB or 64MB.
   * @param maxAge Age at which a segment is sealed.
   */
  public record StreamSegment(@Nullable DataSize maxSize, @Nullable Duration maxAge) {}

  /**
   * Forcing records of one stream to disk.
   *
   * @param maxUnflushed Unflushed bytes at which appends wait.
   */
  public record StreamFlush(@Nullable DataSize maxUnflushed) {}

  /**
   * Health contributor.
   *
   * @param backpressureGrace Time that appends may be held up by a full memory-mapped tier before
   *     health is OUT_OF_SERVICE.
   * @param readiness Whether the application refuses traffic while the store can take no appends.
   * @param listenerOutOfService Whether health is OUT_OF_SERVICE while a listener has stopped
   *     because of a failure. A detail otherwise.
   */
  public record Health(
      @DefaultValue("30s") Duration backpressureGrace,
      @DefaultValue("true") boolean readiness,
      @DefaultValue("false") boolean listenerOutOfService) {}

  /**
   * Meters.
   *
   * @param enabled Whether the meters of the store are bound.
   * @param maxStreams Streams that have a value of the tag 'stream' of their own, from 0. All
   *     others share the value 'other'.
   */
  public record Metrics(
      @DefaultValue("true") boolean enabled, @DefaultValue("100") int maxStreams) {}

  /**
   * Template.
   *
   * @param defaultStream Stream of appends that name none.
   * @param observationEnabled Whether appends and replays are observed, and the trace context is
   *     written to the headers of records. Costs a few microseconds for each append.
   */
  public record Template(
      @Nullable String defaultStream, @DefaultValue("false") boolean observationEnabled) {}

  /**
   * Spans of what the store does by itself. Needs a tracer.
   *
   * @param enabled Whether compression, upload, fetch, hydration, recovery and long flushes become
   *     spans.
   * @param longFlush Duration from which forcing records to disk becomes a span. Forces that failed
   *     always do.
   */
  public record Tracing(
      @DefaultValue("true") boolean enabled, @DefaultValue("100ms") Duration longFlush) {}
}
