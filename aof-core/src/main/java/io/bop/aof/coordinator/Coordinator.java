package io.bop.aof.coordinator;

import io.bop.aof.AofException;
import io.bop.aof.BackpressureKind;
import io.bop.aof.CompressionProfile;
import io.bop.aof.EngineListener;
import io.bop.aof.SegmentState;
import io.bop.aof.StaleWriterException;
import io.bop.aof.Tier;
import io.bop.aof.coordinator.SegmentLifecycle.Decision;
import io.bop.aof.coordinator.SegmentLifecycle.Facts;
import io.bop.aof.format.ManifestRecord;
import io.bop.aof.format.ReasonCode;
import io.bop.aof.format.SegmentFooter;
import io.bop.aof.io.NoSpaceException;
import io.bop.aof.io.Threads.WorkerPool;
import io.bop.aof.manifest.Ledger;
import io.bop.aof.manifest.LedgerSnapshot;
import io.bop.aof.manifest.ManifestLog;
import io.bop.aof.manifest.SealedChunk;
import io.bop.aof.manifest.SegmentEntry;
import io.bop.aof.manifest.StreamLedger;
import io.bop.aof.read.ReadEvents;
import io.bop.aof.segment.HotSegment;
import io.bop.aof.tier0.HotCopy;
import io.bop.aof.tier0.HotEvents;
import io.bop.aof.tier0.HotStream;
import io.bop.aof.tier2.ObjectConflictException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one that decides and records. Everything that happens to segments arrives in its inbox; one
 * thread drains it in bounded batches, asks {@link SegmentLifecycle} what follows, appends the
 * records and hands the actions to workers.
 */
public final class Coordinator implements HotEvents, ReadEvents {

  /*
   * Actions begin only at the end of a batch, when the records that permit them are durable. Whatever
   * the disk refuses is tried again from there; nothing is lost by waiting.
   */
  private static final Logger log = LoggerFactory.getLogger(Coordinator.class);
  private static final int BATCH = 256;
  private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Parts parts;
  private final ManifestLog manifest;
  private final Ledger ledger;
  private final SegmentWorkers workers;
  private final ManifestShipping shipping;
  private final Evictions evictions;
  private final Deletions deletions;
  private final WorkerPool self;
  private final EngineListener listener;

  private final ConcurrentLinkedQueue<Runnable> inbox = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean scheduled = new AtomicBoolean();
  private final ConcurrentHashMap<SegmentKey, SegmentJob> jobs = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<Long, HotStream> streams = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<Long, Long> archived = new ConcurrentHashMap<>();

  /* Confined to the coordinator's thread. */
  private final List<SegmentAction> actions = new ArrayList<>();
  private final List<Runnable> afterForce = new ArrayList<>();
  private final Map<SegmentKey, SegmentEvent.Uploaded> uploaded = new HashMap<>();
  private final Map<SegmentKey, Long> warmReserved = new HashMap<>();
  private final Set<SegmentKey> stalled = new LinkedHashSet<>();
  private final List<ArchiveWaiter> archiveWaiters = new ArrayList<>();
  private final NavigableMap<Long, Map<Long, Long>> captured = new TreeMap<>();
  private boolean forceNeeded;
  private boolean rotateArmed;
  private boolean tickArmed;
  private boolean archiveNow;
  private long snapshotRecords;
  private boolean stopped;

  private volatile CompressionProfile profile;
  private volatile @Nullable String failure;

  /** A coordinator that has begun nothing yet; see {@link #start}. */
  public Coordinator(Parts parts, ManifestLog manifest) {
    this.parts = parts;
    this.manifest = manifest;
    this.ledger = manifest.ledger();
    this.listener = parts.config().listener();
    this.profile = parts.config().tier1().profile();
    this.self = parts.host().threads().pool("aof-coordinator", 1);
    this.workers = new SegmentWorkers(parts, new WorkerReports(), manifest.epoch());
    this.shipping = new ManifestShipping(parts, workers, this, new ShippingOutcome());
    this.evictions = new Evictions(parts, ledger);
    this.deletions = new Deletions(parts, workers, this::enqueue, this::append);
    this.snapshotRecords = manifest.records();
  }

  // ---- from outside

  /**
   * Goes on with everything that an earlier process left unfinished.
   *
   * @param unsent sealed chunks that may not be in the bucket
   */
  public void start(List<SealedChunk> unsent) {
    enqueue(
        () -> {
          if (!unsent.isEmpty()) {
            captureArchived(unsent.get(unsent.size() - 1).index());
          }
          unsent.forEach(shipping::add);
          for (StreamLedger stream : ledger.streams()) {
            for (SegmentEntry entry : stream.segments()) {
              advance(entry);
            }
          }
          checkPressure(false);
        });
  }

  /** Has the step run on the coordinator's thread, after all that were enqueued before. */
  public void enqueue(Runnable step) {
    inbox.add(step);
    if (scheduled.compareAndSet(false, true)) {
      self.execute(this::drain);
    }
  }

  /** A stream's hot part exists now. */
  public void register(HotStream stream) {
    streams.put(stream.id(), stream);
  }

  /** The stream was deleted. */
  public void unregister(HotStream stream) {
    streams.remove(stream.id(), stream);
  }

  /** Creates a stream durably. */
  public void createStream(String name, Pending<StreamLedger> answer) {
    enqueue(
        () -> {
          StreamLedger existing = ledger.stream(name);
          if (existing != null) {
            answer.complete(existing);
            return;
          }
          try {
            checkUsable();
            long id = ledger.nextStreamId();
            append(new ManifestRecord.StreamCreated(id, now(), name, new byte[0]));
            forceNeeded = true;
            afterForce.add(() -> created(id, answer));
          } catch (AofException e) {
            answer.fail(e);
          }
        });
  }

  private void created(long id, Pending<StreamLedger> answer) {
    StreamLedger created = ledger.stream(id);
    if (created == null) {
      answer.fail(new IllegalStateException("stream vanished: id=" + id));
      return;
    }
    listener.streamCreated(created.name());
    answer.complete(created);
  }

  /** Deletes a stream: its segments are retired, its files go in the background. */
  public void deleteStream(long streamId, Pending<Boolean> answer) {
    enqueue(
        () -> {
          StreamLedger stream = ledger.stream(streamId);
          if (stream == null || stream.deleted()) {
            answer.complete(false);
            return;
          }
          append(new ManifestRecord.StreamDeleted(streamId, now()));
          forceNeeded = true;
          afterForce.add(() -> answer.complete(true));
          List.copyOf(stream.segments()).forEach(this::advance);
        });
  }

  /** Retires the segments that lie wholly below an offset. */
  public void truncate(long streamId, long offset, Pending<Boolean> answer) {
    enqueue(
        () -> {
          try {
            truncateNow(streamId, offset);
            forceNeeded = true;
            afterForce.add(() -> answer.complete(true));
          } catch (AofException e) {
            answer.fail(e);
          }
        });
  }

  private void truncateNow(long streamId, long offset) {
    StreamLedger stream = ledger.stream(streamId);
    if (stream == null) {
      return;
    }
    checkUsable();
    List<SegmentEntry> below = new ArrayList<>();
    long start = stream.startOffset();
    for (SegmentEntry entry : stream.segments()) {
      if (!entry.isSealed() || entry.nextOffset() > offset) {
        break;
      }
      start = Math.max(start, entry.nextOffset());
      below.add(entry);
    }
    if (start > stream.startOffset()) {
      append(new ManifestRecord.StreamTruncated(streamId, now(), start));
      for (SegmentEntry entry : below) {
        listener.retired(stream.name(), entry.segmentId());
        advance(entry);
        recordNextUpload(entry);
      }
    }
  }

  /** Compresses with this profile from the next job on. */
  public void compressionProfile(CompressionProfile value) {
    profile = value;
  }

  /** The profile of the next job. */
  public CompressionProfile compressionProfile() {
    return profile;
  }

  /** All records of the stream below are in Tier 2, and recorded there. */
  public long archivedOffset(long streamId) {
    return archived.getOrDefault(streamId, 0L);
  }

  /** Runs {@code action} when all records of the stream below {@code target} are archived. */
  public void whenArchived(long streamId, long target, Runnable action) {
    enqueue(
        () -> {
          if (archivedOffset(streamId) >= target) {
            action.run();
          } else {
            archiveWaiters.add(new ArchiveWaiter(streamId, target, action));
          }
        });
  }

  private record ArchiveWaiter(long streamId, long target, Runnable action) {}

  /** How many segments a job of that kind is under way for. */
  public int compressing() {
    return count(SegmentJob.COMPRESSING);
  }

  /** How many segments are being uploaded. */
  public int uploading() {
    return count(SegmentJob.UPLOADING);
  }

  /** How many segments are being hydrated. */
  public int hydrating() {
    return count(SegmentJob.HYDRATING);
  }

  private int count(SegmentJob kind) {
    int count = 0;
    for (SegmentJob job : jobs.values()) {
      if (job == kind) {
        count++;
      }
    }
    return count;
  }

  /** Why nothing is decided any more; null: healthy. */
  public @Nullable String failure() {
    return failure;
  }

  /** Index of the manifest chunk that is being written. */
  public long manifestChunk() {
    return ledger.chunkIndex();
  }

  /** Records ever written to the manifest. */
  public long manifestRecords() {
    return ledger.records();
  }

  // ---- the inbox

  private void drain() {
    scheduled.set(false);
    int steps = 0;
    Runnable step = inbox.poll();
    while (step != null) {
      run(step);
      steps++;
      step = steps < BATCH ? inbox.poll() : null;
    }
    endBatch();
    if (!inbox.isEmpty() && scheduled.compareAndSet(false, true)) {
      self.execute(this::drain);
    }
  }

  private void run(Runnable step) {
    if (stopped) {
      return;
    }
    try {
      step.run();
    } catch (RuntimeException e) {
      fail("a step failed: " + e.getMessage(), e);
    }
  }

  private void endBatch() {
    if (stopped || failure != null) {
      return;
    }
    try {
      if (forceNeeded) {
        manifest.force();
        forceNeeded = false;
      } else {
        manifest.flush();
      }
      runActions();
      rotateIfDue();
      armTick();
    } catch (NoSpaceException e) {
      log.warn("manifest has no room, trying again: {}", e.getMessage());
      parts.host().threads().schedule(RETRY_NANOS, () -> enqueue(() -> {}));
    } catch (IOException | RuntimeException e) {
      fail("the manifest cannot be written: " + e.getMessage(), e);
    }
  }

  private void runActions() {
    List<Runnable> durable = List.copyOf(afterForce);
    afterForce.clear();
    durable.forEach(Runnable::run);
    List<SegmentAction> ready = List.copyOf(actions);
    actions.clear();
    ready.forEach(this::perform);
  }

  private void fail(String reason, Exception cause) {
    if (failure == null) {
      failure = reason;
      log.error("coordinator stopped: {}", reason, cause);
      listener.failed("", 0, "coordinate", cause);
    }
  }

  private void checkUsable() {
    String reason = failure;
    if (reason != null) {
      throw new AofException("the store takes no changes: " + reason);
    }
  }

  private void append(ManifestRecord record) {
    manifest.append(record);
  }

  private long now() {
    return parts.host().time().wallMicros();
  }

  // ---- from Tier 0

  @Override
  public void installed(HotStream stream, HotSegment segment) {
    enqueue(() -> opened(stream, segment));
  }

  /*
   * Who installs a segment may be overtaken, before it tells, by those who fill the segment and
   * install the next one. So whatever was told records all segments up to that one, in order.
   */
  private void opened(HotStream stream, HotSegment upTo) {
    StreamLedger known = ledger.stream(stream.id());
    if (known == null || known.deleted()) {
      return;
    }
    for (HotSegment segment : stream.segments()) {
      if (segment.segmentId() > known.highestSegmentId()
          && segment.segmentId() <= upTo.segmentId()) {
        recordOpened(stream, segment);
      }
    }
    checkPressure(false);
  }

  private void recordOpened(HotStream stream, HotSegment segment) {
    append(
        new ManifestRecord.SegmentOpened(
            stream.id(),
            segment.segmentId(),
            now(),
            segment.slot().number(),
            segment.baseOffset(),
            segment.header().baseBytes(),
            manifest.epoch()));
    listener.segmentOpened(stream.name(), segment.segmentId(), segment.baseOffset());
  }

  @Override
  public void tripped(HotStream stream, HotSegment segment) {
    enqueue(
        () -> {
          opened(stream, segment);
          SegmentKey key = new SegmentKey(stream.id(), segment.segmentId());
          SegmentEntry entry = ledger.segment(stream.id(), segment.segmentId());
          if (entry != null
              && entry.state() == SegmentState.ACTIVE
              && jobs.putIfAbsent(key, SegmentJob.SEALING) == null) {
            workers.seal(stream, segment);
          }
        });
  }

  @Override
  public void spaceWanted() {
    enqueue(
        () -> {
          checkPressure(true);
          sealIdle();
        });
  }

  /* Streams that nobody writes to give up their segments when others wait for a slot. */
  private void sealIdle() {
    long idle = parts.host().time().nanoTime() - RETRY_NANOS;
    for (HotStream stream : streams.values()) {
      HotSegment active = stream.active();
      if (active.hasBytes() && active.openedNanos() < idle && stream.unflushedBytes() == 0) {
        stream.tripActive();
      }
    }
  }

  @Override
  public void flushed(HotStream stream, long bytes, long nanos, @Nullable Throwable cause) {
    listener.flushed(stream.name(), bytes, Duration.ofNanos(nanos), cause);
  }

  @Override
  public void backpressure(HotStream stream, BackpressureKind kind, long nanos, boolean refused) {
    listener.backpressure(stream.name(), kind, Duration.ofNanos(nanos), refused);
  }

  @Override
  public void failed(HotStream stream, Throwable cause) {
    log.error("stream takes no more appends: stream={}", stream.name(), cause);
    listener.failed(stream.name(), stream.active().segmentId(), "append", cause);
  }

  // ---- from readers

  @Override
  public void coldRead(long streamId, long segmentId, int framesRead, int frameCount) {
    if (Hydrations.pays(framesRead, frameCount)) {
      enqueue(() -> hydrate(streamId, segmentId));
    }
  }

  private void hydrate(long streamId, long segmentId) {
    SegmentEntry entry = ledger.segment(streamId, segmentId);
    SegmentKey key = new SegmentKey(streamId, segmentId);
    if (entry == null
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

  @Override
  public void damaged(long streamId, long segmentId, Tier tier, String reason) {
    enqueue(
        () -> {
          SegmentEntry entry = ledger.segment(streamId, segmentId);
          if (entry == null || !entry.isSealed() || !isThere(entry, tier)) {
            return;
          }
          log.error(
              "damaged copy: stream={} segment={} tier={} reason={}",
              nameOf(streamId),
              segmentId,
              tier,
              reason);
          handle(entry, new SegmentEvent.CopyLost(tier, ReasonCode.CORRUPT));
        });
  }

  /* A reader that misses a copy at the moment of its eviction has met no damage. */
  private boolean isThere(SegmentEntry entry, Tier tier) {
    return entry.in(tier)
        || (tier == Tier.TIER1 && parts.warm().contains(entry.streamId(), entry.segmentId()));
  }

  // ---- the life of a segment

  /** Tells what happened to a segment. */
  void report(SegmentEntry about, SegmentEvent event) {
    enqueue(
        () -> {
          SegmentEntry entry = ledger.segment(about.streamId(), about.segmentId());
          if (entry != null) {
            handle(entry, event);
          }
        });
  }

  private void advance(SegmentEntry about) {
    SegmentEntry entry = ledger.segment(about.streamId(), about.segmentId());
    if (entry != null) {
      handle(entry, new SegmentEvent.Advance());
    }
  }

  private void handle(SegmentEntry entry, SegmentEvent event) {
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
    if (needsWarmRoom(decision) && !freeWarm(key, roomFor(decision, entry))) {
      stalled.add(key);
      return;
    }
    for (ManifestRecord record : decision.records()) {
      append(record);
    }
    forceNeeded |= decision.durableFirst() && !decision.records().isEmpty();
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
      checkPressure(parts.slots().isExhausted());
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

  private static boolean needsWarmRoom(Decision decision) {
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

  private void recordNextUpload(SegmentEntry entry) {
    StreamLedger stream = ledger.stream(entry.streamId());
    SegmentEntry next = stream == null ? null : stream.after(entry.segmentId());
    if (next != null) {
      SegmentEvent.Uploaded waiting = uploaded.remove(SegmentKey.of(next));
      if (waiting != null) {
        handle(next, waiting);
      }
    }
  }

  private Facts facts(SegmentEntry entry) {
    return new Facts(
        parts.hotSet().get(entry.streamId(), entry.segmentId()) != null,
        parts.warm().contains(entry.streamId(), entry.segmentId()),
        parts.tier2() != null,
        manifest.epoch(),
        profile,
        now(),
        ledger.nextJobId());
  }

  // ---- room

  private void checkPressure(boolean wanted) {
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

  private void retryStalled() {
    List<SegmentKey> again = List.copyOf(stalled);
    stalled.clear();
    for (SegmentKey key : again) {
      SegmentEntry entry = ledger.segment(key.streamId(), key.segmentId());
      if (entry != null) {
        advance(entry);
      }
    }
  }

  // ---- actions

  private void perform(SegmentAction action) {
    SegmentEntry entry = action.entry();
    try {
      if (action instanceof SegmentAction.ReleaseSlot) {
        releaseSlot(entry);
      } else if (action instanceof SegmentAction.DeleteWarm) {
        deleteWarm(entry);
      } else if (action instanceof SegmentAction.Quarantine quarantine) {
        quarantine(entry, quarantine.tier());
      } else if (action instanceof SegmentAction.RetryLater) {
        parts.host().threads().schedule(RETRY_NANOS, () -> retry(entry));
      } else {
        workers.start(action);
      }
    } catch (IOException e) {
      log.warn(
          "local file could not be removed, trying again at the next open: stream={} segment={}",
          nameOf(entry.streamId()),
          entry.segmentId(),
          e);
    }
  }

  private void retry(SegmentEntry entry) {
    enqueue(
        () -> {
          jobs.remove(SegmentKey.of(entry), SegmentJob.WAITING);
          advance(entry);
        });
  }

  private void releaseSlot(SegmentEntry entry) {
    HotCopy copy = parts.hotSet().remove(entry.streamId(), entry.segmentId());
    if (copy == null) {
      return;
    }
    HotStream stream = streams.get(entry.streamId());
    HotSegment mapped = copy.mapped();
    if (mapped == null) {
      copy.leases().retire(() -> parts.slots().release(copy.slot()));
    } else {
      if (stream != null) {
        stream.forget(mapped);
      }
      mapped.retire(() -> parts.slots().release(copy.slot()));
    }
    listener.evicted(nameOf(entry.streamId()), entry.segmentId(), Tier.TIER0, copy.slot().size());
  }

  private void deleteWarm(SegmentEntry entry) throws IOException {
    if (parts.warm().delete(entry.streamId(), entry.segmentId())) {
      parts.cache().invalidate(entry.streamId(), entry.segmentId());
      listener.evicted(
          nameOf(entry.streamId()), entry.segmentId(), Tier.TIER1, entry.compressedBytes());
    }
  }

  private void quarantine(SegmentEntry entry, Tier tier) throws IOException {
    parts.cache().invalidate(entry.streamId(), entry.segmentId());
    if (tier == Tier.TIER1) {
      parts.warm().quarantine(entry.streamId(), entry.segmentId());
    } else {
      quarantineSlot(entry);
    }
    advance(entry);
  }

  private void quarantineSlot(SegmentEntry entry) {
    HotCopy copy = parts.hotSet().remove(entry.streamId(), entry.segmentId());
    if (copy == null) {
      return;
    }
    Runnable aside =
        () -> {
          try {
            SlotQuarantine.move(parts.host().disk(), copy.slot().file());
            parts.slots().forget(copy.slot());
          } catch (IOException e) {
            log.error("damaged slot could not be set aside: file={}", copy.slot().file(), e);
          }
        };
    HotSegment mapped = copy.mapped();
    HotStream stream = streams.get(entry.streamId());
    if (mapped == null) {
      copy.leases().retire(aside);
    } else {
      if (stream != null) {
        stream.forget(mapped);
      }
      mapped.retire(aside);
    }
  }

  // ---- the manifest's own life

  private void rotateIfDue() throws IOException {
    boolean snapshotDue =
        manifest.records() - snapshotRecords >= parts.config().manifest().snapshotEvery();
    boolean news = manifest.hasUnsealedNewsForTier2() && parts.tier2() != null;
    if (manifest.shouldRotate()
        || snapshotDue
        || (news && (archiveNow || !archiveWaiters.isEmpty()))) {
      archiveNow = false;
      rotate(snapshotDue);
    } else if (news && !rotateArmed) {
      rotateArmed = true;
      parts
          .host()
          .threads()
          .schedule(
              parts.config().manifest().rotateAfter().toNanos(), () -> enqueue(this::rotateByTime));
    }
  }

  private void rotateByTime() {
    rotateArmed = false;
    if (manifest.hasUnsealedNewsForTier2()) {
      archiveNow = true;
    }
  }

  private void rotate(boolean snapshotDue) throws IOException {
    SealedChunk chunk = manifest.rotate();
    captureArchived(chunk.index());
    if (snapshotDue) {
      LedgerSnapshot.write(parts.host().disk(), parts.manifestDirectory(), ledger, chunk.index());
      snapshotRecords = manifest.records();
      dropOldChunks();
    }
    shipping.add(chunk);
    if (parts.tier2() == null) {
      dropOldChunks();
    }
  }

  private void dropOldChunks() throws IOException {
    List<Long> old =
        LedgerSnapshot.deletableChunks(
            parts.host().disk(),
            parts.manifestDirectory(),
            ledger.storeId(),
            index -> parts.tier2() == null || index <= shipping.shipped());
    LedgerSnapshot.deleteChunks(parts.host().disk(), parts.manifestDirectory(), old);
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
    }
    due.clear();
    streams.values().forEach(stream -> stream.waits().wakeAll());
    for (ArchiveWaiter waiter : List.copyOf(archiveWaiters)) {
      if (archivedOffset(waiter.streamId()) >= waiter.target()) {
        archiveWaiters.remove(waiter);
        waiter.action().run();
      }
    }
  }

  // ---- time

  /* Nothing ticks when there is nothing to look after. */
  private void armTick() {
    boolean needed =
        Retention.isConfigured(parts.config())
            || !stalled.isEmpty()
            || parts.slots().isExhausted()
            || !ledger.pendingDeletes().isEmpty();
    if (needed && !tickArmed && !stopped) {
      tickArmed = true;
      parts.host().threads().schedule(RETRY_NANOS, () -> enqueue(this::tick));
    }
  }

  private void tick() {
    tickArmed = false;
    for (HotStream stream : streams.values()) {
      if (Retention.isTooOld(parts, stream)) {
        stream.tripActive();
      }
      StreamLedger known = ledger.stream(stream.id());
      if (known != null && !known.deleted()) {
        long keep = Retention.keepFrom(parts.config(), known, now());
        if (keep > known.startOffset()) {
          truncateNow(stream.id(), keep);
        }
      }
    }
    deletions.run(ledger, shipping.shipped());
    retryStalled();
    checkPressure(parts.slots().isExhausted());
    if (parts.slots().isExhausted()) {
      sealIdle();
    }
  }

  // ---- close

  /**
   * Waits until the segments are sealed that were tripped before; the streams are refused by now.
   */
  public void finishSeals(Duration limit) {
    Pending<Boolean> drained = new Pending<>(parts.host());
    enqueue(() -> drained.complete(true));
    drained.await("coordinator", limit.toNanos());
    workers.closeSeals(limit);
  }

  /** Ends the jobs, records what they reported, and closes the manifest. */
  public void close(Duration limit) throws IOException {
    workers.close(limit);
    Pending<Boolean> drained = new Pending<>(parts.host());
    enqueue(() -> drained.complete(true));
    drained.await("coordinator", limit.toNanos());
    enqueue(() -> stopped = true);
    self.shutdown(limit);
    manifest.close();
  }

  private String nameOf(long streamId) {
    StreamLedger stream = ledger.stream(streamId);
    return stream == null ? "#" + streamId : stream.name();
  }

  private final class WorkerReports implements SegmentWorkers.Reports {
    @Override
    public void report(SegmentEntry entry, SegmentEvent event) {
      Coordinator.this.report(entry, event);
    }

    @Override
    public String nameOf(long streamId) {
      return Coordinator.this.nameOf(streamId);
    }

    @Override
    public void sealed(HotStream stream, HotSegment segment, SegmentFooter footer) {
      enqueue(
          () -> {
            SegmentEntry entry = ledger.segment(stream.id(), segment.segmentId());
            if (entry == null) {
              return;
            }
            segment.markSealed();
            parts.hotSet().add(segment);
            listener.segmentSealed(
                stream.name(),
                segment.segmentId(),
                footer.recordCount(),
                footer.dataEnd() - SegmentEntry.DATA_START);
            handle(entry, new SegmentEvent.Sealed(footer, segment.slot()));
            stream.waits().wakeAll();
          });
    }

    @Override
    public void sealFailed(HotStream stream, HotSegment segment, Throwable cause) {
      log.error("segment cannot be sealed: stream={} {}", stream.name(), segment, cause);
      listener.failed(stream.name(), segment.segmentId(), "seal", cause);
      stream.refuse(
          cause instanceof AofException e
              ? e
              : new AofException("segment cannot be sealed: " + segment, cause));
    }
  }

  private final class ShippingOutcome implements ManifestShipping.Outcome {
    @Override
    public void shipped(long chunkIndex) {
      publishArchived(chunkIndex);
    }

    @Override
    public void fenced(ObjectConflictException cause) {
      StaleWriterException stale = new StaleWriterException(manifest.epoch(), cause.key(), cause);
      fail("another writer has taken over the store: " + cause.getMessage(), cause);
      streams.values().forEach(stream -> stream.refuse(stale));
    }
  }
}
