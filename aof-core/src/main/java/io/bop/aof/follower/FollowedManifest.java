package io.bop.aof.follower;

import io.bop.aof.follower.BucketManifest.Snapshot;
import io.bop.aof.format.ObjectKeys;
import io.bop.aof.manifest.ChunkMissingException;
import io.bop.aof.manifest.Ledger;
import io.bop.aof.manifest.ManifestReplay;
import io.bop.aof.objectstore.ObjectStoreException;
import io.bop.aof.objectstore.ObjectStoreException.Reason;
import java.util.Optional;

/**
 * A ledger that follows the manifest in Tier 2. Confined to one thread at a time; the ledger is
 * read by any.
 */
public final class FollowedManifest {

  private final BucketManifest source;
  private final Ledger ledger;
  private long next;

  private FollowedManifest(BucketManifest source, Ledger ledger, long next) {
    this.source = source;
    this.ledger = ledger;
    this.next = next;
  }

  /** Begins with the newest snapshot; {@link #advance} does the rest. */
  public static FollowedManifest begin(BucketManifest source) throws ObjectStoreException {
    return behindSnapshot(source, source.newestChunk());
  }

  private static FollowedManifest behindSnapshot(BucketManifest source, long newestChunk)
      throws ObjectStoreException {
    Snapshot snapshot = source.newestSnapshot(newestChunk);
    return snapshot == null
        ? new FollowedManifest(source, new Ledger(source.storeId()), 0)
        : new FollowedManifest(
            source, Ledger.of(snapshot.image()), snapshot.image().chunkIndex() + 1);
  }

  /**
   * The state after that chunk, and no later one.
   *
   * @throws ObjectStoreException also when a chunk up to it is not there
   */
  public static Ledger at(BucketManifest source, long chunkIndex) throws ObjectStoreException {
    FollowedManifest manifest = behindSnapshot(source, chunkIndex);
    while (manifest.newestChunk() < chunkIndex) {
      if (!manifest.advance()) {
        throw new ObjectStoreException(
            Reason.MISSING,
            "manifest chunk is missing: key=" + ObjectKeys.manifestChunk(manifest.next),
            null);
      }
    }
    return manifest.ledger;
  }

  /**
   * Applies the next chunk if it is there.
   *
   * @return false: there is none (yet)
   * @throws io.bop.aof.manifest.ManifestDamagedException when it is not the whole next chunk; the
   *     ledger is as before
   */
  public boolean advance() throws ObjectStoreException {
    Optional<byte[]> chunk = source.chunk(next);
    if (chunk.isEmpty()) {
      return false;
    }
    ManifestReplay.applyChunk(ledger, chunk.get(), ObjectKeys.manifestChunk(next));
    next++;
    return true;
  }

  /**
   * Looks whether the chain goes on behind the next chunk, which was not there. Costs a request,
   * and one more if it does.
   *
   * @param distance from the next chunk, at least 1
   * @return whether the next chunk came meanwhile and was applied
   * @throws ChunkMissingException when the later chunk is there and the next one is not
   */
  public boolean lookAhead(long distance) throws ObjectStoreException {
    if (!source.isThere(next + distance)) {
      return false;
    }
    // Chunks come in order: whoever sees a later one sees this one from then on.
    if (!advance()) {
      throw new ChunkMissingException(next, ObjectKeys.manifestChunk(next + distance));
    }
    return true;
  }

  /**
   * Applies all that is there, and makes sure that it is all.
   *
   * @throws io.bop.aof.manifest.ManifestDamagedException when a chunk is missing or damaged
   */
  public void advanceToEnd() throws ObjectStoreException {
    do {
      while (advance()) {
        // One after the other.
      }
    } while (!source.isEnd(newestChunk()));
  }

  /** The state after all chunks that were applied. */
  public Ledger ledger() {
    return ledger;
  }

  /** Index of the newest of them; -1: none. */
  public long newestChunk() {
    return next - 1;
  }
}
