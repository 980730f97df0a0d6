package io.bop.aof.follower;

import io.bop.aof.follower.BucketManifest.Snapshot;
import io.bop.aof.format.ObjectKeys;
import io.bop.aof.manifest.Ledger;
import io.bop.aof.manifest.ManifestReplay;
import io.bop.aof.objectstore.ObjectStoreException;
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
    Snapshot snapshot = source.newestSnapshot(source.newestChunk());
    return snapshot == null
        ? new FollowedManifest(source, new Ledger(source.storeId()), 0)
        : new FollowedManifest(
            source, Ledger.of(snapshot.image()), snapshot.image().chunkIndex() + 1);
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

  /** The state after all chunks that were applied. */
  public Ledger ledger() {
    return ledger;
  }

  /** Index of the newest of them; -1: none. */
  public long newestChunk() {
    return next - 1;
  }
}
