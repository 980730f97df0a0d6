package io.bop.aof.tier2;

import io.bop.aof.RequestKind;
import io.bop.aof.objectstore.ObjectBody;
import io.bop.aof.objectstore.ObjectPage;
import io.bop.aof.objectstore.ObjectStore;
import io.bop.aof.objectstore.ObjectStoreException;
import io.bop.aof.objectstore.ObjectStoreUsage;
import io.bop.aof.objectstore.ObjectSummary;
import io.bop.aof.objectstore.PutResult;
import io.bop.aof.objectstore.RequestMeter;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The door to the object store: nothing of the engine gets past it, and each call through it is
 * counted, so that the bill is known whatever the store is. A store that counts its requests itself
 * is believed. Thread-safe.
 */
final class MeteredStore implements ObjectStore {

  private final ObjectStore store;
  private final RequestMeter meter = new RequestMeter();

  MeteredStore(ObjectStore store) {
    this.store = store;
  }

  @Override
  public PutResult putIfAbsent(String key, ObjectBody body, Map<String, String> metadata)
      throws ObjectStoreException {
    meter.request(RequestKind.PUT);
    PutResult result = store.putIfAbsent(key, body, metadata);
    meter.sent(body.size());
    return result;
  }

  @Override
  public byte[] get(String key) throws ObjectStoreException {
    meter.request(RequestKind.GET);
    byte[] bytes = store.get(key);
    meter.received(bytes.length);
    return bytes;
  }

  @Override
  public void getRange(String key, long position, ByteBuffer dst) throws ObjectStoreException {
    meter.request(RequestKind.GET);
    int before = dst.position();
    try {
      store.getRange(key, position, dst);
    } finally {
      meter.received(dst.position() - before);
    }
  }

  @Override
  public Optional<ObjectSummary> head(String key) throws ObjectStoreException {
    meter.request(RequestKind.HEAD);
    return store.head(key);
  }

  @Override
  public ObjectPage list(String prefix, @Nullable String after, int limit)
      throws ObjectStoreException {
    meter.request(RequestKind.LIST);
    return store.list(prefix, after, limit);
  }

  @Override
  public void delete(String key) throws ObjectStoreException {
    meter.request(RequestKind.DELETE);
    store.delete(key);
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
