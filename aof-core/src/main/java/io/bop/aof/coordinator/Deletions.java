package io.bop.aof.coordinator;

import io.bop.aof.BreakerState;
import io.bop.aof.Tier2UnavailableException;
import io.bop.aof.format.ManifestRecord;
import io.bop.aof.manifest.Ledger;
import io.bop.aof.manifest.PendingObject;
import io.bop.aof.manifest.SegmentEntry;
import io.bop.aof.objectstore.ObjectStoreException;
import io.bop.aof.tier2.Tier2;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes retired objects: only when the chunk with the intent is in the bucket, and the grace is
 * over. Confined to the coordinator; the request itself runs on a worker.
 */
final class Deletions {

  private static final Logger log = LoggerFactory.getLogger(Deletions.class);
  private static final int MOST_AT_ONCE = 16;

  private final Parts parts;
  private final SegmentWorkers workers;
  private final Consumer<Runnable> coordinator;
  private final Consumer<ManifestRecord> manifest;
  private final Set<String> running = new HashSet<>();

  Deletions(
      Parts parts,
      SegmentWorkers workers,
      Consumer<Runnable> coordinator,
      Consumer<ManifestRecord> manifest) {
    this.parts = parts;
    this.workers = workers;
    this.coordinator = coordinator;
    this.manifest = manifest;
  }

  /** Begins the deletes that are due. */
  void run(Ledger ledger, long shippedChunk) {
    Tier2 tier2 = parts.tier2();
    if (tier2 == null || tier2.writeState() != BreakerState.CLOSED) {
      return;
    }
    long grace = TimeUnit.NANOSECONDS.toMicros(parts.config().tier2().deleteGrace().toNanos());
    long due = parts.host().time().wallMicros() - grace;
    for (PendingObject object : ledger.pendingDeletes().values()) {
      if (running.size() >= MOST_AT_ONCE) {
        return;
      }
      if (object.chunkIndex() <= shippedChunk
          && object.timestampMicros() <= due
          && !isReplaced(ledger, object)
          && running.add(object.key())) {
        workers.remote(() -> delete(tier2, object));
      }
    }
  }

  /* What can still be read of a damaged object stays until the next one is there. */
  private static boolean isReplaced(Ledger ledger, PendingObject object) {
    SegmentEntry entry = ledger.segment(object.streamId(), object.segmentId());
    return entry != null && entry.hasLostObject();
  }

  private void delete(Tier2 tier2, PendingObject object) {
    boolean deleted = false;
    try {
      tier2.delete(object.key());
      deleted = true;
    } catch (ObjectStoreException | Tier2UnavailableException e) {
      log.warn("object could not be deleted yet: key={}", object.key(), e);
    }
    boolean gone = deleted;
    coordinator.accept(() -> ended(object, gone));
  }

  private void ended(PendingObject object, boolean gone) {
    running.remove(object.key());
    if (gone) {
      manifest.accept(
          new ManifestRecord.Tier2Deleted(
              object.streamId(),
              object.segmentId(),
              parts.host().time().wallMicros(),
              object.key()));
    }
  }
}
