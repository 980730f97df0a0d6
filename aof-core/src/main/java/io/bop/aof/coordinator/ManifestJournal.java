package io.bop.aof.coordinator;

import io.bop.aof.AofException;
import io.bop.aof.StorageFullException;
import io.bop.aof.format.CursorListCodec;
import io.bop.aof.format.LedgerImage;
import io.bop.aof.format.ManifestRecord;
import io.bop.aof.io.DiskRoom;
import io.bop.aof.io.NoSpaceException;
import io.bop.aof.manifest.Ledger;
import io.bop.aof.manifest.LedgerSnapshot;
import io.bop.aof.manifest.ManifestLog;
import io.bop.aof.manifest.SealedChunk;
import io.bop.aof.manifest.SharedSnapshots;
import io.bop.aof.manifest.ShippedChain;
import io.bop.aof.manifest.StreamLedger;
import io.bop.aof.tier2.ObjectConflictException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the manifest for the coordinator: appends, forces at the end of a batch, seals chunks,
 * takes snapshots, sends chunks to Tier 2, and knows what is archived. Confined to the coordinator,
 * but for what says otherwise.
 */
final class ManifestJournal {

  private static final Logger log = LoggerFactory.getLogger(ManifestJournal.class);
  private static final int SNAPSHOT_SHARE = 10;
  private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Parts parts;
  private final ManifestLog manifest;
  private final Ledger ledger;
  private final Inbox inbox;
  private final ManifestShipping shipping;
  private final Consumer<Long> archivedListener;

  private final ConcurrentHashMap<Long, Long> archived = new ConcurrentHashMap<>();
  private final List<ArchiveWaiter> waiters = new ArrayList<>();
  private final NavigableMap<Long, Map<Long, Long>> captured = new TreeMap<>();
  private final List<Runnable> afterForce = new ArrayList<>();
  private boolean forceNeeded;
  private boolean rotateArmed;
  private boolean rotateNow;
  private boolean rotateStuck;
  private boolean retryArmed;
  private long snapshotRecords;

  private volatile @Nullable String failure;

  /**
   * Over an open log.
   *
   * @param archivedListener told the id of each stream whose archived offset rose
   * @param fenced told when somebody else writes this store
   */
  ManifestJournal(
      Parts parts,
      ManifestLog manifest,
      SegmentWorkers workers,
      Inbox inbox,
      Consumer<Long> archivedListener,
      Consumer<ObjectConflictException> fenced) {
    this.parts = parts;
    this.manifest = manifest;
    this.ledger = manifest.ledger();
    this.inbox = inbox;
    this.archivedListener = archivedListener;
    this.snapshotRecords = manifest.records();
    this.shipping =
        new ManifestShipping(
            parts,
            workers,
            inbox,
            new ManifestShipping.Outcome() {
              @Override
              public void shipped(SealedChunk chunk) {
                manifest.markShipped(chunk);
                publishArchived(chunk.index());
              }

              @Override
              public void fenced(ObjectConflictException cause) {
                fenced.accept(cause);
              }
            });
  }

  private record ArchiveWaiter(long streamId, long target, Runnable action) {}

  /**
   * Begins.
   *
   * @param local the chunks that an earlier process sealed and that are here, unless all that is
   *     here is known to be in Tier 2
   * @param known what of the chain is known to be in Tier 2
   */
  void start(List<SealedChunk> local, ShippedChain known) {
    prepareSpare();
    recallArchived(known);
    if (local.isEmpty()) {
      shipping.begin(known.index());
    } else {
      captureArchived(local.get(local.size() - 1).index());
      shipping.resume(local, known);
    }
  }

  /* It was in Tier 2 before, and is as safe as that. */
  private void recallArchived(ShippedChain known) {
    for (StreamLedger stream : ledger.streams()) {
      long before = known.archived().getOrDefault(stream.streamId(), 0L);
      if (parts.tier2() != null && before > 0) {
        archived.put(stream.streamId(), Math.min(before, stream.archivedOffset()));
        archivedListener.accept(stream.streamId());
      }
    }
  }

  // ---- records

  /** Appends; durable at the end of the batch only if {@link #force} is asked for. */
  void append(ManifestRecord record) {
    manifest.append(record);
  }

  /** Has everything appended so far forced at the end of the batch. */
  void force() {
    forceNeeded = true;
  }

  /** Runs {@code action} once everything appended so far is durable. */
  void whenDurable(Runnable action) {
    forceNeeded = true;
    afterForce.add(action);
  }

  /** The newest chunk that is in Tier 2 with all before it. */
  long shippedChunk() {
    return shipping.shipped();
  }

  /** The first chunk that this process has put into Tier 2; {@code MAX_VALUE}: none so far. */
  long firstSentHere() {
    return shipping.firstSentHere();
  }

  /**
   * Ends a batch.
   *
   * @return whether the actions that were decided may begin
   */
  boolean endBatch() {
    if (failure != null) {
      return false;
    }
    try {
      if (forceNeeded) {
        manifest.force();
        forceNeeded = false;
      } else {
        manifest.flush();
      }
    } catch (NoSpaceException e) {
      noRoom(e);
      return false;
    } catch (IOException | RuntimeException e) {
      fail("the manifest cannot be written: " + e.getMessage(), e);
      return false;
    }
    if (!rotateStuck) {
      hasRoom();
      if (manifest.isSpareMissing()) {
        prepareSpare();
      }
    }
    List<Runnable> durable = List.copyOf(afterForce);
    afterForce.clear();
    durable.forEach(Runnable::run);
    return true;
  }

  // ---- chunks and snapshots

  /** Seals the chunk if it is full, or if Tier 2 must hear of what it holds. */
  void rotateIfDue() {
    boolean snapshotDue = manifest.records() - snapshotRecords >= snapshotEvery();
    boolean news = manifest.hasUnsealedNewsForTier2() && parts.tier2() != null;
    boolean atOnce = news && (rotateNow || !waiters.isEmpty());
    try {
      if (manifest.shouldRotate() || snapshotDue || atOnce) {
        rotateNow = false;
        rotateStuck = true;
        rotate(snapshotDue);
        rotateStuck = false;
        hasRoom();
        prepareSpare();
      } else if (news && !rotateArmed) {
        rotateArmed = true;
        Duration delay = parts.config().manifest().rotateAfter();
        inbox.addLater(delay.toNanos(), this::rotateByTime);
      }
    } catch (NoSpaceException e) {
      noRoom(e);
    } catch (IOException | RuntimeException e) {
      fail("the manifest cannot be written: " + e.getMessage(), e);
    }
  }

  // ---- a full disk

  /* What was appended stays in memory and is written when there is room; one timer looks. */
  private void noRoom(NoSpaceException cause) {
    parts.disk().room().note(parts.disk().manifest(), manifest.chunkBytes(), cause);
    if (!retryArmed) {
      retryArmed = true;
      inbox.addLater(RETRY_NANOS, () -> retryArmed = false);
    }
  }

  private void hasRoom() {
    if (isFull()) {
      parts.disk().room().available(parts.disk().manifest());
    }
  }

  /** Whether nothing can be recorded for want of room, as far as known. */
  boolean isFull() {
    return parts.disk().room().at(parts.disk().manifest()) != null;
  }

  private void prepareSpare() {
    manifest.prepareSpare(parts.disk().room().reserveBytes());
  }

  /** Why the manifest cannot be written now; null: it can, as far as known. Any thread. */
  @Nullable StorageFullException storageFull() {
    DiskRoom.Full full = parts.disk().room().at(parts.disk().manifest());
    return full == null
        ? null
        : new StorageFullException(
            full.place().toString(), full.neededBytes(), full.freeBytes(), null);
  }

  // ---- snapshots

  /* A snapshot costs in proportion to all segments, so the more there are, the rarer it is. */
  private long snapshotEvery() {
    long configured = parts.config().manifest().snapshotEvery();
    return Math.max(configured, ledger.counts().segments() / SNAPSHOT_SHARE);
  }

  private void rotateByTime() {
    rotateArmed = false;
    rotateNow = manifest.hasUnsealedNewsForTier2();
  }

  private void rotate(boolean snapshotDue) throws IOException {
    SealedChunk chunk = manifest.rotate();
    captureArchived(chunk.index());
    shipping.add(chunk);
    boolean shared = parts.tier2() != null && SharedSnapshots.isShared(chunk.index());
    // A seal that a full disk had held up has records behind it by now: the next one will do.
    if ((snapshotDue || shared) && LedgerSnapshot.canTake(ledger)) {
      snapshot(chunk, shared);
    }
  }

  /* Chunks alone are enough to open the store, so a snapshot that fails only waits for its turn. */
  private void snapshot(SealedChunk chunk, boolean shared) {
    LedgerImage image = LedgerSnapshot.take(ledger, extras());
    if (shared) {
      shipping.addSnapshot(image);
    }
    try {
      LedgerSnapshot.write(parts.host().disk(), parts.disk().manifest(), image);
      snapshotRecords = manifest.records();
      dropOldChunks();
    } catch (IOException e) {
      snapshotRecords = manifest.records() - snapshotEvery() / 2;
      log.warn("snapshot of the manifest could not be written yet: chunk={}", chunk.index(), e);
    }
  }

  private SortedMap<Integer, byte[]> extras() {
    return new TreeMap<>(Map.of(CursorListCodec.EXTRA, parts.cursors().image()));
  }

  private void dropOldChunks() throws IOException {
    List<Long> old =
        LedgerSnapshot.deletableChunks(
            parts.host().disk(),
            parts.disk().manifest(),
            ledger.storeId(),
            index -> parts.tier2() == null || index <= shipping.shipped());
    LedgerSnapshot.deleteChunks(parts.host().disk(), parts.disk().manifest(), old);
  }

  // ---- what is archived

  /** All records of the stream below are in Tier 2, and recorded there. Any thread. */
  long archivedOffset(long streamId) {
    return archived.getOrDefault(streamId, 0L);
  }

  /** Runs {@code action} when all records of the stream below {@code target} are archived. */
  void whenArchived(long streamId, long target, Runnable action) {
    if (archivedOffset(streamId) >= target) {
      action.run();
    } else {
      waiters.add(new ArchiveWaiter(streamId, target, action));
    }
  }

  /* What the chunk says is in Tier 2; it counts when the chunk itself is there. */
  private void captureArchived(long chunkIndex) {
    if (parts.tier2() == null) {
      return;
    }
    Map<Long, Long> offsets = new HashMap<>();
    for (StreamLedger stream : ledger.streams()) {
      if (stream.archivedOffset() > archivedOffset(stream.streamId())) {
        offsets.put(stream.streamId(), stream.archivedOffset());
      }
    }
    if (!offsets.isEmpty()) {
      captured.put(chunkIndex, offsets);
    }
  }

  private void publishArchived(long shippedChunk) {
    Map<Long, Map<Long, Long>> due = captured.headMap(shippedChunk, true);
    for (Map<Long, Long> offsets : due.values()) {
      archived.putAll(offsets);
      offsets.keySet().forEach(archivedListener);
    }
    due.clear();
    for (ArchiveWaiter waiter : List.copyOf(waiters)) {
      if (archivedOffset(waiter.streamId()) >= waiter.target()) {
        waiters.remove(waiter);
        waiter.action().run();
      }
    }
  }

  // ---- failure

  /** Takes no more changes; the first reason stays. */
  void fail(String reason, Throwable cause) {
    if (failure == null) {
      failure = reason;
      log.error("coordinator stopped: {}", reason, cause);
      parts.config().listener().failed("", 0, "coordinate", cause);
    }
  }

  /** Why no changes are taken any more; null: healthy. Any thread. */
  @Nullable String failure() {
    return failure;
  }

  /** Throws when no changes are taken, or none can be written. */
  void checkUsable() {
    String reason = failure;
    if (reason != null) {
      throw new AofException("the store takes no changes: " + reason);
    }
    StorageFullException full = storageFull();
    if (full != null) {
      throw full;
    }
  }

  void close() throws IOException {
    manifest.close();
  }
}
