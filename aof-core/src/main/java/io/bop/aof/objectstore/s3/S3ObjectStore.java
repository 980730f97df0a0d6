package io.bop.aof.objectstore.s3;

import io.bop.aof.RequestKind;
import io.bop.aof.S3Config;
import io.bop.aof.io.Host;
import io.bop.aof.objectstore.ObjectBody;
import io.bop.aof.objectstore.ObjectKeys;
import io.bop.aof.objectstore.ObjectMetadata;
import io.bop.aof.objectstore.ObjectPage;
import io.bop.aof.objectstore.ObjectStore;
import io.bop.aof.objectstore.ObjectStoreException;
import io.bop.aof.objectstore.ObjectStoreException.Reason;
import io.bop.aof.objectstore.ObjectStoreUsage;
import io.bop.aof.objectstore.ObjectSummary;
import io.bop.aof.objectstore.PutResult;
import io.bop.aof.objectstore.RequestMeter;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * An object store in a bucket of an S3-compatible service. Thread-safe. Sends nothing before the
 * first call, and nothing without a call.
 *
 * <p>One object is one {@code PutObject}, streamed, never in parts. Before its first put the store
 * finds out what the service does with conditions and checksums; a service that would overwrite
 * objects is refused, unless the configuration says that this is known. Each call ends within the
 * deadline, and when its thread is interrupted; a request that is not answered by then is aborted
 * and its connection closed. Nothing is retried, but a body that breaks on its way here is taken up
 * where it broke, a few times.
 */
public final class S3ObjectStore implements ObjectStore {

  private static final int MAX_PAGE = 1_000;

  /** How often one call takes a broken body up again. */
  private static final int MAX_RESUMES = 3;

  /** Bytes that are wrong twice are wrong where they are kept, not on their way. */
  private static final int MAX_ATTEMPTS_TO_READ_WELL = 2;

  private final Host host;
  private final S3Config config;
  private final S3Requests requests;
  private final S3Clients clients;
  private final S3AsyncClient client;
  private final Exchange.Limits limits;
  private final RequestMeter meter = new RequestMeter();
  private final PutRules putRules;
  private final ServiceClock clock;
  private final String place;
  private volatile boolean bucketSeen;
  private volatile boolean closed;

  /**
   * Sends nothing yet.
   *
   * @param deadline of each call
   * @param connections most connections at once, at least as many as calls at once
   * @throws ObjectStoreException when the configuration does not say where the bucket is
   */
  public S3ObjectStore(Host host, S3Config config, Duration deadline, int connections)
      throws ObjectStoreException {
    this.host = host;
    this.config = config;
    this.limits = new Exchange.Limits(deadline, config.stallTimeout());
    try {
      this.clients = S3Clients.open(config, limits, connections);
    } catch (SdkException e) {
      throw noClient(config, "set tier2.s3.region, or tier2.s3.endpoint", e);
    } catch (IllegalArgumentException e) {
      throw noClient(
          config,
          "lend a plain S3AsyncClient, or set tier2.s3.region and let the store make one",
          e);
    }
    this.client = clients.s3();
    this.requests = new S3Requests(config, clients.lent());
    this.place = place(config, clients.endpoint());
    this.clock = new ServiceClock(host.time(), place);
    this.putRules = new PutRules(host.disk(), client, config, requests);
  }

  @Override
  public PutResult putIfAbsent(String key, ObjectBody body, Map<String, String> metadata)
      throws ObjectStoreException {
    ObjectKeys.check(key);
    ObjectMetadata.check(metadata);
    Exchange exchange = exchange("put", key);
    Capabilities capabilities = putRules.capabilities(exchange, place);
    boolean condition = putRules.isConditional(capabilities, exchange);
    if (!condition && summary(exchange, key).isPresent()) {
      return new PutResult.AlreadyExists();
    }
    PutObjectRequest.Builder request =
        requests.put(key, body, metadata, putRules.sums(capabilities, body, exchange));
    if (condition) {
      request.ifNoneMatch("*");
    }
    try {
      PutObjectResponse done =
          exchange.send(RequestKind.PUT, body, feed -> client.putObject(request.build(), feed));
      bucketSeen = true;
      return new PutResult.Created(etag(done.eTag()));
    } catch (ObjectStoreException e) {
      if (e.getCause() instanceof AwsServiceException answered
          && S3Verdict.isPreconditionFailed(answered)) {
        return new PutResult.AlreadyExists();
      }
      throw notMissing(e);
    }
  }

  @Override
  public byte[] get(String key) throws ObjectStoreException {
    ObjectKeys.check(key);
    Exchange exchange = exchange("get", key);
    for (int attempt = 1; ; attempt++) {
      Landing landing = new Landing(null);
      read(exchange, key, new Span(0, Long.MAX_VALUE), landing);
      if (landing.isIntact()) {
        return landing.bytes();
      }
      if (attempt == MAX_ATTEMPTS_TO_READ_WELL) {
        throw exchange.failures().of(Reason.CORRUPT, "object does not match its checksum", "");
      }
    }
  }

  @Override
  public void getRange(String key, long position, ByteBuffer dst) throws ObjectStoreException {
    ObjectKeys.check(key);
    if (position < 0) {
      throw new IllegalArgumentException("negative position: position=" + position);
    }
    Exchange exchange = exchange("getRange", key);
    if (dst.hasRemaining()) {
      read(exchange, key, new Span(position, position + dst.remaining()), new Landing(dst));
      return;
    }
    ObjectSummary found =
        summary(exchange, key)
            .orElseThrow(() -> exchange.failures().of(Reason.MISSING, "no such object", ""));
    if (position > found.size()) {
      throw endsEarly(exchange, new Span(position, position));
    }
  }

  @Override
  public Optional<ObjectSummary> head(String key) throws ObjectStoreException {
    ObjectKeys.check(key);
    return summary(exchange("head", key), key);
  }

  @Override
  public ObjectPage list(String prefix, @Nullable String after, int limit)
      throws ObjectStoreException {
    ObjectKeys.checkPrefix(prefix);
    if (limit < 1 || limit > MAX_PAGE) {
      throw new IllegalArgumentException("limit must be 1 to 1000: limit=" + limit);
    }
    Exchange exchange = exchange("list", prefix);
    List<ObjectSummary> found = new ArrayList<>();
    @Nullable String last = after == null ? null : requests.keyOf(after);
    boolean more = true;
    // More than one request only when objects that are not ours lie between.
    while (more && found.size() < limit) {
      @Nullable String from = last;
      int wanted = limit - found.size();
      ListObjectsV2Response page =
          exchange.send(
              RequestKind.LIST, () -> client.listObjectsV2(requests.list(prefix, from, wanted)));
      for (S3Object object : page.contents()) {
        last = object.key();
        summarize(object).ifPresent(found::add);
      }
      more = Boolean.TRUE.equals(page.isTruncated()) && page.hasContents();
    }
    bucketSeen = true;
    return new ObjectPage(found, more);
  }

  @Override
  public void delete(String key) throws ObjectStoreException {
    ObjectKeys.check(key);
    Exchange exchange = exchange("delete", key);
    try {
      exchange.send(RequestKind.DELETE, () -> client.deleteObject(requests.delete(key)));
      bucketSeen = true;
    } catch (ObjectStoreException e) {
      if (e.reason() != Reason.MISSING) {
        throw e;
      }
    }
  }

  @Override
  public String describe() {
    return place;
  }

  @Override
  public Map<String, String> features() {
    Map<String, String> features = new HashMap<>(putRules.words());
    features.put("chunked-encoding", config.compatibility().chunkedEncoding() ? "on" : "off");
    return Map.copyOf(features);
  }

  @Override
  public Optional<ObjectStoreUsage> usage() {
    return Optional.of(meter.usage());
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    clients.close();
  }

  // ---- reading

  /** From the first byte to before the last; {@code end} beyond all: to the end of the object. */
  private record Span(long start, long end) {
    boolean isWhole() {
      return start == 0 && end == Long.MAX_VALUE;
    }

    String header() {
      return "bytes=" + start + "-" + (end == Long.MAX_VALUE ? "" : end - 1);
    }

    Span after(long bytes) {
      return new Span(start + bytes, end);
    }
  }

  private void read(Exchange exchange, String key, Span span, Landing landing)
      throws ObjectStoreException {
    for (int resumed = 0; !landing.isFull(); resumed++) {
      long before = landing.received();
      try {
        fetch(exchange, key, span.after(before), landing);
        if (!landing.isFull()) {
          throw endsEarly(exchange, span);
        }
      } catch (ObjectStoreException e) {
        boolean broke = e.reason().retryable() && landing.received() > before;
        if (!broke || resumed == MAX_RESUMES || !exchange.hasTime()) {
          throw e;
        }
      }
    }
  }

  private void fetch(Exchange exchange, String key, Span span, Landing landing)
      throws ObjectStoreException {
    GetObjectRequest.Builder request = requests.get(key);
    if (!span.isWhole()) {
      request.range(span.header());
    }
    try {
      exchange.send(
          RequestKind.GET,
          () -> {
            Download download = new Download(landing, exchange, span.start());
            landing.owner(download);
            return client.getObject(request.build(), download);
          });
      bucketSeen = true;
    } finally {
      landing.owner(null);
    }
  }

  private static ObjectStoreException endsEarly(Exchange exchange, Span span) {
    return exchange
        .failures()
        .of(Reason.CORRUPT, "object ends early", "wanted=" + span.header().substring(6));
  }

  private Optional<ObjectSummary> summary(Exchange exchange, String key)
      throws ObjectStoreException {
    try {
      HeadObjectResponse found =
          exchange.send(RequestKind.HEAD, () -> client.headObject(requests.head(key)));
      bucketSeen = true;
      if (found.contentLength() == null) {
        throw exchange
            .failures()
            .of(Reason.CORRUPT, "service does not say how long the object is", "");
      }
      return Optional.of(
          new ObjectSummary(
              key, found.contentLength(), etag(found.eTag()), ours(found.metadata())));
    } catch (ObjectStoreException e) {
      if (e.reason() != Reason.MISSING) {
        throw e;
      }
      requireBucket(exchange);
      return Optional.empty();
    }
  }

  /** An answer without a body cannot say what is missing: the object, or the bucket with it. */
  private void requireBucket(Exchange exchange) throws ObjectStoreException {
    if (bucketSeen) {
      return;
    }
    try {
      exchange.send(RequestKind.HEAD, () -> client.headBucket(requests.headBucket()));
      bucketSeen = true;
    } catch (ObjectStoreException e) {
      boolean forbidden =
          e.getCause() instanceof AwsServiceException answered && answered.statusCode() == 403;
      if (!forbidden) {
        throw notMissing(e);
      }
      // A caller whose rights end at the objects; a bucket that is not there says so all the same.
      bucketSeen = true;
    }
  }

  /** What is missing where no object is asked for can only be the bucket. */
  private ObjectStoreException notMissing(ObjectStoreException e) {
    if (e.reason() != Reason.MISSING) {
      return e;
    }
    return new ObjectStoreException(
        Reason.UNAVAILABLE,
        "bucket does not exist: place="
            + place
            + " action=create it, or correct tier2.s3.bucket and endpoint",
        e);
  }

  private Optional<ObjectSummary> summarize(S3Object object) {
    String key = requests.nameOf(object.key());
    if (!ObjectKeys.isLegal(key)) {
      return Optional.empty();
    }
    return Optional.of(new ObjectSummary(key, object.size(), etag(object.eTag()), Map.of()));
  }

  // ---- names

  private Exchange exchange(String operation, String key) throws ObjectStoreException {
    S3Failures failures = new S3Failures(operation, config, requests.keyOf(key), clock);
    if (closed) {
      throw failures.of(Reason.CANCELLED, "object store is closed", "");
    }
    return new Exchange(host, meter, failures, limits, clock);
  }

  private static String place(S3Config config, Optional<URI> endpoint) {
    String prefix = config.prefix().isEmpty() ? "" : "/" + config.prefix();
    String where = endpoint.map(address -> " endpoint=" + address).orElse("");
    return "s3://" + config.bucket() + prefix + where;
  }

  private static ObjectStoreException noClient(
      S3Config config, String action, RuntimeException cause) {
    return new ObjectStoreException(
        Reason.AUTHORIZATION,
        "no client for the object store: place="
            + place(config, Optional.ofNullable(config.endpoint()))
            + " error="
            + cause.getMessage()
            + " action="
            + action,
        cause);
  }

  /** Services differ in the quotes around it. */
  private static String etag(@Nullable String etag) {
    return etag == null ? "" : etag.replace("\"", "");
  }

  /**
   * What the engine wrote. Names are those of HTTP headers, and services spell them as they like.
   */
  static Map<String, String> ours(Map<String, String> metadata) {
    Map<String, String> ours = new HashMap<>();
    metadata.forEach(
        (spelled, value) -> {
          String name = spelled.toLowerCase(Locale.ROOT);
          if (name.startsWith("aof-")) {
            ours.put(name, value);
          }
        });
    return ours;
  }
}
