package io.bop.aof.objectstore;

/**
 * What an object store has sent since it was opened. Each attempt counts, those that failed too.
 *
 * @param puts requests that create objects
 * @param lists requests that list keys
 * @param reads requests that read objects or ask about them
 * @param deletes requests that remove objects
 * @param bytesSent bytes of bodies sent
 * @param bytesReceived bytes of bodies received
 */
public record ObjectStoreUsage(
    long puts, long lists, long reads, long deletes, long bytesSent, long bytesReceived) {

  /** Nothing. */
  public static final ObjectStoreUsage NONE = new ObjectStoreUsage(0, 0, 0, 0, 0, 0);

  /** All requests. */
  public long requests() {
    return puts + lists + reads + deletes;
  }
}
