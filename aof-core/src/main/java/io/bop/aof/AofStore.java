package io.bop.aof;

import io.bop.aof.spi.AofEngine;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One tiered append-only store: a root directory, its tiers and its workers.
 *
 * <p>All methods are safe for use by many threads. One directory belongs to one open store; a
 * second open fails with {@link StoreLockedException}.
 */
public interface AofStore extends AutoCloseable {

  /**
   * Opens the store in {@link AofConfig#root()}: recovers what an earlier process left, or creates
   * an empty store.
   *
   * @throws InvalidConfigException naming every fault of the configuration at once
   * @throws StoreLockedException when another process, or another store of this one, holds the root
   * @throws StorageFullException when the disk has no room for the first segments
   * @throws UnsupportedFormatException when a file was written by a newer version; nothing changed
   */
  static AofStore open(AofConfig config) {
    return AofEngine.find().open(config);
  }

  /**
   * Takes over the store that Tier 2 holds, in an empty root: after the loss of a machine, or to
   * move a store. Everything that was archived is there again and each stream continues behind it;
   * records that had not reached Tier 2 are not. Segments come back when they are read.
   *
   * <p>This shuts out whoever wrote the store until now, if it still runs: its next change fails
   * with {@link StaleWriterException}, and its root is only read from then on. Of several that
   * restore at once exactly one goes on.
   *
   * @throws AofException when the root holds a store, or Tier 2 holds none
   * @throws StaleWriterException when somebody else took over at the same moment
   */
  static AofStore restore(AofConfig config) {
    return AofEngine.find().restore(config);
  }

  /**
   * Opens the store that Tier 2 holds to be read only, beside its writer, in a root of its own. It
   * looks for news every {@link FollowerConfig#pollInterval()} and writes nothing to Tier 2.
   *
   * @throws AofException when the root holds a store, or Tier 2 holds none
   */
  static AofFollower openFollower(AofConfig config) {
    return AofEngine.find().openFollower(config);
  }

  /**
   * The stream of that name; created durably when it does not exist.
   *
   * @param name {@code [A-Za-z0-9][A-Za-z0-9._-]{0,127}}
   * @throws IllegalArgumentException when the name breaks the rule
   */
  AofStream stream(String name);

  /** The stream of that name, if it exists. */
  Optional<AofStream> findStream(String name);

  /** The names of all streams, sorted. */
  Set<String> streamNames();

  /**
   * Deletes a stream and, in the background, everything it holds in all tiers. A stream created
   * later under the same name is a new one and starts at offset 0. Does nothing when there is none.
   */
  void deleteStream(String name);

  /** How far consumers have come in the streams of this store. */
  AofCursors cursors();

  /** The state of all tiers, queues, residency and backpressure, read from memory only. */
  AofSnapshot snapshot();

  /**
   * Rehearses a restore, now: rebuilds the catalogue from Tier 2 alone, fetches segments chosen at
   * random into a scratch directory below the root, reads them to their end, and removes them.
   * Writes nothing to Tier 2. It can be run by a schedule, see {@link DrillConfig}.
   *
   * @return what was proved and what was not; a drill that fails does not throw
   * @throws AofException when one is running, or there is no Tier 2
   */
  DrillReport drill();

  /**
   * What only this root holds, after another writer has taken the store over: it can be read here,
   * and is in no other place. Asks Tier 2 for the manifest.
   *
   * @return sorted by stream and offset, several of a stream when what is between them is in Tier
   *     2; empty: everything had reached Tier 2
   * @throws AofException when the store was not taken over
   */
  List<SalvageRange> salvageable();

  /** Changes how sealed segments are compressed, from the next job on. */
  void compressionProfile(CompressionProfile profile);

  /**
   * Stops admission, makes everything that was appended durable, records a checkpoint and stops the
   * workers. Idempotent. Later calls on this store or its streams throw {@link
   * StoreClosedException}.
   *
   * @throws AofException when not all of it could be made durable; the store is closed all the same
   */
  @Override
  void close();
}
