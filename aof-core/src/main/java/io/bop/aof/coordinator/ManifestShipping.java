package io.bop.aof.coordinator;

import io.bop.aof.format.LedgerImage;
import io.bop.aof.format.LedgerSnapshotCodec;
import io.bop.aof.format.ObjectKeys;
import io.bop.aof.manifest.SealedChunk;
import io.bop.aof.manifest.ShippedChain;
import io.bop.aof.objectstore.ObjectBody;
import io.bop.aof.objectstore.ObjectMetadata;
import io.bop.aof.objectstore.ObjectStoreException;
import io.bop.aof.objectstore.ObjectSummary;
import io.bop.aof.recovery.Tier2Claim;
import io.bop.aof.tier2.ObjectConflictException;
import io.bop.aof.tier2.PutOutcome;
import io.bop.aof.tier2.Tier2;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends sealed manifest chunks to Tier 2, one after the other, in order, and each snapshot that is
 * shared behind its chunk. Confined to the coordinator; only the requests run on a worker.
 */
final class ManifestShipping {

  private static final Logger log = LoggerFactory.getLogger(ManifestShipping.class);
  private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** Hears, on the coordinator, what became of a chunk. */
  interface Outcome {
    /** The chunk is in the bucket, and all before it. */
    void shipped(SealedChunk chunk);

    /** A chunk of that key has other bytes: somebody else writes this store. */
    void fenced(ObjectConflictException cause);
  }

  private final Parts parts;
  private final SegmentWorkers workers;
  private final Inbox inbox;
  private final Outcome outcome;
  private final Deque<SealedChunk> waiting = new ArrayDeque<>();
  private boolean sending;
  private boolean failing;
  private long shipped = -1;
  private List<SealedChunk> sentBefore = List.of();
  private @Nullable ShippedChain unseen;
  private long lastOfEarlier = -1;
  private long firstSentHere = Long.MAX_VALUE;
  private @Nullable Snapshot snapshot;
  private @Nullable String newest;
  private @Nullable String older;

  /** A snapshot that waits until its chunk is there. */
  private record Snapshot(long chunkIndex, String key, byte[] bytes) {}

  ManifestShipping(Parts parts, SegmentWorkers workers, Inbox inbox, Outcome outcome) {
    this.parts = parts;
    this.workers = workers;
    this.inbox = inbox;
    this.outcome = outcome;
  }

  /** The newest chunk that is in the bucket with all before it; -1: none that is known. */
  long shipped() {
    return shipped;
  }

  /** The first chunk that was not there before this process sent it; MAX_VALUE: none so far. */
  long firstSentHere() {
    return firstSentHere;
  }

  /** Whether nothing waits to be sent. */
  boolean isIdle() {
    return waiting.isEmpty();
  }

  /** The chunks up to that one are there already. */
  void begin(long chunkIndex) {
    shipped = chunkIndex;
  }

  /**
   * Goes on where an earlier process stopped. What it knew to be there is not sent again: before
   * the first chunk that is new, one request looks whether the newest of the known ones is there.
   *
   * @param local all chunks that are here, oldest first
   */
  void resume(List<SealedChunk> local, ShippedChain known) {
    if (parts.tier2() != null && known.index() >= 0) {
      shipped = known.index();
      unseen = known;
      sentBefore = local.stream().filter(known::has).toList();
    }
    if (!local.isEmpty()) {
      lastOfEarlier = local.get(local.size() - 1).index();
    }
    local.stream().filter(chunk -> chunk.index() > shipped).toList().forEach(this::add);
  }

  void add(SealedChunk chunk) {
    if (parts.tier2() == null) {
      shipped = chunk.index();
      return;
    }
    waiting.add(chunk);
    sendNext();
  }

  private void sendNext() {
    SealedChunk chunk = waiting.peek();
    Tier2 tier2 = parts.tier2();
    if (sending || chunk == null || tier2 == null) {
      return;
    }
    sending = true;
    ShippedChain known = unseen;
    workers.remote(
        () -> {
          if (known == null) {
            send(tier2, chunk);
          } else {
            look(tier2, known);
          }
        });
  }

  // ---- what was sent before this process

  private void look(Tier2 tier2, ShippedChain known) {
    try {
      Optional<ObjectSummary> found = tier2.head(ObjectKeys.manifestChunk(known.index()));
      inbox.add(() -> looked(tier2, known, found));
    } catch (IOException | RuntimeException e) {
      inbox.add(() -> tryLater(known.index(), e));
    }
  }

  /*
   * A bucket that was emptied, or is another one, gets all that is here, as if nothing was known.
   * What was archived in it is gone all the same; only its objects could bring it back.
   */
  private void looked(Tier2 tier2, ShippedChain known, Optional<ObjectSummary> found) {
    sending = false;
    unseen = null;
    if (found.isEmpty() || !isThere(known, found.get())) {
      log.error(
          "tier 2 lacks a manifest chunk that was there, so it may lack archived records too;"
              + " chunks that are here are sent again: key={} tier2={} chunks={} action=look"
              + " whether it is the right place, then run a drill",
          ObjectKeys.manifestChunk(known.index()),
          tier2.describe(),
          sentBefore.size());
      shipped = -1;
      List<SealedChunk> later = List.copyOf(waiting);
      waiting.clear();
      waiting.addAll(sentBefore);
      waiting.addAll(later);
    }
    sentBefore = List.of();
    sendNext();
  }

  private boolean isThere(ShippedChain known, ObjectSummary found) {
    SealedChunk chunk = sentBefore.isEmpty() ? null : sentBefore.get(sentBefore.size() - 1);
    String crc = found.metadata().get(ObjectMetadata.CRC32C);
    boolean same =
        chunk == null || crc == null || crc.equals(ObjectMetadata.crc32cText(chunk.fileCrc()));
    return same && found.size() == known.length();
  }

  // ---- chunks

  private void send(Tier2 tier2, SealedChunk chunk) {
    try {
      requireOurs();
      PutOutcome put =
          tier2.put(
              ObjectKeys.manifestChunk(chunk.index()),
              new ObjectBody.OfFile(chunk.path(), chunk.length(), chunk.fileCrc()),
              workers.metadata(chunk.fileCrc()));
      inbox.add(() -> sent(chunk, put, null));
    } catch (IOException | RuntimeException | ObjectConflictException e) {
      inbox.add(() -> sent(chunk, null, e));
    }
  }

  /* An open may not have been able to ask; a chunk in another store's chain would end that one. */
  private void requireOurs() throws ObjectStoreException {
    Tier2Claim claim = parts.claim();
    if (claim != null) {
      claim.take();
    }
  }

  private void sent(SealedChunk chunk, @Nullable PutOutcome put, @Nullable Exception failure) {
    sending = false;
    if (failure == null) {
      waiting.remove(chunk);
      if (put == PutOutcome.CREATED || chunk.index() > lastOfEarlier) {
        firstSentHere = Math.min(firstSentHere, chunk.index());
      }
      shipped = chunk.index();
      failing = false;
      outcome.shipped(chunk);
      sendSnapshot();
      sendNext();
    } else if (failure instanceof ObjectConflictException conflict) {
      outcome.fenced(conflict);
    } else {
      tryLater(chunk.index(), failure);
    }
  }

  private void tryLater(long chunkIndex, Exception failure) {
    sending = false;
    if (!failing) {
      failing = true;
      log.warn("manifest chunk could not be sent, trying on: chunk={}", chunkIndex, failure);
    }
    inbox.addLater(RETRY_NANOS, this::sendNext);
  }

  // ---- snapshots

  /** Sends a snapshot once its chunk is in the bucket; one that waits still is given up. */
  void addSnapshot(LedgerImage image) {
    String key = ObjectKeys.snapshot(image.chunkIndex(), image.chunkEpoch());
    snapshot = new Snapshot(image.chunkIndex(), key, LedgerSnapshotCodec.encode(image));
    sendSnapshot();
  }

  private void sendSnapshot() {
    Snapshot next = snapshot;
    Tier2 tier2 = parts.tier2();
    if (next != null && tier2 != null && next.chunkIndex() <= shipped) {
      snapshot = null;
      workers.remote(() -> send(tier2, next));
    }
  }

  /* Without it somebody reads more chunks, so it is not tried for ever: the next one comes. */
  private void send(Tier2 tier2, Snapshot sent) {
    CRC32C crc = new CRC32C();
    crc.update(sent.bytes(), 0, sent.bytes().length);
    int value = (int) crc.getValue();
    try {
      tier2.put(sent.key(), new ObjectBody.OfBytes(sent.bytes(), value), workers.metadata(value));
      inbox.add(() -> sentSnapshot(tier2, sent.key()));
    } catch (IOException | RuntimeException | ObjectConflictException e) {
      log.warn("snapshot could not be sent, the next one will be: key={}", sent.key(), e);
    }
  }

  /*
   * The newest two stay. Only this writer's own older ones go, and only behind two newer ones that
   * it has sent itself, so that a writer that was shut out deletes nothing that anybody needs.
   */
  private void sentSnapshot(Tier2 tier2, String key) {
    String superseded = older;
    older = newest;
    newest = key;
    if (superseded != null && !superseded.equals(key)) {
      workers.remote(() -> delete(tier2, superseded));
    }
  }

  private void delete(Tier2 tier2, String key) {
    try {
      tier2.delete(key);
    } catch (IOException | RuntimeException e) {
      log.warn("superseded snapshot could not be deleted: key={}", key, e);
    }
  }
}
