package io.bop.aof.follower;

import io.bop.aof.AofException;
import io.bop.aof.UnsupportedFormatException;
import io.bop.aof.format.LedgerImage;
import io.bop.aof.format.LedgerSnapshotCodec;
import io.bop.aof.format.MalformedException;
import io.bop.aof.format.ManifestChunkHeader;
import io.bop.aof.format.ManifestChunkHeaderCodec;
import io.bop.aof.format.ManifestChunkReader;
import io.bop.aof.format.ManifestRecord.ChunkSealed;
import io.bop.aof.format.ObjectKeys;
import io.bop.aof.manifest.ChunkMissingException;
import io.bop.aof.manifest.SharedSnapshots;
import io.bop.aof.objectstore.ObjectPage;
import io.bop.aof.objectstore.ObjectStoreException;
import io.bop.aof.objectstore.ObjectStoreException.Reason;
import io.bop.aof.objectstore.ObjectSummary;
import io.bop.aof.tier2.StoreIdentity;
import io.bop.aof.tier2.Tier2;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The manifest as Tier 2 has it. Its names are known beforehand, chunks by their dense index and
 * snapshots by {@link SharedSnapshots}, so that a follower never lists. Thread-safe; writes
 * nothing.
 */
public final class BucketManifest {

  private static final Logger log = LoggerFactory.getLogger(BucketManifest.class);

  /* A writer that met a full disk, or stopped between chunk and snapshot, leaves some out. */
  private static final int MOST_SNAPSHOTS_TRIED = 8;

  private final Tier2 tier2;
  private final UUID storeId;

  private BucketManifest(Tier2 tier2, UUID storeId) {
    this.tier2 = tier2;
    this.storeId = storeId;
  }

  /**
   * The manifest of the store in Tier 2.
   *
   * @throws AofException when there is no store
   */
  public static BucketManifest open(Tier2 tier2) throws ObjectStoreException {
    StoreIdentity identity =
        StoreIdentity.read(tier2)
            .orElseThrow(
                () ->
                    new AofException(
                        "tier 2 holds no store: tier2="
                            + tier2.describe()
                            + " action=check bucket and prefix; a new store is made by open()"));
    return new BucketManifest(tier2, identity.storeId());
  }

  /** Whose manifest it is. */
  public UUID storeId() {
    return storeId;
  }

  /** Index of the newest chunk; -1: there is none. Costs a request per power of two. */
  public long newestChunk() throws ObjectStoreException {
    long there = -1;
    long step = 1;
    while (isThere(there + step)) {
      there += step;
      step *= 2;
    }
    long missing = there + step;
    while (missing - there > 1) {
      long middle = there + (missing - there) / 2;
      if (isThere(middle)) {
        there = middle;
      } else {
        missing = middle;
      }
    }
    return there;
  }

  /** Whether that chunk is there. */
  boolean isThere(long chunkIndex) throws ObjectStoreException {
    return tier2.head(ObjectKeys.manifestChunk(chunkIndex)).isPresent();
  }

  /** The bytes of a chunk; empty: it is not there (yet). */
  public Optional<byte[]> chunk(long index) throws ObjectStoreException {
    return get(ObjectKeys.manifestChunk(index));
  }

  /**
   * Makes sure that the chain ends there, and was not torn: asked by whoever is about to take what
   * is there for everything. One listing.
   *
   * @param newest the last chunk of the chain; -1: none was found
   * @return false: the chain has grown meanwhile
   * @throws ChunkMissingException when later chunks are there and the next one is not
   */
  public boolean isEnd(long newest) throws ObjectStoreException {
    String last = newest < 0 ? null : ObjectKeys.manifestChunk(newest);
    // Chunks stand before snapshots in the order of keys.
    ObjectPage page = tier2.list(ObjectKeys.MANIFEST_FOLDER, last, 1);
    for (ObjectSummary found : page.objects()) {
      if (ObjectKeys.parseManifestChunk(found.key()).isPresent()) {
        if (isThere(newest + 1)) {
          return false;
        }
        throw new ChunkMissingException(newest + 1, found.key());
      }
    }
    return true;
  }

  private Optional<byte[]> get(String key) throws ObjectStoreException {
    try {
      return Optional.of(tier2.get(key));
    } catch (ObjectStoreException e) {
      if (e.reason() == Reason.MISSING) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /**
   * A snapshot and the chunk that it stands for.
   *
   * @param image the state after that chunk
   * @param bytes the snapshot as it is stored
   * @param chunk the bytes of the chunk
   */
  public record Snapshot(LedgerImage image, byte[] bytes, byte[] chunk) {}

  /**
   * The newest snapshot of a chunk up to {@code newestChunk} that can be used; null: there is none,
   * begin with chunk 0.
   *
   * @throws UnsupportedFormatException when a newer version wrote it
   */
  public @Nullable Snapshot newestSnapshot(long newestChunk) throws ObjectStoreException {
    long index = SharedSnapshots.lastUpTo(newestChunk);
    for (int tried = 0; index >= 0 && tried < MOST_SNAPSHOTS_TRIED; tried++) {
      Snapshot found = snapshot(index);
      if (found != null) {
        return found;
      }
      index = SharedSnapshots.lastUpTo(index - 1);
    }
    return null;
  }

  private @Nullable Snapshot snapshot(long index) throws ObjectStoreException {
    byte[] chunk = chunk(index).orElse(null);
    if (chunk == null) {
      return null;
    }
    String name = ObjectKeys.chunkName(index);
    try {
      ManifestChunkHeader header = ManifestChunkHeaderCodec.decode(chunk, chunk.length, name);
      String key = ObjectKeys.snapshot(index, header.epoch());
      byte[] bytes = get(key).orElse(null);
      if (bytes == null) {
        return null;
      }
      LedgerImage image = LedgerSnapshotCodec.decode(bytes, key);
      requireOf(image, header, ManifestChunkReader.sealAtEnd(chunk, chunk.length));
      return new Snapshot(image, bytes, chunk);
    } catch (MalformedException e) {
      log.warn("snapshot in tier 2 is not used: chunk={} reason={}", index, e.getMessage());
      return null;
    }
  }

  private void requireOf(
      LedgerImage image, ManifestChunkHeader header, @Nullable ChunkSealed seal) {
    boolean same =
        seal != null
            && image.storeId().equals(storeId)
            && header.storeId().equals(storeId)
            && image.chunkIndex() == header.chunkIndex()
            && image.chunkEpoch() == header.epoch()
            && image.chunkCrc() == seal.crc32c();
    if (!same) {
      throw new MalformedException(0, "snapshot is of another chunk");
    }
  }
}
