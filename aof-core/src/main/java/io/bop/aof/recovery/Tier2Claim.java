package io.bop.aof.recovery;

import io.bop.aof.AofException;
import io.bop.aof.Tier;
import io.bop.aof.format.ObjectKeys;
import io.bop.aof.manifest.LedgerCounts;
import io.bop.aof.manifest.ReplayResult;
import io.bop.aof.manifest.SealedChunk;
import io.bop.aof.objectstore.ObjectStoreException;
import io.bop.aof.tier2.StoreIdentity;
import io.bop.aof.tier2.Tier2;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes sure that Tier 2 is this store's, and the same as before, ahead of the first chunk that is
 * sent there: in a folder that is not mounted, in another bucket or behind another prefix the chain
 * would have a hole, and nobody could ever restore from it. Thread-safe.
 */
public final class Tier2Claim {

  private static final Logger log = LoggerFactory.getLogger(Tier2Claim.class);

  private final Tier2 tier2;
  private final Path root;
  private final UUID storeId;
  private volatile boolean named;
  private volatile boolean archived;
  private volatile List<Long> needed = List.of();
  private volatile long confirmed = -1;
  private volatile boolean held;

  /** Nothing is known of Tier 2 yet. */
  public Tier2Claim(Tier2 tier2, Path root, UUID storeId) {
    this.tier2 = tier2;
    this.root = root;
    this.storeId = storeId;
  }

  /**
   * Looks whose it is, and writes nothing.
   *
   * @throws AofException when it is another store's
   */
  public void look() throws ObjectStoreException {
    Optional<StoreIdentity> found = StoreIdentity.read(tier2);
    if (found.isPresent()) {
      requireOurs(found.get());
    }
  }

  /** What this root does not have and relies on Tier 2 for. */
  public void rely(ReplayResult replay) {
    List<Long> before = new ArrayList<>();
    long next = 0;
    for (SealedChunk chunk : replay.sealedChunks()) {
      if (chunk.index() != next) {
        before.add(chunk.index() - 1);
      }
      next = chunk.index() + 1;
    }
    if (replay.log().chunkIndex() != next) {
      before.add(replay.log().chunkIndex() - 1);
    }
    confirmed = replay.shipped().index();
    LedgerCounts counts = replay.ledger().counts();
    archived = counts.in(Tier.TIER2) + counts.missing(Tier.TIER2) > 0;
    needed = List.copyOf(before);
  }

  /** It was just seen to be ours, with all of the chain. */
  public void hold() {
    held = true;
  }

  /**
   * Takes it for this store if nobody did. Once that has succeeded it asks no more.
   *
   * @throws AofException when it is another store's, or lacks what this one had put into its own
   * @throws ObjectStoreException when it does not answer
   */
  public void take() throws ObjectStoreException {
    if (held) {
      return;
    }
    if (!named) {
      look();
    }
    // The first chunk is never deleted. With it there, only the identity was lost.
    if (!named && archived) {
      require(ObjectKeys.manifestChunk(0));
    }
    for (long index : needed) {
      String key = ObjectKeys.manifestChunk(index);
      if (named && index <= confirmed) {
        tellIfLost(key);
      } else {
        require(key);
      }
    }
    if (!named) {
      requireOurs(StoreIdentity.claim(tier2, storeId));
    }
    held = true;
  }

  private void requireOurs(StoreIdentity found) {
    if (!found.storeId().equals(storeId)) {
      throw new AofException(
          "tier 2 belongs to another store: tier2="
              + tier2.describe()
              + " itsStore="
              + found.storeId()
              + " thisStore="
              + storeId
              + " root="
              + root
              + " action=to take that store over, restore it into an empty root; to read it, open"
              + " a follower; else choose another place for tier 2, or the root of that store");
    }
    named = true;
  }

  private void require(String key) throws ObjectStoreException {
    if (tier2.head(key).isEmpty()) {
      throw new AofException(
          "tier 2 is not the one that this store had: missing="
              + key
              + " tier2="
              + tier2.describe()
              + " thisStore="
              + storeId
              + " root="
              + root
              + " action=correct bucket, prefix or folder (is it mounted?), or first copy all"
              + " objects of the former one there; tier2.type=none opens what is here");
    }
  }

  /* It was there: this is the right place, and the root works without it. */
  private void tellIfLost(String key) throws ObjectStoreException {
    if (tier2.head(key).isEmpty()) {
      log.error(
          "manifest chunk is lost in tier 2: missing={} tier2={} store={} root={} action=put it"
              + " back from a backup or an older version of the object: restores and followers need"
              + " it",
          key,
          tier2.describe(),
          storeId,
          root);
    }
  }
}
