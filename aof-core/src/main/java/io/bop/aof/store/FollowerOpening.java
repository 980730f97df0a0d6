package io.bop.aof.store;

import io.bop.aof.AofConfig;
import io.bop.aof.AofException;
import io.bop.aof.AofFollower;
import io.bop.aof.StorageFullException;
import io.bop.aof.cursor.CursorFiles;
import io.bop.aof.follower.BucketManifest;
import io.bop.aof.follower.FollowedManifest;
import io.bop.aof.follower.FollowerParts;
import io.bop.aof.follower.FollowerStore;
import io.bop.aof.io.DiskRoom;
import io.bop.aof.io.Host;
import io.bop.aof.io.NoSpaceException;
import io.bop.aof.io.Threads.WorkerPool;
import io.bop.aof.objectstore.ObjectStore;
import io.bop.aof.read.ColdTier;
import io.bop.aof.read.FetchBudget;
import io.bop.aof.read.SegmentCopies;
import io.bop.aof.store.StoreOpening.Wish;
import io.bop.aof.tier0.HotSet;
import io.bop.aof.tier1.FrameCache;
import io.bop.aof.tier1.WarmFiles;
import io.bop.aof.tier2.StoreIdentity;
import io.bop.aof.tier2.Tier2;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One attempt to open a follower; what was begun is undone in reverse order when it fails. */
final class FollowerOpening {

  private static final Logger log = LoggerFactory.getLogger(FollowerOpening.class);
  private static final Duration UNDO_LIMIT = Duration.ofSeconds(5);

  private final Host host;
  private final AofConfig config;
  private final GuardedListener listener;
  private final Path root;
  private final @Nullable Supplier<ObjectStore> objects;
  private final Undoing undo;

  /* The object store is the configured one unless others are given: one now, one to be promoted. */
  FollowerOpening(Host host, AofConfig config, @Nullable Supplier<ObjectStore> objects) {
    this.host = host;
    this.listener = new GuardedListener(config.listener());
    this.config = config.toBuilder().listener(listener).build();
    this.objects = objects;
    this.root = config.root();
    this.undo = new Undoing(root);
  }

  AofFollower open() {
    boolean opened = false;
    try {
      AofFollower store = openParts();
      opened = true;
      return store;
    } catch (NoSpaceException e) {
      throw new StorageFullException(root.toString(), config.reserveBytes(), free(e), e);
    } catch (IOException e) {
      throw new AofException(
          "follower cannot be opened: root=" + root + " cause=" + e.getMessage(), e);
    } finally {
      if (!opened) {
        undo.run();
      }
    }
  }

  private long free(NoSpaceException cause) {
    try {
      return host.disk().usableSpace(root);
    } catch (IOException e) {
      cause.addSuppressed(e);
      return 0;
    }
  }

  private AofFollower openParts() throws IOException {
    long started = host.time().nanoTime();
    host.disk().createDirectories(root);
    StoreLock lock = StoreLock.take(host.disk(), root, "pid=" + host.processId());
    undo.push(lock::close);
    Tier2 tier2 = Tier2Opening.open(host, config, next());
    if (tier2 == null) {
      throw new AofException("nothing to follow: tier2.type=none root=" + root);
    }
    undo.push(tier2::close);
    BucketManifest source = BucketManifest.open(tier2);
    requireRoot(source.storeId());
    FollowedManifest manifest = FollowedManifest.begin(source);
    DiskRoom room =
        new DiskRoom(host.disk(), config.reserveBytes(), new RoomEvents(listener, host.time()));
    host.disk().createDirectories(root.resolve("tier1"));
    WarmFiles warm = new WarmFiles(host, root.resolve("tier1"), room);
    undo.push(warm::close);
    WorkerPool reads = host.threads().pool("aof-read", config.hydration().workers());
    undo.push(() -> reads.shutdown(UNDO_LIMIT));
    FrameCache cache = new FrameCache(host, config.tier1().frameCache(), reads::execute);
    WorkerPool fetches = host.threads().pool("aof-fetch", config.tier2().fetchConcurrency());
    undo.push(() -> fetches.shutdown(UNDO_LIMIT));
    FetchBudget ahead = new FetchBudget(config.hydration().fetchAhead());
    ColdTier cold = new ColdTier(tier2, fetches, ahead);
    SegmentCopies.Ahead lanes = new SegmentCopies.Ahead(reads, config.hydration().readAhead());
    SegmentCopies copies = new SegmentCopies(host, new HotSet(host), warm, cold, cache, lanes);
    Duration[] took = {Duration.ZERO};
    FollowerStore store =
        new FollowerStore(
            new FollowerParts(
                host,
                config,
                manifest,
                tier2,
                warm,
                room,
                copies,
                new CursorFiles(host, root.resolve(StoreOpening.CURSORS), source.storeId()),
                new FollowerParts.Pools(reads, fetches),
                lock::close,
                follower -> FollowerSnapshots.take(follower, took[0], listener),
                () -> new StoreOpening(host, config, next()).open(Wish.RESTORE)));
    store.begin();
    took[0] = Duration.ofNanos(host.time().nanoTime() - started);
    log.info(
        "follower opened: root={} store={} tier2={} streams={} chunk={} tookMillis={}",
        root,
        source.storeId(),
        tier2.describe(),
        store.streamNames().size(),
        store.status().chunk(),
        took[0].toMillis());
    IdleSettings.ofFollower(config).forEach(idle -> log.warn("setting has no effect: {}", idle));
    return store;
  }

  private @Nullable ObjectStore next() {
    return objects == null ? null : objects.get();
  }

  /* What was kept of one store must not stand for the segments of another. */
  private void requireRoot(UUID storeId) throws IOException {
    if (host.disk().exists(root.resolve(StoreIdentity.KEY))) {
      throw new AofException(
          "root holds a store: root=" + root + " action=give the follower a directory of its own");
    }
    Optional<StoreIdentity> known = LocalIdentity.readFollower(host.disk(), root);
    if (known.isPresent() && !known.get().storeId().equals(storeId)) {
      throw new AofException(
          "root belongs to a follower of another store: root="
              + root
              + " itsStore="
              + known.get().storeId()
              + " store="
              + storeId
              + " action=empty it, or choose another directory");
    }
    if (known.isEmpty()) {
      Instant now = Instant.EPOCH.plus(host.time().wallMicros(), ChronoUnit.MICROS);
      LocalIdentity.writeFollower(host.disk(), root, new StoreIdentity(storeId, now));
    }
  }
}
