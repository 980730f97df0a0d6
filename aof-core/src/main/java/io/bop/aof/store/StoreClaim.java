package io.bop.aof.store;

import io.bop.aof.AofConfig;
import io.bop.aof.AofException;
import io.bop.aof.RestorePolicy;
import io.bop.aof.io.DiskRoom;
import io.bop.aof.io.Host;
import io.bop.aof.objectstore.ObjectStoreException;
import io.bop.aof.recovery.Restore;
import io.bop.aof.tier2.StoreIdentity;
import io.bop.aof.tier2.Tier2;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds out whose store a root and its Tier 2 are, and makes an empty root one. */
final class StoreClaim {

  private static final Logger log = LoggerFactory.getLogger(StoreClaim.class);

  private final Host host;
  private final AofConfig config;
  private final DiskRoom room;
  private final Path root;

  StoreClaim(Host host, AofConfig config, DiskRoom room) {
    this.host = host;
    this.config = config;
    this.room = room;
    this.root = config.root();
  }

  /**
   * Whose store it is.
   *
   * @param restored whether its manifest was brought from Tier 2 and its identity is not written
   */
  record Owner(UUID storeId, boolean restored) {}

  /** The store of this root; of an empty one that of Tier 2 if the policy says so, or a new one. */
  Owner open(@Nullable Tier2 tier2) throws IOException {
    boolean unfinished = Restore.isUnfinished(host.disk(), root);
    Optional<StoreIdentity> known = unfinished ? known() : LocalIdentity.read(host.disk(), root);
    if (known.isPresent()) {
      claim(tier2, known.get().storeId());
      return new Owner(known.get().storeId(), false);
    }
    if (tier2 != null
        && config.tier2().restore() == RestorePolicy.IF_EMPTY
        && StoreIdentity.read(tier2).isPresent()) {
      return new Owner(Restore.fetch(host, root, tier2), true);
    }
    if (unfinished) {
      throw new AofException(
          "a restore of this root did not come to its end: root="
              + root
              + " action=restore again, or empty the directory");
    }
    return new Owner(create(tier2), false);
  }

  /** The store of Tier 2, for a root that has none. */
  Owner restore(@Nullable Tier2 tier2) throws IOException {
    if (tier2 == null) {
      throw new AofException("nothing to restore from: tier2.type=none root=" + root);
    }
    Optional<StoreIdentity> known =
        Restore.isUnfinished(host.disk(), root) ? known() : LocalIdentity.read(host.disk(), root);
    if (known.isPresent()) {
      throw new AofException(
          "restore needs a root without a store: root="
              + root
              + " itsStore="
              + known.get().storeId()
              + " action=open it, or restore into an empty directory");
    }
    UUID storeId = Restore.fetch(host, root, tier2);
    Optional<StoreIdentity> followed = LocalIdentity.readFollower(host.disk(), root);
    if (followed.isPresent() && !followed.get().storeId().equals(storeId)) {
      throw new AofException(
          "root belongs to a follower of another store: root="
              + root
              + " itsStore="
              + followed.get().storeId()
              + " store="
              + storeId
              + " action=restore into an empty directory");
    }
    return new Owner(storeId, true);
  }

  /* The identity is the last that a restore writes. */
  private Optional<StoreIdentity> known() throws IOException {
    return host.disk().exists(root.resolve(StoreIdentity.KEY))
        ? LocalIdentity.read(host.disk(), root)
        : Optional.empty();
  }

  /** The restored store is this root's from now on. */
  void settle(Owner owner) throws IOException {
    LocalIdentity.write(host.disk(), root, identity(owner.storeId()));
    LocalIdentity.removeFollower(host.disk(), root);
    Restore.end(host.disk(), root);
  }

  private UUID create(@Nullable Tier2 tier2) throws IOException {
    room.require(root, config.segment().minSize());
    StoreIdentity fresh = identity(host.entropy().nextUuid());
    LocalIdentity.write(host.disk(), root, fresh);
    try {
      claim(tier2, fresh.storeId());
    } catch (AofException | IOException e) {
      LocalIdentity.remove(host.disk(), root, e);
      throw e;
    }
    return fresh.storeId();
  }

  private StoreIdentity identity(UUID storeId) {
    return new StoreIdentity(
        storeId, Instant.EPOCH.plus(host.time().wallMicros(), ChronoUnit.MICROS));
  }

  private void claim(@Nullable Tier2 tier2, UUID storeId) throws IOException {
    if (tier2 == null) {
      return;
    }
    try {
      UUID owner = StoreIdentity.claim(tier2, storeId).storeId();
      if (!owner.equals(storeId)) {
        throw new AofException(
            "tier 2 belongs to another store: tier2="
                + tier2.describe()
                + " itsStore="
                + owner
                + " thisStore="
                + storeId
                + " root="
                + root
                + " action=to take that store over, restore it into an empty root; to read it, open"
                + " a follower; else choose another place for tier 2, or the root of that store");
      }
    } catch (ObjectStoreException e) {
      if (config.tier2().checkAtStartup()) {
        throw e;
      }
      log.warn("tier 2 does not answer, going on without it: tier2={}", tier2.describe(), e);
    }
  }
}
