package io.bop.aof.coordinator;

import io.bop.aof.BreakerState;
import io.bop.aof.format.ManifestRecord;
import io.bop.aof.manifest.Ledger;
import io.bop.aof.manifest.PendingObject;
import io.bop.aof.manifest.SegmentEntry;
import io.bop.aof.objectstore.ObjectStoreException;
import io.bop.aof.objectstore.ObjectStoreException.Reason;
import io.bop.aof.tier2.Tier2;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes retired objects: only when the chunk with the intent is in the bucket, and the grace is
 * over. One that cannot be deleted is tried less and less often and holds up no other: it may be
 * locked for years. Confined to the coordinator; the request itself runs on a worker.
 */
final class Deletions {

  private static final Logger log = LoggerFactory.getLogger(Deletions.class);
  private static final int MOST_AT_ONCE = 16;
  private static final long FIRST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Up to 16 seconds after what passes by itself. */
  private static final int MOST_DOUBLINGS = 4;

  /** Up to an hour after what somebody must permit. */
  private static final int MOST_DOUBLINGS_WHEN_REFUSED = 12;

  private final Parts parts;
  private final SegmentWorkers workers;
  private final Consumer<Runnable> coordinator;
  private final Consumer<ManifestRecord> manifest;
  private final Map<String, Turn> turns = new HashMap<>();
  private final Set<String> running = new HashSet<>();
  private boolean failing;

  /** When a delete may be tried, on the monotonic clock, and how often it has failed. */
  private record Turn(long notBefore, int failures) {}

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

  /**
   * Begins the deletes that are due.
   *
   * @param shippedChunk the newest chunk that is in the bucket with all before it
   * @param firstSentHere the first chunk that was not there before this process sent it
   */
  void run(Ledger ledger, long shippedChunk, long firstSentHere) {
    Tier2 tier2 = parts.tier2();
    if (tier2 == null) {
      return;
    }
    giveTurns(ledger, shippedChunk, firstSentHere);
    if (tier2.writeState() != BreakerState.CLOSED) {
      return;
    }
    long due = parts.host().time().wallMicros() - TimeUnit.NANOSECONDS.toMicros(graceNanos());
    for (PendingObject object : ledger.pendingDeletes().values()) {
      if (running.size() >= MOST_AT_ONCE) {
        return;
      }
      if (object.timestampMicros() <= due
          && isItsTurn(object.key())
          && !isReplaced(ledger, object)
          && running.add(object.key())) {
        workers.remote(() -> delete(tier2, object));
      }
    }
  }

  /*
   * The intent may have waited for an outage to end, and followers hear of it only now, so the time
   * of the intent is not what the grace runs from. Of a chunk that an earlier process has sent
   * nobody knows when; that was soon after the intent, or else a restart has come in between.
   */
  private void giveTurns(Ledger ledger, long shippedChunk, long firstSentHere) {
    long now = parts.host().time().nanoTime();
    for (PendingObject object : ledger.pendingDeletes().values()) {
      if (object.chunkIndex() <= shippedChunk) {
        long grace = object.chunkIndex() >= firstSentHere ? graceNanos() : 0;
        turns.computeIfAbsent(object.key(), key -> new Turn(now + grace, 0));
      }
    }
  }

  private boolean isItsTurn(String key) {
    @Nullable Turn turn = turns.get(key);
    return turn != null && parts.host().time().nanoTime() - turn.notBefore() >= 0;
  }

  private long graceNanos() {
    return parts.config().tier2().deleteGrace().toNanos();
  }

  /* What can still be read of a damaged object stays until the next one is there. */
  private static boolean isReplaced(Ledger ledger, PendingObject object) {
    SegmentEntry entry = ledger.segment(object.streamId(), object.segmentId());
    return entry != null && entry.hasLostObject();
  }

  private void delete(Tier2 tier2, PendingObject object) {
    @Nullable Exception failure = null;
    try {
      tier2.delete(object.key());
    } catch (IOException | RuntimeException e) {
      failure = e;
    }
    @Nullable Exception met = failure;
    coordinator.accept(() -> ended(object, met));
  }

  private void ended(PendingObject object, @Nullable Exception failure) {
    running.remove(object.key());
    if (failure != null) {
      putOff(object.key(), failure);
      return;
    }
    failing = false;
    turns.remove(object.key());
    manifest.accept(
        new ManifestRecord.Tier2Deleted(
            object.streamId(), object.segmentId(), parts.host().time().wallMicros(), object.key()));
  }

  private void putOff(String key, Exception failure) {
    boolean refused =
        failure instanceof ObjectStoreException e && e.reason() == Reason.AUTHORIZATION;
    int most = refused ? MOST_DOUBLINGS_WHEN_REFUSED : MOST_DOUBLINGS;
    int failures = turns.getOrDefault(key, new Turn(0, 0)).failures();
    long pause = FIRST_PAUSE_NANOS << Math.min(failures, most);
    turns.put(key, new Turn(parts.host().time().nanoTime() + pause, failures + 1));
    if (failing) {
      log.debug("object could not be deleted yet: key={}", key, failure);
    } else {
      failing = true;
      log.warn("object could not be deleted yet, trying on: key={}", key, failure);
    }
  }
}
