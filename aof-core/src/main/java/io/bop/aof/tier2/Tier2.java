package io.bop.aof.tier2;

import io.bop.aof.BreakerState;
import io.bop.aof.RequestKind;
import io.bop.aof.RequestOutcome;
import io.bop.aof.Tier2Config;
import io.bop.aof.Tier2Direction;
import io.bop.aof.Tier2UnavailableException;
import io.bop.aof.io.Host;
import io.bop.aof.io.Threads.WorkerPool;
import io.bop.aof.objectstore.ObjectBody;
import io.bop.aof.objectstore.ObjectKeys;
import io.bop.aof.objectstore.ObjectMetadata;
import io.bop.aof.objectstore.ObjectPage;
import io.bop.aof.objectstore.ObjectStore;
import io.bop.aof.objectstore.ObjectStoreException;
import io.bop.aof.objectstore.ObjectStoreException.Reason;
import io.bop.aof.objectstore.ObjectStoreUsage;
import io.bop.aof.objectstore.ObjectSummary;
import io.bop.aof.tier2.Gate.LastError;
import io.bop.aof.tier2.PutAttempts.Verdict;
import io.bop.aof.tier2.Requests.Ended;
import io.bop.aof.tier2.Requests.Request;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tier 2 as the engine uses it. Thread-safe; owns the object store and closes it.
 *
 * <p>Each call ends within the deadline of the configuration, retries and waiting for a free place
 * included: with its result, with an {@link ObjectStoreException} that says why not, or at once
 * with a {@link Tier2UnavailableException} while the breaker of its direction is open. Uploads,
 * fetches and deletes have places of their own. An illegal key or argument is an {@link
 * IllegalArgumentException}.
 */
public final class Tier2 implements AutoCloseable {

  /*
   * The object store's call runs on a worker, and the caller waits beside it: a call that hangs and
   * does not hear an interrupt must not take the caller with it. Such a transfer is abandoned, and
   * keeps its worker until it ends by itself, and for a while its place too; see Lane.
   */

  private static final Logger log = LoggerFactory.getLogger(Tier2.class);

  /** Deletes at once. They are small, and nobody waits for them. */
  static final int DELETE_CONCURRENCY = 2;

  private static final int PROBES = 1;
  private static final int LANES = 4;
  private static final String PROBE_KEY = StoreIdentity.KEY;
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

  private final Host host;
  private final MeteredStore store;
  private final Requests requests;
  private final WorkerPool workers;
  private final WorkerPool spares;
  private final Lane uploads;
  private final Lane fetches;
  private final Lane deletes;
  private final Lane probes;
  private final Gate writes;
  private final Gate reads;
  private final Prober prober;
  private final AtomicBoolean closed = new AtomicBoolean();

  /** With default options. */
  public Tier2(Host host, ObjectStore store, Tier2Config config) {
    this(host, store, config, Tier2Options.defaults());
  }

  /** Sends nothing yet. */
  public Tier2(Host host, ObjectStore store, Tier2Config config, Tier2Options options) {
    this.host = host;
    Tier2Listener listener = new Arming(new SafeListener(options.listener()));
    this.store = new MeteredStore(store, host.time(), listener);
    this.requests =
        new Requests(host, new Retries(host, config.retry()), listener, config.deadline());
    int uploadLimit = config.uploadConcurrency();
    int fetchLimit = config.fetchConcurrency();
    this.workers = host.threads().pool("aof-tier2-io", regularCallsAtOnce(config));
    this.spares = host.threads().pool("aof-tier2-spare", LANES * Lane.MOST_GIVEN_UP);
    this.uploads = lane(uploadLimit, config.deadline());
    this.fetches = lane(fetchLimit, config.deadline());
    this.deletes = lane(DELETE_CONCURRENCY, config.deadline());
    this.probes = lane(PROBES, config.deadline());
    this.writes = gate(config, Tier2Direction.WRITE, options.withListener(listener));
    this.reads = gate(config, Tier2Direction.READ, options.withListener(listener));
    Duration openFor = config.circuitBreaker().waitDurationInOpenState();
    this.prober = new Prober(host, List.of(reads, writes), this::probe, openFor);
  }

  /**
   * How many calls of an object store run at once at most: the regular ones, and transfers that
   * never ended and were given up.
   */
  public static int mostCallsAtOnce(Tier2Config config) {
    return regularCallsAtOnce(config) + LANES * Lane.MOST_GIVEN_UP;
  }

  private static int regularCallsAtOnce(Tier2Config config) {
    return config.uploadConcurrency() + config.fetchConcurrency() + DELETE_CONCURRENCY + PROBES;
  }

  private Lane lane(int limit, Duration patience) {
    return new Lane(host.threads(), new Lane.Pools(workers, spares), limit, patience);
  }

  private Gate gate(Tier2Config config, Tier2Direction direction, Tier2Options options) {
    return new Gate(
        host.time(), new Breaker(host.time(), config.circuitBreaker(), direction, options));
  }

  /**
   * Creates an object, or finds that it is there with the same bytes.
   *
   * <p>After a {@link Reason#TIMEOUT} or {@link Reason#CANCELLED} it may appear later all the same,
   * and a file may still be read for a moment.
   *
   * @param metadata may lack {@code aof-crc32c}, which is added
   * @throws ObjectConflictException when the key has other bytes
   */
  public PutOutcome put(String key, ObjectBody body, Map<String, String> metadata)
      throws ObjectStoreException, ObjectConflictException {
    ObjectKeys.check(key);
    Map<String, String> complete = new HashMap<>(metadata);
    complete.put(ObjectMetadata.CRC32C, ObjectMetadata.crc32cText(body.crc32c()));
    ObjectMetadata.check(complete);
    Settlement settlement = new Settlement(host.disk(), store, key, body);
    PutAttempts attempts = new PutAttempts(store, key, body, complete, settlement);
    Request request = new Request(Tier2Operation.PUT, key, writes, uploads);
    Verdict verdict =
        requests.run(
            request,
            deadline -> {
              try {
                return requests.retry(request, deadline, attempts::next);
              } catch (ObjectStoreException e) {
                return attempts.afterAll(e);
              }
            },
            found -> endOfPut(found, body.size()));
    if (verdict instanceof Verdict.Conflict conflict) {
      throw new ObjectConflictException(key, conflict.difference());
    }
    return ((Verdict.There) verdict).outcome();
  }

  /** A whole object; meant for objects of a few MiB at most. */
  public byte[] get(String key) throws ObjectStoreException {
    ObjectKeys.check(key);
    Request request = new Request(Tier2Operation.GET, key, reads, fetches);
    return requests.retrying(request, () -> store.get(key), bytes -> Ended.ok(bytes.length));
  }

  /**
   * Fills {@code dst}, from its position to its limit, with the bytes from {@code position} on;
   * leaves it as it was when it fails. A body that breaks is taken up where it broke.
   */
  public void getRange(String key, long position, ByteBuffer dst) throws ObjectStoreException {
    ObjectKeys.check(key);
    if (position < 0) {
      throw new IllegalArgumentException("negative position: position=" + position);
    }
    dst.put(range(key, position, dst.remaining()));
  }

  /**
   * The {@code length} bytes from {@code position} on, in an array of the caller's. A body that
   * breaks is taken up where it broke.
   */
  public byte[] getRange(String key, long position, int length) throws ObjectStoreException {
    ObjectKeys.check(key);
    if (position < 0 || length < 0) {
      throw new IllegalArgumentException(
          "negative position or length: position=" + position + " length=" + length);
    }
    return range(key, position, length);
  }

  /* An abandoned transfer may still write when the caller has moved on, but not into what is his:
   * the array is handed out only when all of it has arrived. */
  private byte[] range(String key, long position, int length) throws ObjectStoreException {
    ByteBuffer landing = ByteBuffer.allocate(length);
    Request request = new Request(Tier2Operation.GET_RANGE, key, reads, fetches);
    requests.retrying(
        request,
        () -> {
          store.getRange(key, position + landing.position(), landing);
          if (landing.hasRemaining()) {
            throw new ObjectStoreException(
                Reason.TRANSIENT, "range ended early: missing=" + landing.remaining(), null);
          }
          return landing;
        },
        filled -> Ended.ok(filled.capacity()));
    return landing.array();
  }

  /** What is known of an object without reading it; empty when there is none. */
  public Optional<ObjectSummary> head(String key) throws ObjectStoreException {
    ObjectKeys.check(key);
    Request request = new Request(Tier2Operation.HEAD, key, reads, fetches);
    return requests.retrying(request, () -> store.head(key), found -> Ended.ok(0));
  }

  /** A page of a listing, as {@link ObjectStore#list}; never in steady state. */
  public ObjectPage list(String prefix, @Nullable String after, int limit)
      throws ObjectStoreException {
    ObjectKeys.checkPrefix(prefix);
    Request request = new Request(Tier2Operation.LIST, prefix, reads, fetches);
    return requests.retrying(request, () -> store.list(prefix, after, limit), page -> Ended.ok(0));
  }

  /** Removes an object; does nothing when there is none. */
  public void delete(String key) throws ObjectStoreException {
    ObjectKeys.check(key);
    Request request = new Request(Tier2Operation.DELETE, key, writes, deletes);
    requests.retrying(
        request,
        () -> {
          store.delete(key);
          return key;
        },
        done -> Ended.ok(0));
  }

  /** The breaker of puts and deletes. */
  public BreakerState writeState() {
    return writes.breaker().state();
  }

  /** The breaker of everything else. */
  public BreakerState readState() {
    return reads.breaker().state();
  }

  /**
   * Finds out whether Tier 2 is back: for each direction whose breaker is not closed and lets a
   * call through, asks for {@code store.json} once, so that a breaker can close without traffic.
   * Returns at once; does nothing while the last probe runs. Nobody has to ask for it: while a
   * breaker is not closed it is done again and again. For writes it shows only that Tier 2 answers:
   * if it still takes no writes, the next ones open the breaker again.
   */
  public void probe() {
    if (!closed.get()) {
      prober.now();
    }
  }

  /** The newest error of Tier 2; null: none so far. */
  public @Nullable String lastError() {
    @Nullable LastError newest = LastError.newer(reads.lastError(), writes.lastError());
    return newest == null ? null : newest.text();
  }

  /** Counters. */
  public Tier2Stats stats() {
    return new Tier2Stats(
        writes.stats(),
        reads.stats(),
        writes.abandoned() + reads.abandoned(),
        uploads.stuck() + fetches.stuck() + deletes.stuck() + probes.stuck());
  }

  /** What was sent since the open: each attempt, those that failed too. */
  public ObjectStoreUsage usage() {
    return store.counted();
  }

  /** What was found out about the service, as {@link ObjectStore#features}. */
  public Map<String, String> features() {
    return store.features();
  }

  /** Where Tier 2 is, for messages. */
  public String describe() {
    return store.describe();
  }

  /** Ends waiting calls with {@link Reason#CANCELLED} and closes the object store. Idempotent. */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    uploads.close();
    fetches.close();
    deletes.close();
    probes.close();
    workers.shutdown(CLOSE_LIMIT);
    spares.shutdown(CLOSE_LIMIT);
    prober.shutdown(CLOSE_LIMIT);
    writes.close();
    reads.close();
    store.close();
  }

  /** The machine that it runs on. */
  Host host() {
    return host;
  }

  /** Passes all on; a breaker that opens begins the probes. */
  private final class Arming implements Tier2Listener {
    private final Tier2Listener listener;

    Arming(Tier2Listener listener) {
      this.listener = listener;
    }

    @Override
    public void request(
        Tier2Operation operation, Tier2Outcome outcome, Duration duration, long bytes) {
      listener.request(operation, outcome, duration, bytes);
    }

    @Override
    public void attempt(RequestKind kind, RequestOutcome outcome, Duration duration, long bytes) {
      listener.attempt(kind, outcome, duration, bytes);
    }

    @Override
    public void retry(Tier2Operation operation, int attempt, Reason reason) {
      listener.retry(operation, attempt, reason);
    }

    @Override
    public void breaker(
        Tier2Direction direction, BreakerState from, BreakerState to, @Nullable String reason) {
      prober.arm();
      listener.breaker(direction, from, to, reason);
    }
  }

  private static Ended endOfPut(Verdict verdict, long bytes) {
    if (verdict instanceof Verdict.There there) {
      return there.outcome() == PutOutcome.CREATED
          ? Ended.ok(bytes)
          : new Ended(Tier2Outcome.ALREADY_THERE, bytes);
    }
    return new Ended(Tier2Outcome.CONFLICT, 0);
  }

  private void probe(Gate gate) {
    Request request = new Request(Tier2Operation.PROBE, PROBE_KEY, gate, probes);
    try {
      requests.run(request, deadline -> store.head(PROBE_KEY), found -> Ended.ok(0));
    } catch (ObjectStoreException | Tier2UnavailableException e) {
      log.debug("probe: tier 2 is not back yet", e);
    }
  }
}
