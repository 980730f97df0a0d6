package io.bop.aof.store;

import io.bop.aof.AofConfig;
import io.bop.aof.AofException;
import io.bop.aof.RestorePolicy;
import io.bop.aof.follower.BucketManifest;
import io.bop.aof.io.DiskRoom;
import io.bop.aof.io.Host;
import io.bop.aof.manifest.ReplayResult;
import io.bop.aof.objectstore.ObjectStoreException;
import io.bop.aof.recovery.Fence;
import io.bop.aof.recovery.Restore;
import io.bop.aof.recovery.Tier2Claim;
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
   * @param tier2 what it has of Tier 2; null: there is none
   */
  record Owner(UUID storeId, boolean restored, @Nullable Tier2Claim tier2) {}

  /** The store of this root; of an empty one that of Tier 2 if the policy says so, or a new one. */
  Owner open(@Nullable Tier2 tier2) throws IOException {
    boolean unfinished = Restore.isUnfinished(host.disk(), root);
    Optional<StoreIdentity> known = unfinished ? known() : LocalIdentity.read(host.disk(), root);
    if (known.isPresent()) {
      if (unfinished) {
        // It ended between its last two steps.
        endRestore();
      }
      return reopened(tier2, known.get().storeId());
    }
    if (tier2 != null
        && config.tier2().restore() == RestorePolicy.IF_EMPTY
        && StoreIdentity.read(tier2).isPresent()) {
      return fetch(tier2);
    }
    if (unfinished) {
      throw new AofException(
          "a restore of this root did not come to its end: root="
              + root
              + " action=restore again, or empty the directory");
    }
    return create(tier2);
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
    return fetch(tier2);
  }

  private Owner fetch(Tier2 tier2) throws IOException {
    BucketManifest source = BucketManifest.open(tier2);
    UUID storeId = source.storeId();
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
    Restore.fetch(host, root, source);
    Tier2Claim claim = new Tier2Claim(tier2, root, storeId);
    claim.hold();
    return new Owner(storeId, true, claim);
  }

  private Owner reopened(@Nullable Tier2 tier2, UUID storeId) throws IOException {
    if (tier2 == null) {
      return new Owner(storeId, false, null);
    }
    Tier2Claim claim = new Tier2Claim(tier2, root, storeId);
    ask(tier2, claim::look);
    return new Owner(storeId, false, claim);
  }

  /** What is here is known now: Tier 2 must have the rest. */
  void join(Owner owner, @Nullable Tier2 tier2, ReplayResult replay) throws IOException {
    Tier2Claim claim = owner.tier2();
    if (claim != null && tier2 != null) {
      claim.rely(replay);
      ask(tier2, claim::take);
    }
  }

  /* The identity is the last that a restore writes. */
  private Optional<StoreIdentity> known() throws IOException {
    return host.disk().exists(root.resolve(StoreIdentity.KEY))
        ? LocalIdentity.read(host.disk(), root)
        : Optional.empty();
  }

  /** The restored store is this root's from now on. */
  void settle(Owner owner) throws IOException {
    Fence.lower(host.disk(), root);
    LocalIdentity.write(host.disk(), root, identity(owner.storeId()));
    endRestore();
  }

  private void endRestore() throws IOException {
    LocalIdentity.removeFollower(host.disk(), root);
    Restore.end(host.disk(), root);
  }

  private Owner create(@Nullable Tier2 tier2) throws IOException {
    room.require(root, config.segment().minSize());
    Fence.lower(host.disk(), root);
    StoreIdentity fresh = identity(host.entropy().nextUuid());
    LocalIdentity.write(host.disk(), root, fresh);
    if (tier2 == null) {
      return new Owner(fresh.storeId(), false, null);
    }
    Tier2Claim claim = new Tier2Claim(tier2, root, fresh.storeId());
    try {
      ask(tier2, claim::take);
    } catch (AofException | IOException e) {
      LocalIdentity.remove(host.disk(), root, e);
      throw e;
    }
    return new Owner(fresh.storeId(), false, claim);
  }

  private StoreIdentity identity(UUID storeId) {
    return new StoreIdentity(
        storeId, Instant.EPOCH.plus(host.time().wallMicros(), ChronoUnit.MICROS));
  }

  private interface Step {
    void run() throws IOException;
  }

  /** Does it, or goes on without it when Tier 2 does not answer and need not. */
  private void ask(Tier2 tier2, Step step) throws IOException {
    try {
      step.run();
    } catch (ObjectStoreException e) {
      if (config.tier2().checkAtStartup()) {
        throw e;
      }
      log.warn("tier 2 does not answer, going on without it: tier2={}", tier2.describe(), e);
    }
  }
}
