package io.bop.aof.coordinator;

import io.bop.aof.manifest.Ledger;
import io.bop.aof.manifest.StreamLedger;
import io.bop.aof.tier0.HotStream;
import java.util.Collection;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The hot parts of streams, those of deleted ones too as long as something is left of them.
 * Thread-safe.
 */
final class KnownStreams {

  private final Ledger ledger;
  private final ConcurrentHashMap<Long, HotStream> living = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<Long, HotStream> deleted = new ConcurrentHashMap<>();

  KnownStreams(Ledger ledger) {
    this.ledger = ledger;
  }

  void add(HotStream stream) {
    living.put(stream.id(), stream);
  }

  /** The stream is being deleted; it is remembered until its last copy is gone. */
  void delete(HotStream stream) {
    deleted.keySet().removeIf(id -> ledger.stream(id) == null);
    deleted.put(stream.id(), stream);
    living.remove(stream.id(), stream);
  }

  /** Those that were not deleted. */
  Collection<HotStream> living() {
    return living.values();
  }

  /** The stream if it was not deleted. */
  @Nullable HotStream living(long streamId) {
    return living.get(streamId);
  }

  /** The stream, deleted or not; null: never heard of it. */
  @Nullable HotStream any(long streamId) {
    HotStream stream = living.get(streamId);
    return stream != null ? stream : deleted.get(streamId);
  }

  String nameOf(long streamId) {
    StreamLedger stream = ledger.stream(streamId);
    return stream == null ? "#" + streamId : stream.name();
  }

  boolean isDeleted(long streamId) {
    StreamLedger stream = ledger.stream(streamId);
    return stream == null || stream.deleted();
  }
}
