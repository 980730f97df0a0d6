package io.bop.aof.coordinator;

import io.bop.aof.CompressionProfile;
import io.bop.aof.SegmentState;
import io.bop.aof.Tier;
import io.bop.aof.coordinator.SegmentLifecycle.Decision;
import io.bop.aof.coordinator.SegmentLifecycle.Facts;
import io.bop.aof.format.ManifestRecord;
import io.bop.aof.format.ReasonCode;
import io.bop.aof.manifest.Ledger;
import io.bop.aof.manifest.PendingObject;
import io.bop.aof.manifest.SegmentEntry;
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
  private static final int MOST_DOUBLINGS = 4;

  private final Parts parts;
  private final Ledger ledger;
  private final long epoch;
  private final ManifestJournal journal;
  private final SegmentWorkers workers;
  private final Verifications verifications;
  private final LocalCopies copies;
  private final Evictions evictions;
  private final Inbox inbox;

  private final ConcurrentHashMap<SegmentKey, SegmentJob> jobs = new ConcurrentHashMap<>();
  private final List<SegmentAction> actions = new ArrayList<>();
  private final UploadOrder order;
  private final UploadQueue uploads;
  private final LostObjects lostObjects;
  private final SealOrder sealOrder;
  private final CopyFacts copyFacts;
  private final Map<SegmentKey, Long> warmReserved = new HashMap<>();
  private final Map<SegmentKey, Integer> failures = new HashMap<>();
  private final Set<SegmentKey> stalled = new LinkedHashSet<>();
  private final RoomGate warmGate;
  private final RoomGate objectGate;

  private volatile CompressionProfile profile;

  /** What it works with. */
  record Means(
      Ledger ledger,
      long epoch,
      ManifestJournal journal,
      SegmentWorkers workers,
      Verifications verifications,
      LocalCopies copies,
      Inbox inbox) {}

  SegmentMoves(Parts parts, Means means) {
    this.parts = parts;
    this.ledger = means.ledger();
    this.epoch = means.epoch();
    this.journal = means.journal();
    this.workers = means.workers();
    this.verifications = means.verifications();
    this.copies = means.copies();
    this.inbox = means.inbox();
    this.copyFacts = new CopyFacts(parts);
    this.evictions = new Evictions(parts, ledger, copyFacts);
    this.order = new UploadOrder(ledger);
    this.uploads = new UploadQueue(parts);
    this.lostObjects = new LostObjects(inbox);
    this.sealOrder = new SealOrder(ledger);
    this.warmGate = new RoomGate(parts, parts.disk().warm());
    this.objectGate = new RoomGate(parts, parts.disk().objects());
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

  /** The stream was deleted: its segments' seals wait for nothing any more. */
  void streamDeleted(long streamId) {
    sealOrder.streamDeleted(streamId);
  }

  /** Has the segment go on, if there is something to do. */
  void advance(SegmentEntry about) {
    SegmentEntry entry = ledger.segment(about.streamId(), about.segmentId());
    if (entry != null) {
      handle(entry, new SegmentEvent.Advance());
    }
  }

  /** Something happened to the segment. */
  void handle(SegmentEntry entry, SegmentEvent what) {
    SegmentKey key = SegmentKey.of(entry);
    SegmentEvent event = uploads.heard(key, what);
    if (event instanceof SegmentEvent.Uploaded done && !order.isNext(entry)) {
      order.hold(entry, done);
      jobs.put(key, SegmentJob.UPLOADED);
      beginUploads();
      return;
    }
    if (endsWarmJob(event)) {
      warmReserved.remove(key);
    }
    if (isSuccess(event)) {
      failures.remove(key);
      lostObjects.forget(key);
    }
    if (metFullDisk(event)) {
      // Nothing is recorded: a record a try would fill what is left of the disk.
      jobs.remove(key);
      stalled.add(key);
      return;
    }
    SegmentJob job = jobs.getOrDefault(key, SegmentJob.NONE);
    if (event instanceof SegmentEvent.Suspected suspicion && !isIdle(job)) {
      copyFacts.suspect(key, suspicion.tier());
      return;
    }
    copyFacts.note(entry, event);
    Decision decision = SegmentLifecycle.decide(entry, job, event, facts(entry));
    if (!mayBegin(decision, entry, event)) {
      // What led to it is asked for again when it may.
      jobs.remove(key);
      return;
    }
    carryOut(decision);
    tellRepaired(entry);
    if (decision.job() == SegmentJob.NONE) {
      jobs.remove(key);
    } else {
      jobs.put(key, decision.job());
    }
    if (!(event instanceof SegmentEvent.Advance) && decision.job() == SegmentJob.NONE) {
      after(entry, event);
    }
    lookAtSuspicions(key);
  }

  private static boolean isIdle(SegmentJob job) {
    return job == SegmentJob.NONE || job == SegmentJob.WAITING;
  }

  /* What was reported while something else was being done for the segment. */
  private void lookAtSuspicions(SegmentKey key) {
    while (isIdle(jobs.getOrDefault(key, SegmentJob.NONE))) {
      Tier tier = copyFacts.takeSuspicion(key);
      SegmentEntry entry = ledger.segment(key.streamId(), key.segmentId());
      if (tier == null || entry == null) {
        return;
      }
      handle(entry, new SegmentEvent.Suspected(tier));
    }
  }

  private void carryOut(Decision decision) {
    for (ManifestRecord record : decision.records()) {
      journal.append(record);
    }
    if (decision.durableFirst() && !decision.records().isEmpty()) {
      journal.force();
    }
    actions.addAll(decision.actions());
  }

  private void tellRepaired(SegmentEntry before) {
    SegmentEntry now = ledger.segment(before.streamId(), before.segmentId());
    if (now == null || now.state() == SegmentState.RETIRED || before.missingBits() == 0) {
      return;
    }
    for (Tier tier : Tier.values()) {
      if (before.missing(tier) && !now.missing(tier)) {
        parts.repairs().repaired(copies.nameOf(now.streamId()), now.segmentId(), tier);
      }
    }
  }

  private void after(SegmentEntry entry, SegmentEvent event) {
    advance(entry);
    if (event instanceof SegmentEvent.Compressed || event instanceof SegmentEvent.Uploaded) {
      relievePressure(parts.slots().isExhausted());
      retryStalled();
    }
    if (event instanceof SegmentEvent.Uploaded || event instanceof SegmentEvent.CopyLost) {
      recordNextUpload(entry);
    }
    if (event instanceof SegmentEvent.CopyLost lost && lost.tier() == Tier.TIER2) {
      lostObjects.plan(SegmentKey.of(entry), this::lookAgain);
    }
  }

  private void lookAgain(SegmentKey key) {
    SegmentEntry entry = ledger.segment(key.streamId(), key.segmentId());
    if (entry != null && entry.hasNoCopy()) {
      copyFacts.clear(key, Tier.TIER2);
      advance(entry);
    }
  }

  /** The segment was retired: drops what is left of it, also when it is not listed any more. */
  void retired(SegmentEntry was) {
    SegmentKey key = SegmentKey.of(was);
    uploads.forget(was);
    if (ledger.segment(key.streamId(), key.segmentId()) != null) {
      advance(was);
    } else if (!jobs.containsKey(key)) {
      carryOut(SegmentLifecycle.forget(was.retired(), facts(was)));
      copyFacts.forget(key);
      uploads.gone(key);
      lostObjects.forget(key);
      failures.remove(key);
    }
  }

  /** A job for a segment that is not listed any more has ended. */
  void endedForGone(SegmentEntry was, SegmentEvent event) {
    SegmentKey key = SegmentKey.of(was);
    jobs.remove(key);
    warmReserved.remove(key);
    order.forget(key);
    uploads.heard(key, event);
    String object = event.uploadKey();
    if (object != null && !ledger.pendingDeletes().containsKey(object)) {
      journal.append(
          new ManifestRecord.Tier2DeleteQueued(
              key.streamId(), key.segmentId(), parts.host().time().wallMicros(), object));
    }
    retired(was);
  }

  /** Uploads that were begun for segments that are not listed any more: what they left goes. */
  void giveUpOrphans() {
    for (PendingObject upload : List.copyOf(ledger.pendingUploads().values())) {
      if (ledger.segment(upload.streamId(), upload.segmentId()) == null) {
        long now = parts.host().time().wallMicros();
        journal.append(
            new ManifestRecord.Tier2DeleteQueued(
                upload.streamId(), upload.segmentId(), now, upload.key()));
      }
    }
  }

  private static boolean endsWarmJob(SegmentEvent event) {
    return event instanceof SegmentEvent.Compressed
        || event instanceof SegmentEvent.CompressionFailed
        || event instanceof SegmentEvent.Hydrated;
  }

  private static boolean isSuccess(SegmentEvent event) {
    return event instanceof SegmentEvent.Compressed
        || event instanceof SegmentEvent.Uploaded
        || event instanceof SegmentEvent.Hydrated;
  }

  private static boolean metFullDisk(SegmentEvent event) {
    return (event instanceof SegmentEvent.CompressionFailed c && c.reason() == ReasonCode.NO_SPACE)
        || (event instanceof SegmentEvent.UploadFailed u && u.reason() == ReasonCode.NO_SPACE);
  }

  /* Else it waits, for room or for its turn. */
  private boolean mayBegin(Decision decision, SegmentEntry entry, SegmentEvent event) {
    boolean hasRoom = true;
    if (startsWarmJob(decision)) {
      hasRoom = warmGate.mayTry() && freeWarm(SegmentKey.of(entry), roomFor(decision, entry));
    } else if (decision.actions().stream().anyMatch(a -> a instanceof SegmentAction.Upload)) {
      hasRoom = objectGate.mayTry();
      if (hasRoom && !uploads.begin(entry, event instanceof SegmentEvent.Verified)) {
        return false;
      }
    }
    if (!hasRoom) {
      stalled.add(SegmentKey.of(entry));
    }
    return hasRoom;
  }

  /** Begins uploads whose turn has come. */
  void beginUploads() {
    for (SegmentKey key : uploads.due()) {
      SegmentEntry entry = ledger.segment(key.streamId(), key.segmentId());
      if (entry != null) {
        advance(entry);
      }
    }
  }

  /** How many segments wait for their upload or are being uploaded. Any thread. */
  int uploadQueue() {
    return uploads.waiting() + count(SegmentJob.UPLOADING);
  }

  private static boolean startsWarmJob(Decision decision) {
    return decision.actions().stream()
        .anyMatch(
            action ->
                action instanceof SegmentAction.Compress
                    || action instanceof SegmentAction.Hydrate);
  }

  /* A damaged file is set aside when the new one takes its name. */
  private long roomFor(Decision decision, SegmentEntry entry) {
    long bytes =
        decision.job() == SegmentJob.COMPRESSING ? entry.dataEnd() : entry.compressedBytes();
    return Math.max(0, bytes - parts.warm().bytes(entry.streamId(), entry.segmentId()));
  }

  /** Records the uploads behind this segment that waited only for this one. */
  void recordNextUpload(SegmentEntry entry) {
    order.release(entry, this::handle);
  }

  private Facts facts(SegmentEntry entry) {
    SegmentKey key = SegmentKey.of(entry);
    return new Facts(
        copyFacts.present(key),
        copyFacts.damaged(key),
        parts.tier2() != null,
        entry.uploadStarted() && ledger.pendingDeletes().containsKey(entry.objectKey()),
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

  /** Whether a segment waits: for room, in the budget of Tier 1 or on a disk, or for its upload. */
  boolean isStalled() {
    return !stalled.isEmpty()
        || uploads.waiting() > 0
        || warmGate.isClosed()
        || objectGate.isClosed();
  }

  private boolean isMoving() {
    return count(SegmentJob.COMPRESSING) > 0
        || count(SegmentJob.HYDRATING) > 0
        || count(SegmentJob.UPLOADING) > 0;
  }

  /** Looks again whether there is room for those that wait for it. */
  void retryStalled() {
    beginUploads();
    List<SegmentKey> again = List.copyOf(stalled);
    stalled.clear();
    for (SegmentKey key : again) {
      SegmentEntry entry = ledger.segment(key.streamId(), key.segmentId());
      if (entry != null) {
        advance(entry);
      }
    }
    if (stalled.isEmpty() && !isMoving()) {
      warmGate.open();
      objectGate.open();
    }
  }

  /** Brings a segment back to Tier 1 if there is room and nothing is done for it; else false. */
  boolean hydrate(long streamId, long segmentId) {
    SegmentEntry entry = ledger.segment(streamId, segmentId);
    SegmentKey key = new SegmentKey(streamId, segmentId);
    if (entry == null
        || entry.state() != SegmentState.UPLOADED
        || !entry.in(Tier.TIER2)
        || parts.warm().contains(streamId, segmentId)
        || jobs.containsKey(key)
        || warmGate.isClosed()
        || count(SegmentJob.HYDRATING) >= parts.config().hydration().workers()
        || !freeWarm(key, entry.compressedBytes())) {
      return false;
    }
    jobs.put(key, SegmentJob.HYDRATING);
    return actions.add(new SegmentAction.Hydrate(entry));
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
        copyFacts.clear(SegmentKey.of(entry), quarantine.tier());
        advance(entry);
      } else if (action instanceof SegmentAction.RetryLater) {
        long pause = pauseNanos(SegmentKey.of(entry));
        inbox.addLater(pause, () -> retry(entry));
      } else if (action instanceof SegmentAction.Verify verify) {
        verifications.start(verify);
      } else {
        workers.start(action);
      }
    } catch (IOException e) {
      log.warn("local file could not be removed, the next open tries again: {}", entry, e);
    }
  }

  /* What fails again and again is tried less and less often. */
  private long pauseNanos(SegmentKey key) {
    int before = failures.merge(key, 1, Integer::sum) - 1;
    return RETRY_NANOS << Math.min(before, MOST_DOUBLINGS);
  }

  private void retry(SegmentEntry entry) {
    if (jobs.remove(SegmentKey.of(entry), SegmentJob.WAITING)) {
      retired(entry);
    }
  }
}
