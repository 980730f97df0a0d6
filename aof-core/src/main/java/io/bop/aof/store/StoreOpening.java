package io.bop.aof.store;

import io.bop.aof.AofConfig;
import io.bop.aof.AofException;
import io.bop.aof.AofStore;
import io.bop.aof.RecoveryReport;
import io.bop.aof.StaleWriterException;
import io.bop.aof.StorageFullException;
import io.bop.aof.Tier2Type;
import io.bop.aof.coordinator.Coordinator;
import io.bop.aof.coordinator.DiskPlaces;
import io.bop.aof.coordinator.Parts;
import io.bop.aof.coordinator.Pending;
import io.bop.aof.coordinator.Repairs;
import io.bop.aof.coordinator.ScrubFile;
import io.bop.aof.cursor.CursorFiles;
import io.bop.aof.format.CursorListCodec;
import io.bop.aof.io.DiskRoom;
import io.bop.aof.io.Host;
import io.bop.aof.io.NoSpaceException;
import io.bop.aof.io.Threads.WorkerPool;
import io.bop.aof.manifest.ManifestLog;
import io.bop.aof.manifest.ManifestStore;
import io.bop.aof.manifest.ReplayResult;
import io.bop.aof.manifest.ShippedChain;
import io.bop.aof.manifest.StreamLedger;
import io.bop.aof.objectstore.ObjectStore;
import io.bop.aof.objectstore.ObjectStoreException;
import io.bop.aof.read.ColdTier;
import io.bop.aof.read.FetchBudget;
import io.bop.aof.read.SegmentCopies;
import io.bop.aof.recovery.ChainClaim;
import io.bop.aof.recovery.Fence;
import io.bop.aof.recovery.OpenRecovery;
import io.bop.aof.recovery.RecoveredStream;
import io.bop.aof.recovery.RecoveryFindings;
import io.bop.aof.recovery.SlotFormats;
import io.bop.aof.segment.CommitTablePool;
import io.bop.aof.store.StoreClaim.Owner;
import io.bop.aof.tier0.HotSet;
import io.bop.aof.tier0.SlotPool;
import io.bop.aof.tier0.SlotQuarantine;
import io.bop.aof.tier1.FrameCache;
import io.bop.aof.tier1.WarmFiles;
import io.bop.aof.tier2.Tier2;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One attempt to open a store; what was begun is undone in reverse order when it fails. */
final class StoreOpening {

  private static final Logger log = LoggerFactory.getLogger(StoreOpening.class);
  private static final long PAGE_POOL_BYTES = 16L * 1024 * 1024;
  static final String CURSORS = "cursors";

  private static final Duration UNDO_LIMIT = Duration.ofSeconds(5);

  /* Longer than an append may take: there are files to be made and forced on a cold disk. */
  private static final Duration BEGIN_LIMIT = Duration.ofMinutes(1);

  private final Host host;
  private final AofConfig config;
  private final GuardedListener listener;
  private final Path root;
  private final @Nullable ObjectStore objects;
  private final DiskRoom room;
  private final Undoing undo;

  /** What is to be opened. */
  enum Wish {
    /** The store of the root, or a new one. */
    OPEN,
    /** The store of Tier 2, in an empty root. */
    RESTORE
  }

  /* The object store is the configured one unless another is given. */
  StoreOpening(Host host, AofConfig config, @Nullable ObjectStore objects) {
    this.host = host;
    this.listener = new GuardedListener(config.listener());
    this.config = config.toBuilder().listener(listener).build();
    this.objects = objects;
    this.root = config.root();
    this.undo = new Undoing(root);
    RoomEvents events = new RoomEvents(listener, host.time());
    this.room = new DiskRoom(host.disk(), config.reserveBytes(), events);
  }

  AofStore open(Wish wish) {
    boolean opened = false;
    try {
      AofStore store = openParts(wish);
      opened = true;
      return store;
    } catch (NoSpaceException e) {
      throw storageFull(root, e);
    } catch (ObjectStoreException e) {
      if (e.reason() == ObjectStoreException.Reason.NO_SPACE) {
        throw storageFull(config.filesystemTier2Root(), e);
      }
      throw notOpened(e);
    } catch (IOException e) {
      throw notOpened(e);
    } finally {
      if (!opened) {
        undo.run();
      }
    }
  }

  private AofException notOpened(IOException cause) {
    return new AofException(
        "store cannot be opened: root=" + root + " cause=" + cause.getMessage(), cause);
  }

  private StorageFullException storageFull(Path place, IOException cause) {
    return new StorageFullException(place.toString(), leastRoom(), free(place, cause), cause);
  }

  private long leastRoom() {
    return config.reserveBytes() + config.segment().minSize();
  }

  private long free(Path place, IOException cause) {
    Path existing = place.toAbsolutePath();
    while (existing.getParent() != null && !host.disk().exists(existing)) {
      existing = existing.getParent();
    }
    try {
      return host.disk().usableSpace(existing);
    } catch (IOException e) {
      cause.addSuppressed(e);
      return 0;
    }
  }

  private AofStore openParts(Wish wish) throws IOException {
    long started = host.time().nanoTime();
    host.disk().createDirectories(root);
    StoreLock lock = StoreLock.take(host.disk(), root, "pid=" + host.processId());
    undo.push(lock::close);
    Tier2 tier2 = openTier2();
    StoreClaim claim = new StoreClaim(host, config, room);
    Owner owner = wish == Wish.OPEN ? claim.open(tier2) : claim.restore(tier2);
    UUID storeId = owner.storeId();
    SlotFormats.requireReadable(host.disk(), root.resolve("tier0"));
    ScrubFile.requireReadable(host.disk(), root);
    ReplayResult replay =
        ManifestStore.open(
            host,
            root.resolve("manifest"),
            new ManifestStore.Options(storeId, config.manifest().chunkSize(), owner.restored()));
    undo.push(replay.log()::close);
    claim.join(owner, tier2, replay);
    StoreParts parts = wire(lock, tier2, owner, replay);
    RecoveryFindings findings = new RecoveryFindings();
    findings.tornManifest(replay.tornBytes());
    Map<Long, RecoveredStream> streams = recover(parts, replay, owner.restored(), findings);
    loadCursors(parts, replay, owner);
    ShippedChain claimed = null;
    if (owner.restored() && tier2 != null) {
      claimed = ChainClaim.claim(replay.log(), tier2);
      claim.settle(owner);
    }
    RecoveryReport report = report(replay, owner, streams.size(), findings, started);
    return begin(parts, replay, streams, report, claimed);
  }

  private @Nullable Tier2 openTier2() throws IOException {
    Tier2 tier2 = Tier2Opening.open(host, config, objects);
    if (tier2 != null) {
      undo.push(tier2::close);
    }
    return tier2;
  }

  // ---- wiring

  private StoreParts wire(StoreLock lock, @Nullable Tier2 tier2, Owner owner, ReplayResult replay)
      throws IOException {
    UUID storeId = owner.storeId();
    host.disk().createDirectories(root.resolve("tier0"));
    host.disk().createDirectories(root.resolve("tier1"));
    SlotPool slots = new SlotPool(host, slotOptions(storeId), room);
    undo.push(() -> slots.close(UNDO_LIMIT));
    HotSet hotSet = new HotSet(host);
    WarmFiles warm = new WarmFiles(host, root.resolve("tier1"), room);
    undo.push(warm::close);
    StoreParts.Pools pools = pools();
    FrameCache cache =
        new FrameCache(host, config.tier1().frameCache(), pools.completions()::execute);
    ManifestLog manifest = replay.log();
    Repairs repairs = new Repairs(listener);
    CursorFiles cursors = new CursorFiles(host, root.resolve(CURSORS), storeId);
    Coordinator coordinator =
        new Coordinator(
            new Parts(
                host,
                config,
                places(),
                slots,
                hotSet,
                warm,
                tier2,
                owner.tier2(),
                cache,
                repairs,
                cursors),
            manifest);
    slots.onSpaceWanted(coordinator::spaceWanted);
    return new StoreParts(
        host,
        config,
        listener,
        storeId,
        lock,
        replay.ledger(),
        coordinator,
        room,
        slots,
        hotSet,
        new CommitTablePool(PAGE_POOL_BYTES),
        warm,
        tier2,
        new SegmentCopies(
            host,
            hotSet,
            warm,
            cold(tier2, pools),
            cache,
            new SegmentCopies.Ahead(pools.reads(), config.hydration().readAhead())),
        cursors,
        pools,
        manifest.epoch(),
        new RecoveryFindings().report(false, false, 0, 0, Duration.ZERO));
  }

  private @Nullable ColdTier cold(@Nullable Tier2 tier2, StoreParts.Pools pools) {
    FetchBudget ahead = new FetchBudget(config.hydration().fetchAhead());
    return tier2 == null ? null : new ColdTier(tier2, pools.fetches(), ahead);
  }

  private DiskPlaces places() {
    boolean folder = config.tier2().type() == Tier2Type.FILESYSTEM && objects == null;
    return new DiskPlaces(
        room,
        root.resolve("manifest"),
        root.resolve("tier1"),
        folder ? config.filesystemTier2Root() : null);
  }

  private SlotPool.Options slotOptions(UUID storeId) {
    long overshoot =
        switch (config.tier0().policy()) {
          case STRICT -> 0;
          case ELASTIC -> (long) (config.tier0().maxBytes() * config.tier0().overshoot());
        };
    return new SlotPool.Options(
        root.resolve("tier0"),
        storeId,
        config.tier0().maxBytes(),
        overshoot,
        config.reserveBytes());
  }

  private StoreParts.Pools pools() {
    WorkerPool flush = host.threads().pool("aof-flush", config.flush().threads());
    WorkerPool completions = host.threads().pool("aof-complete", 1);
    WorkerPool reads = host.threads().pool("aof-read", config.hydration().workers());
    undo.push(() -> flush.shutdown(UNDO_LIMIT));
    undo.push(() -> completions.shutdown(UNDO_LIMIT));
    WorkerPool fetches = host.threads().pool("aof-fetch", config.tier2().fetchConcurrency());
    undo.push(() -> reads.shutdown(UNDO_LIMIT));
    undo.push(() -> fetches.shutdown(UNDO_LIMIT));
    return new StoreParts.Pools(flush, completions, reads, fetches);
  }

  // ---- recovery

  private Map<Long, RecoveredStream> recover(
      StoreParts parts, ReplayResult replay, boolean takeover, RecoveryFindings findings)
      throws IOException {
    Map<Long, RecoveredStream> streams =
        OpenRecovery.run(
            new OpenRecovery.Places(
                host,
                root.resolve("tier0"),
                replay.log(),
                takeover,
                parts.slots(),
                parts.hotSet(),
                parts.warm()),
            findings);
    Path hotQuarantine = root.resolve("tier0").resolve(SlotQuarantine.FOLDER);
    parts.coordinator().repairs().countQuarantine(host.disk(), hotQuarantine);
    parts.coordinator().repairs().countQuarantine(host.disk(), parts.warm().quarantineFolder());
    return streams;
  }

  /* Before a restore counts as done, so that one that dies here does it again. */
  private static void loadCursors(StoreParts parts, ReplayResult replay, Owner owner)
      throws IOException {
    Map<Long, String> names = new HashMap<>();
    for (StreamLedger stream : replay.ledger().streams()) {
      if (!stream.deleted()) {
        names.put(stream.streamId(), stream.name());
      }
    }
    parts.cursors().load(names);
    if (owner.restored()) {
      parts.cursors().restore(replay.extras().get(CursorListCodec.EXTRA), names);
    }
  }

  private RecoveryReport report(
      ReplayResult replay, Owner owner, int streams, RecoveryFindings findings, long started) {
    return findings.report(
        replay.created(),
        owner.restored(),
        streams,
        replay.ledger().counts().segments(),
        Duration.ofNanos(host.time().nanoTime() - started));
  }

  private AofStore begin(
      StoreParts parts,
      ReplayResult replay,
      Map<Long, RecoveredStream> streams,
      RecoveryReport report,
      @Nullable ShippedChain claimed)
      throws IOException {
    EngineStore store = new EngineStore(parts, report);
    streams.forEach(store::addRecovered);
    Optional<StaleWriterException> fence = Fence.read(host.disk(), root);
    if (fence.isPresent()) {
      store.fence(fence.get());
    } else {
      // Before anything else that is undone: it decides and writes on until it is stopped.
      undo.push(() -> parts.coordinator().close(UNDO_LIMIT));
      Pending<Boolean> begun = new Pending<>(host);
      if (claimed == null) {
        parts.coordinator().start(replay.sealedChunks(), replay.shipped(), begun);
      } else {
        parts.coordinator().start(List.of(), claimed, begun);
      }
      store.await(begun, "begin of the coordinator", BEGIN_LIMIT);
    }
    store.drills().start();
    logOpened(report, parts.tier2() != null);
    listener.opened(report);
    return store;
  }

  private void logOpened(RecoveryReport report, boolean hasTier2) {
    log.info(
        "store opened: root={} created={} restored={} cleanClose={} streams={} segments={}"
            + " scanned={} recoveredRecords={} needsRecovery={} tookMillis={}",
        root,
        report.created(),
        report.restored(),
        report.cleanClose(),
        report.streams(),
        report.segments(),
        report.scannedSegments(),
        report.recoveredRecords(),
        report.needsRecovery().size(),
        report.took().toMillis());
    report.needsRecovery().forEach(what -> log.warn("needs recovery, a copy is missing: {}", what));
    IdleSettings.ofStore(config, hasTier2)
        .forEach(idle -> log.warn("setting has no effect: {}", idle));
    switch (config.tier2().type()) {
      case NONE ->
          log.info("no tier 2: a full tier 1 will close admission unless retention makes room");
      case FILESYSTEM ->
          log.info(
              "tier 2 is a folder: archived records survive the loss of tier0 and tier1, not of"
                  + " its disk: folder={}",
              config.filesystemTier2Root());
      case S3 -> {}
    }
  }
}
