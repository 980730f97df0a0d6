package io.bop.aof.objectstore;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A flat set of immutable objects by key. Thread-safe. Objects are created once and never
 * overwritten. Keys are at most 512 characters of {@code [A-Za-z0-9._/-]}, without leading or
 * double slashes and without segments {@code .} and {@code ..}; {@link ObjectKeys} has the whole
 * rule, and a key that breaks it is an {@link IllegalArgumentException}. No key may be a folder of
 * another ({@code a} and {@code a/b}): file systems cannot hold both.
 *
 * <p>An implementation tries each call once: retries, deadlines, limits and the circuit breaker are
 * put on top by {@code tier2}. A call ends when its thread is interrupted.
 */
public interface ObjectStore extends AutoCloseable {

  /**
   * Creates the object if there is none of that key. It is complete and durable when this returns,
   * or it is not there at all.
   *
   * @param metadata names {@code aof-…} in lower case, values in ASCII
   */
  PutResult putIfAbsent(String key, ObjectBody body, Map<String, String> metadata)
      throws ObjectStoreException;

  /** The whole object; meant for objects of a few MiB at most. */
  byte[] get(String key) throws ObjectStoreException;

  /**
   * Fills {@code dst}, from its position to its limit, with the bytes from {@code position} on.
   * When it fails, the position of {@code dst} stands behind the bytes that arrived, so that the
   * rest can be asked for.
   *
   * @throws ObjectStoreException with reason {@link ObjectStoreException.Reason#CORRUPT} when the
   *     object ends before
   */
  void getRange(String key, long position, ByteBuffer dst) throws ObjectStoreException;

  /** What is known of the object without reading it; empty when there is none. */
  Optional<ObjectSummary> head(String key) throws ObjectStoreException;

  /**
   * Objects whose key begins with {@code prefix}, in the order of their keys.
   *
   * @param after list keys behind this one; null: from the first
   * @param limit most entries of a page, 1 to 1,000
   */
  ObjectPage list(String prefix, @Nullable String after, int limit) throws ObjectStoreException;

  /** Removes the object; does nothing when there is none. */
  void delete(String key) throws ObjectStoreException;

  /** Where this is, for messages: kind and place, never a secret. */
  String describe();

  /** What was found out about the service, by name; empty when nothing was or nothing varies. */
  default Map<String, String> features() {
    return Map.of();
  }

  /**
   * What was really sent since it was opened, for a store whose calls are not one request each;
   * empty: each call is one.
   */
  default Optional<ObjectStoreUsage> usage() {
    return Optional.empty();
  }

  @Override
  void close();
}
