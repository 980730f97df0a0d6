package io.bop.aof.coordinator;

import io.bop.aof.CompressionProfile;
import io.bop.aof.SegmentState;
import io.bop.aof.Tier;
import io.bop.aof.coordinator.SegmentLifecycle.Decision;
import io.bop.aof.coordinator.SegmentLifecycle.Facts;
import io.bop.aof.format.ManifestRecord;
import io.bop.aof.manifest.Ledger;
import io.bop.aof.manifest.SegmentEntry;
import io.bop.aof.manifest.StreamLedger;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves segments: asks {@link SegmentLifecycle} what follows from an event, records it, and keeps
 * the actions until the batch has ended. Confined to the coordinator, but for what says otherwise.
 */
final class SegmentMoves {

  private static final Logger log = LoggerFactory.getLogger(SegmentMoves.class);
  private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Parts parts;
  private final Ledger ledger;
  private final long epoch;
  private final ManifestJournal journal;
  private final SegmentWorkers workers;
  private final LocalCopies copies;
  private final Evictions evictions;
  private final Inbox inbox;

  private final ConcurrentHashMap<SegmentKey, SegmentJob> jobs = new ConcurrentHashMap<>();
  private final List<SegmentAction> actions = new ArrayList<>();
  private final Map<SegmentKey, SegmentEvent.Uploaded> uploaded = new HashMap<>();
  private final SealOrder sealOrder;
  private final Map<SegmentKey, Long> warmReserved = new HashMap<>();
  private final Set<SegmentKey> stalled = new LinkedHashSet<>();

  private volatile CompressionProfile profile;

  /** What it works with. */
  record Means(
      Ledger ledger,
      long epoch,
      ManifestJournal journal,
      SegmentWorkers workers,
      LocalCopies copies,
      Inbox inbox) {}

  SegmentMoves(Parts parts, Means means) {
    this.parts = parts;
    this.ledger = means.ledger();
    this.epoch = means.epoch();
    this.journal = means.journal();
    this.workers = means.workers();
    this.copies = means.copies();
    this.inbox = means.inbox();
    this.evictions = new Evictions(parts, ledger);
    this.sealOrder = new SealOrder(ledger);
    this.profile = parts.config().tier1().profile();
  }

  // ---- from any thread

  void compressionProfile(CompressionProfile value) {
    profile = value;
  }

  CompressionProfile compressionProfile() {
    return profile;
  }

  /** How many segments have that kind of job now. */
  int count(SegmentJob kind) {
    int count = 0;
    for (SegmentJob job : jobs.values()) {
      if (job == kind) {
        count++;
      }
    }
    return count;
  }

  // ---- events

  /** Remembers that a segment is being sealed; false: something is being done for it already. */
  boolean beginSeal(SegmentKey key) {
    return jobs.putIfAbsent(key, SegmentJob.SEALING) == null;
  }

  /** Runs {@code record} when all segments of the stream before this one are recorded as sealed. */
  void inSealOrder(long streamId, long segmentId, Runnable record) {
    sealOrder.inTurn(streamId, segmentId, record);
  }

  /** Has the segment go on, if there is something to do. */
  void advance(SegmentEntry about) {
    SegmentEntry entry = ledger.segment(about.streamId(), about.segmentId());
    if (entry != null) {
      handle(entry, new SegmentEvent.Advance());
    }
  }

  /** Something happened to the segment. */
  void handle(SegmentEntry entry, SegmentEvent event) {
    SegmentKey key = SegmentKey.of(entry);
    if (event instanceof SegmentEvent.Uploaded done && !canRecordUpload(entry)) {
      uploaded.put(key, done);
      jobs.put(key, SegmentJob.UPLOADED);
      return;
    }
    if (endsWarmJob(event)) {
      warmReserved.remove(key);
    }
    SegmentJob job = jobs.getOrDefault(key, SegmentJob.NONE);
    Decision decision = SegmentLifecycle.decide(entry, job, event, facts(entry));
    if (startsWarmJob(decision) && !freeWarm(key, roomFor(decision, entry))) {
      stalled.add(key);
      return;
    }
    for (ManifestRecord record : decision.records()) {
      journal.append(record);
    }
    if (decision.durableFirst() && !decision.records().isEmpty()) {
      journal.force();
    }
    actions.addAll(decision.actions());
    if (decision.job() == SegmentJob.NONE) {
      jobs.remove(key);
    } else {
      jobs.put(key, decision.job());
    }
    if (!(event instanceof SegmentEvent.Advance) && decision.job() == SegmentJob.NONE) {
      after(entry, event);
    }
  }

  private void after(SegmentEntry entry, SegmentEvent event) {
    advance(entry);
    if (event instanceof SegmentEvent.Compressed || event instanceof SegmentEvent.Uploaded) {
      relievePressure(parts.slots().isExhausted());
      retryStalled();
    }
    if (event instanceof SegmentEvent.Uploaded) {
      recordNextUpload(entry);
    }
  }

  private static boolean endsWarmJob(SegmentEvent event) {
    return event instanceof SegmentEvent.Compressed
        || event instanceof SegmentEvent.CompressionFailed
        || event instanceof SegmentEvent.Hydrated;
  }

  private static boolean startsWarmJob(Decision decision) {
    return decision.actions().stream()
        .anyMatch(
            action ->
                action instanceof SegmentAction.Compress
                    || action instanceof SegmentAction.Hydrate);
  }

  private static long roomFor(Decision decision, SegmentEntry entry) {
    return decision.job() == SegmentJob.COMPRESSING ? entry.dataEnd() : entry.compressedBytes();
  }

  /* UploadDone is recorded in segment order per stream. */
  private boolean canRecordUpload(SegmentEntry entry) {
    StreamLedger stream = ledger.stream(entry.streamId());
    SegmentEntry before = stream == null ? null : stream.before(entry.segmentId());
    return before == null || before.isSettled();
  }

  /** Records the upload of the segment behind this one, if it waited only for this one. */
  void recordNextUpload(SegmentEntry entry) {
    StreamLedger stream = ledger.stream(entry.streamId());
    SegmentEntry next = stream == null ? null : stream.after(entry.segmentId());
    SegmentEvent.Uploaded waiting = next == null ? null : uploaded.remove(SegmentKey.of(next));
    if (next != null && waiting != null) {
      handle(next, waiting);
    }
  }

  private Facts facts(SegmentEntry entry) {
    return new Facts(
        parts.hotSet().get(entry.streamId(), entry.segmentId()) != null,
        parts.warm().contains(entry.streamId(), entry.segmentId()),
        parts.tier2() != null,
        epoch,
        profile,
        parts.host().time().wallMicros(),
        ledger.nextJobId());
  }

  // ---- room

  /**
   * Evicts hot copies down to where eviction begins.
   *
   * @param wanted whether a segment waits for a slot
   */
  void relievePressure(boolean wanted) {
    for (SegmentEntry entry : evictions.hot(wanted)) {
      handle(entry, new SegmentEvent.EvictHot());
    }
  }

  /* Makes room for a warm file and keeps it for the job; false: there is none to be made. */
  private boolean freeWarm(SegmentKey key, long bytes) {
    long reserved = warmReserved.values().stream().mapToLong(Long::longValue).sum();
    List<SegmentEntry> surplus = evictions.warm(bytes, reserved);
    if (surplus == null) {
      return false;
    }
    warmReserved.put(key, bytes);
    surplus.forEach(entry -> handle(entry, new SegmentEvent.EvictWarm()));
    return true;
  }

  /** Whether a segment waits for room in Tier 1. */
  boolean isStalled() {
    return !stalled.isEmpty();
  }

  /** Looks again whether there is room for those that wait for it. */
  void retryStalled() {
    List<SegmentKey> again = List.copyOf(stalled);
    stalled.clear();
    for (SegmentKey key : again) {
      SegmentEntry entry = ledger.segment(key.streamId(), key.segmentId());
      if (entry != null) {
        advance(entry);
      }
    }
  }

  /** Brings a whole segment back to Tier 1, if there is room and nothing else is done for it. */
  void hydrate(long streamId, long segmentId) {
    SegmentEntry entry = ledger.segment(streamId, segmentId);
    SegmentKey key = new SegmentKey(streamId, segmentId);
    if (entry == null
        || entry.state() != SegmentState.UPLOADED
        || !entry.in(Tier.TIER2)
        || parts.warm().contains(streamId, segmentId)
        || jobs.containsKey(key)
        || count(SegmentJob.HYDRATING) >= parts.config().hydration().workers()
        || !freeWarm(key, entry.compressedBytes())) {
      return;
    }
    jobs.put(key, SegmentJob.HYDRATING);
    actions.add(new SegmentAction.Hydrate(entry));
  }

  // ---- actions

  /** Begins what was decided; the records that permit it are durable by now. */
  void perform() {
    List<SegmentAction> ready = List.copyOf(actions);
    actions.clear();
    ready.forEach(this::perform);
    if (!actions.isEmpty()) {
      inbox.add(() -> {});
    }
  }

  private void perform(SegmentAction action) {
    SegmentEntry entry = action.entry();
    try {
      if (action instanceof SegmentAction.ReleaseSlot) {
        copies.releaseSlot(entry);
      } else if (action instanceof SegmentAction.DeleteWarm) {
        copies.deleteWarm(entry);
      } else if (action instanceof SegmentAction.Quarantine quarantine) {
        copies.quarantine(entry, quarantine.tier());
        advance(entry);
      } else if (action instanceof SegmentAction.RetryLater) {
        parts.host().threads().schedule(RETRY_NANOS, () -> inbox.add(() -> retry(entry)));
      } else {
        workers.start(action);
      }
    } catch (IOException e) {
      log.warn("local file could not be removed, the next open tries again: {}", entry, e);
    }
  }

  private void retry(SegmentEntry entry) {
    jobs.remove(SegmentKey.of(entry), SegmentJob.WAITING);
    advance(entry);
  }
}
