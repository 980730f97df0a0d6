package io.bop.aof.objectstore;

import io.bop.aof.RequestKind;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/** Counts what is sent to an object store, as its bill would. Thread-safe. */
public final class RequestMeter {

  private final Map<RequestKind, LongAdder> requests = new EnumMap<>(RequestKind.class);
  private final LongAdder bytesSent = new LongAdder();
  private final LongAdder bytesReceived = new LongAdder();

  /** At zero. */
  public RequestMeter() {
    for (RequestKind kind : RequestKind.values()) {
      requests.put(kind, new LongAdder());
    }
  }

  /** A request is about to be sent. */
  public void request(RequestKind kind) {
    counter(kind).increment();
  }

  /** So many bytes of a body were sent. */
  public void sent(long bytes) {
    bytesSent.add(bytes);
  }

  /** So many bytes of a body arrived. */
  public void received(long bytes) {
    bytesReceived.add(bytes);
  }

  private LongAdder counter(RequestKind kind) {
    return Objects.requireNonNull(requests.get(kind), "every kind has one");
  }

  /** What was counted so far. */
  public ObjectStoreUsage usage() {
    Map<RequestKind, Long> counts = new EnumMap<>(RequestKind.class);
    requests.forEach((kind, count) -> counts.put(kind, count.sum()));
    return new ObjectStoreUsage(counts, bytesSent.sum(), bytesReceived.sum());
  }
}
