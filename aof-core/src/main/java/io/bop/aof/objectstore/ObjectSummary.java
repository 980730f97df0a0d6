package io.bop.aof.objectstore;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a store knows of an object without reading it.
 *
 * @param key its key
 * @param size in bytes
 * @param etag what the store calls this content; may be empty
 * @param metadata as it was put; empty in listings
 */
public record ObjectSummary(String key, long size, String etag, Map<String, String> metadata) {

  /** Copies the map. */
  public ObjectSummary {
    metadata = Collections.unmodifiableMap(new TreeMap<>(metadata));
  }
}
