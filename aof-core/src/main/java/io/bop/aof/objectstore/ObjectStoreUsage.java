package io.bop.aof.objectstore;

import io.bop.aof.RequestKind;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * What was sent to an object store since it was opened. Each attempt counts, those that failed too.
 *
 * @param requests how many of each kind; a kind without an entry: none
 * @param bytesSent bytes of bodies sent
 * @param bytesReceived bytes of bodies received
 */
public record ObjectStoreUsage(
    Map<RequestKind, Long> requests, long bytesSent, long bytesReceived) {

  /** Copies the map. */
  public ObjectStoreUsage {
    Map<RequestKind, Long> copy = new EnumMap<>(RequestKind.class);
    copy.putAll(requests);
    requests = Collections.unmodifiableMap(copy);
  }

  /** Requests of one kind. */
  public long requests(RequestKind kind) {
    return requests.getOrDefault(kind, 0L);
  }
}
