package io.bop.aof.coordinator;

import io.bop.aof.format.ObjectKeys;
import io.bop.aof.manifest.SealedChunk;
import io.bop.aof.objectstore.ObjectBody;
import io.bop.aof.tier2.ObjectConflictException;
import io.bop.aof.tier2.Tier2;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends sealed manifest chunks to Tier 2, one after the other, in order. Confined to the
 * coordinator; only the put itself runs on a worker.
 */
final class ManifestShipping {

  private static final Logger log = LoggerFactory.getLogger(ManifestShipping.class);
  private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** Hears, on the coordinator, what became of a chunk. */
  interface Outcome {
    /** The chunk of that index is in the bucket, and all before it. */
    void shipped(long chunkIndex);

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

  /** Whether nothing waits to be sent. */
  boolean isIdle() {
    return waiting.isEmpty();
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
    workers.remote(() -> send(tier2, chunk));
  }

  private void send(Tier2 tier2, SealedChunk chunk) {
    @Nullable Exception failure = null;
    try {
      tier2.put(
          ObjectKeys.manifestChunk(chunk.index()),
          new ObjectBody.OfFile(chunk.path(), chunk.length(), chunk.fileCrc()),
          workers.metadata(chunk.fileCrc()));
    } catch (IOException | RuntimeException | ObjectConflictException e) {
      failure = e;
    }
    @Nullable Exception met = failure;
    inbox.add(() -> sent(chunk, met));
  }

  private void sent(SealedChunk chunk, @Nullable Exception failure) {
    sending = false;
    if (failure == null) {
      waiting.remove(chunk);
      shipped = chunk.index();
      failing = false;
      outcome.shipped(shipped);
      sendNext();
    } else if (failure instanceof ObjectConflictException conflict) {
      outcome.fenced(conflict);
    } else {
      noteFailure(chunk, failure);
      parts.host().threads().schedule(RETRY_NANOS, () -> inbox.add(this::sendNext));
    }
  }

  private void noteFailure(SealedChunk chunk, Exception failure) {
    if (!failing) {
      failing = true;
      log.warn("manifest chunk could not be sent, trying on: chunk={}", chunk.index(), failure);
    }
  }
}
