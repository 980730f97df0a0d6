package io.bop.aof;

import java.util.List;
import java.util.Optional;

/**
 * Durable named places in streams: how far each consumer has come, kept beside the records so that
 * it goes on there after a restart. Not a lock: two threads that save the same cursor overwrite
 * each other.
 *
 * <p>A cursor belongs to the stream that bore the name when it was saved. After that stream was
 * deleted, {@link #find} does not find it any more, also when there is a new stream of that name.
 *
 * <p>Snapshots of the manifest carry the cursors into Tier 2. A restored store therefore knows them
 * as they were at its newest snapshot there: a consumer may get records again, and misses none.
 *
 * <p>All methods are safe for use by many threads.
 */
public interface AofCursors {

  /**
   * The place that was saved last, read from memory.
   *
   * @throws IllegalArgumentException when the consumer's name breaks the rule of {@link
   *     NamedCursor#consumer()}
   * @throws AofException when its file was damaged when the store was opened: {@link #delete} it,
   *     or {@link #save} another place
   */
  Optional<NamedCursor> find(String consumer, String stream);

  /**
   * Saves a place; it survives a power loss when this returns. Costs one force of a small file:
   * call it per batch, not per record. It may lie below the one saved before.
   *
   * @throws IllegalArgumentException when the consumer's name breaks the rule, or there is no
   *     stream of that name
   * @throws StorageFullException when the disk has no room; the place saved before stays
   * @throws AofException when the disk refuses; the place saved before stays, or this one is there
   */
  NamedCursor save(String consumer, String stream, Cursor cursor);

  /** Forgets a place; a consumer of that name begins anew. Does nothing when there is none. */
  void delete(String consumer, String stream);

  /** All places, sorted by consumer, then by stream; read from memory. */
  List<NamedCursor> list();
}
