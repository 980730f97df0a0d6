package io.bop.aof.tier2;

import io.bop.aof.RequestKind;
import io.bop.aof.RequestOutcome;
import io.bop.aof.io.Time;
import io.bop.aof.objectstore.ObjectBody;
import io.bop.aof.objectstore.ObjectPage;
import io.bop.aof.objectstore.ObjectStore;
import io.bop.aof.objectstore.ObjectStoreException;
import io.bop.aof.objectstore.ObjectStoreUsage;
import io.bop.aof.objectstore.ObjectSummary;
import io.bop.aof.objectstore.PutResult;
import io.bop.aof.objectstore.RequestMeter;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The door to the object store: nothing of the engine gets past it, and each call through it is
 * counted and timed, so that the bill is known whatever the store is. A store that counts its
 * requests itself is believed. Thread-safe.
 */
final class MeteredStore implements ObjectStore {

  private final ObjectStore store;
  private final Time time;
  private final Tier2Listener listener;
  private final RequestMeter meter = new RequestMeter();

  MeteredStore(ObjectStore store, Time time, Tier2Listener listener) {
    this.store = store;
    this.time = time;
    this.listener = listener;
  }

  /** What goes to the store. */
  private interface Exchange<T> {
    T run() throws ObjectStoreException;
  }

  private <T> T send(RequestKind kind, Exchange<T> exchange, ToLongFunction<T> bytes)
      throws ObjectStoreException {
    meter.request(kind);
    long started = time.nanoTime();
    RequestOutcome outcome = RequestOutcome.FAULT;
    long size = 0;
    try {
      T result = exchange.run();
      size = bytes.applyAsLong(result);
      outcome = RequestOutcome.OK;
      return result;
    } catch (ObjectStoreException e) {
      outcome = outcomeOf(e.reason());
      throw e;
    } finally {
      listener.attempt(kind, outcome, Duration.ofNanos(time.nanoTime() - started), size);
    }
  }

  private static RequestOutcome outcomeOf(ObjectStoreException.Reason reason) {
    return switch (reason) {
      case TRANSIENT -> RequestOutcome.TRANSIENT;
      case CORRUPT -> RequestOutcome.CORRUPT;
      case AUTHORIZATION -> RequestOutcome.AUTHORIZATION;
      case UNAVAILABLE -> RequestOutcome.UNAVAILABLE;
      case MISSING -> RequestOutcome.MISSING;
      case NO_SPACE -> RequestOutcome.NO_SPACE;
      case TIMEOUT -> RequestOutcome.TIMEOUT;
      case CANCELLED -> RequestOutcome.CANCELLED;
    };
  }

  @Override
  public PutResult putIfAbsent(String key, ObjectBody body, Map<String, String> metadata)
      throws ObjectStoreException {
    PutResult result =
        send(RequestKind.PUT, () -> store.putIfAbsent(key, body, metadata), put -> body.size());
    meter.sent(body.size());
    return result;
  }

  @Override
  public byte[] get(String key) throws ObjectStoreException {
    byte[] bytes = send(RequestKind.GET, () -> store.get(key), got -> got.length);
    meter.received(bytes.length);
    return bytes;
  }

  @Override
  public void getRange(String key, long position, ByteBuffer dst) throws ObjectStoreException {
    int before = dst.position();
    try {
      send(
          RequestKind.GET,
          () -> {
            store.getRange(key, position, dst);
            return dst;
          },
          filled -> filled.position() - before);
    } finally {
      meter.received(dst.position() - before);
    }
  }

  @Override
  public Optional<ObjectSummary> head(String key) throws ObjectStoreException {
    return send(RequestKind.HEAD, () -> store.head(key), found -> 0);
  }

  @Override
  public ObjectPage list(String prefix, @Nullable String after, int limit)
      throws ObjectStoreException {
    return send(RequestKind.LIST, () -> store.list(prefix, after, limit), page -> 0);
  }

  @Override
  public void delete(String key) throws ObjectStoreException {
    send(
        RequestKind.DELETE,
        () -> {
          store.delete(key);
          return key;
        },
        gone -> 0);
  }

  @Override
  public String describe() {
    return store.describe();
  }

  @Override
  public Map<String, String> features() {
    return store.features();
  }

  /** Never empty. */
  @Override
  public Optional<ObjectStoreUsage> usage() {
    return Optional.of(counted());
  }

  /** What the store says, or else what went through here. */
  ObjectStoreUsage counted() {
    return store.usage().orElseGet(meter::usage);
  }

  @Override
  public void close() {
    store.close();
  }
}
