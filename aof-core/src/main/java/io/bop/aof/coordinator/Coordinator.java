package io.bop.aof.coordinator;

import io.bop.aof.BackpressureKind;
import io.bop.aof.CompressionProfile;
import io.bop.aof.EngineListener;
import io.bop.aof.OrphanReport;
import io.bop.aof.SegmentState;
import io.bop.aof.StaleWriterException;
import io.bop.aof.StorageFullException;
import io.bop.aof.StoreClosedException;
import io.bop.aof.Tier;
import io.bop.aof.VerifyReport;
import io.bop.aof.format.ManifestRecord;
import io.bop.aof.manifest.Ledger;
import io.bop.aof.manifest.ManifestLog;
import io.bop.aof.manifest.SealedChunk;
import io.bop.aof.manifest.SegmentEntry;
import io.bop.aof.manifest.ShippedChain;
import io.bop.aof.manifest.StreamLedger;
import io.bop.aof.objectstore.ObjectStoreException;
import io.bop.aof.read.Hydrations;
import io.bop.aof.read.ReadEvents;
import io.bop.aof.recovery.Fence;
import io.bop.aof.segment.HotSegment;
import io.bop.aof.tier0.HotEvents;
import io.bop.aof.tier0.HotStream;
import io.bop.aof.tier2.ObjectConflictException;
import io.bop.aof.tier2.Tier2;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one that decides and records. What happens to segments arrives in its inbox; one thread takes
 * it from there in bounded batches; what was decided begins when its records are durable.
 */
public final class Coordinator implements HotEvents, ReadEvents {

  private static final Logger log = LoggerFactory.getLogger(Coordinator.class);
  private static final long TICK_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Parts parts;
  private final Ledger ledger;
  private final long epoch;
  private final Inbox inbox;
  private final SegmentWorkers workers;
  private final SegmentSeals seals;
  private final ManifestJournal journal;
  private final LocalCopies copies;
  private final Verifications verifications;
  private final Scrubber scrubber;
  private final SegmentMoves moves;
  private final Prefetches prefetches;
  private final StreamCommands commands;
  private final Deletions deletions;
  private final EngineListener listener;
  private final KnownStreams streams;
  private final OpenAnswers answers = new OpenAnswers();
  private final Hydrations hydrations = new Hydrations();
  private final ClockWatch clock;
  private final ArchiveWatch archiveWatch;
  private boolean tickArmed;

  /** A coordinator that has begun nothing yet; see {@link #start}. */
  public Coordinator(Parts parts, ManifestLog manifest) {
    this.parts = parts;
    this.ledger = manifest.ledger();
    this.epoch = manifest.epoch();
    this.clock = new ClockWatch(parts.host().time());
    this.listener = parts.config().listener();
    this.inbox = new Inbox(parts.host(), new InboxOwner());
    this.workers = new SegmentWorkers(parts, new WorkerReports(), epoch);
    this.journal =
        new ManifestJournal(parts, manifest, workers, inbox, this::archivedRose, this::fenced);
    this.streams = new KnownStreams(ledger);
    this.archiveWatch = new ArchiveWatch(parts, ledger, inbox, streams::nameOf, clock::isSteady);
    this.copies = new LocalCopies(parts, streams, this::later);
    this.verifications = new Verifications(parts, new WorkerReports());
    this.scrubber = new Scrubber(parts, ledger, this::damaged);
    this.moves =
        new SegmentMoves(
            parts,
            new SegmentMoves.Means(ledger, epoch, journal, workers, verifications, copies, inbox));
    this.prefetches = new Prefetches(parts, ledger, moves);
    this.commands = new StreamCommands(parts, ledger, journal, moves, inbox, answers);
    this.seals =
        new SegmentSeals(parts, new SealOutcomes(parts, ledger, inbox, journal, moves, copies));
    this.deletions = new Deletions(parts, workers, inbox::add, journal::append);
  }

  /**
   * Goes on with everything that an earlier process left unfinished.
   *
   * @param local sealed chunks that may not be in the bucket; those that are known count no more
   * @param known what of the chain is known to be in Tier 2
   * @param begun answered when it knows what is archived, as far as that is known here
   */
  public void start(List<SealedChunk> local, ShippedChain known, Pending<Boolean> begun) {
    answers.add(begun);
    inbox.add(
        () -> {
          journal.start(local, known);
          begun.complete(true);
          for (StreamLedger stream : ledger.streams()) {
            stream.segments().forEach(moves::advance);
          }
          moves.giveUpOrphans();
          moves.relievePressure(false);
        });
    scrubber.start();
  }

  /** Decides nothing, ever: another writer has taken over before this store was opened. */
  public void fence(StaleWriterException stale) {
    journal.fail("another writer has taken over the store: " + stale.getMessage(), stale);
  }

  // ---- streams

  /** A stream's hot part exists now. */
  public void register(HotStream stream) {
    streams.add(stream);
  }

  /** The stream was deleted. */
  public void unregister(HotStream stream) {
    streams.delete(stream);
  }

  /** Creates a stream durably. */
  public void createStream(String name, Pending<StreamLedger> answer) {
    commands.createStream(name, answer);
  }

  /** Deletes a stream: its segments are retired, its files go in the background. */
  public void deleteStream(long streamId, Pending<Boolean> answer) {
    commands.deleteStream(streamId, answer);
  }

  /** Retires the segments that lie wholly below an offset. */
  public void truncate(long streamId, long offset, Pending<Boolean> answer) {
    commands.truncate(streamId, offset, answer);
  }

  /** Brings segments back to Tier 1 that have records of a range; answers how many. */
  public Pending<Integer> prefetch(StreamLedger stream, long from, long to) {
    List<SegmentKey> far = prefetches.far(stream, from, to);
    return commands.ask(() -> prefetches.add(far));
  }

  /** Looks at all copies of sealed segments with records of a range, on the calling thread. */
  public VerifyReport verify(StreamLedger stream, long from, long to, BooleanSupplier closed) {
    return new RangeCheck(parts, this::damaged, closed).run(stream, from, to);
  }

  /**
   * Finds the segment objects in Tier 2 that no record names. Lists, so it is for operators only;
   * blocks the calling thread.
   *
   * @param delete whether to queue their deletion, which happens after the grace; else nothing is
   *     changed
   * @throws StaleWriterException with {@code delete}, when one of them is of a later writer: this
   *     store has been taken over then
   */
  public OrphanReport orphans(boolean delete) throws ObjectStoreException {
    Tier2 tier2 = parts.tier2();
    if (tier2 == null) {
      return new OrphanReport(0, 0, List.of(), 0, 0, 0, 0);
    }
    Orphans orphans = new Orphans(parts, ledger, epoch);
    long patience = parts.config().appendTimeout().toNanos();
    Set<String> going = commands.ask(orphans::going).await("orphans", patience);
    Orphans.Listing listing = Orphans.list(tier2);
    return commands
        .ask(() -> judge(orphans, orphans.compare(listing, going), delete))
        .await("orphans", patience);
  }

  private OrphanReport judge(Orphans orphans, OrphanReport report, boolean delete) {
    if (!delete || report.orphans().isEmpty()) {
      return report;
    }
    ObjectConflictException newer = orphans.newerWriter(report);
    if (newer != null) {
      fenced(newer);
      throw orphans.stale(newer);
    }
    List<ManifestRecord> intents = orphans.intents(report);
    intents.forEach(journal::append);
    log.info("orphans are deleted after the grace: count={}", intents.size());
    return Orphans.queued(report, intents.size());
  }

  // ---- state, from any thread

  /** Compresses with this profile from the next job on. */
  public void compressionProfile(CompressionProfile value) {
    moves.compressionProfile(value);
  }

  /** The profile of the next job. */
  public CompressionProfile compressionProfile() {
    return moves.compressionProfile();
  }

  /** All records of the stream below are in Tier 2, and recorded there. */
  public long archivedOffset(long streamId) {
    return journal.archivedOffset(streamId);
  }

  /** Answers when all records of the stream below {@code target} are archived. */
  public void whenArchived(long streamId, long target, Pending<Boolean> answer) {
    answers.add(answer);
    inbox.add(() -> journal.whenArchived(streamId, target, () -> answer.complete(true)));
  }

  /** How many segments are being compressed. */
  public int compressing() {
    return moves.count(SegmentJob.COMPRESSING);
  }

  /** How many segments wait for their upload or are being uploaded. */
  public int uploading() {
    return moves.uploadQueue();
  }

  /** How many segments wait for hydration or are being hydrated. */
  public int hydrating() {
    return prefetches.waiting() + moves.count(SegmentJob.HYDRATING);
  }

  /** What is known of damage. */
  public Repairs repairs() {
    return parts.repairs();
  }

  /** What the background verification did. */
  public ScrubProgress scrubProgress() {
    return scrubber.progress();
  }

  /** Why the manifest cannot be written now; null: it can, as far as known. */
  public @Nullable StorageFullException storageFull() {
    return journal.storageFull();
  }

  /** Why nothing is decided any more; null: healthy. */
  public @Nullable String failure() {
    return journal.failure();
  }

  private long now() {
    return parts.host().time().wallMicros();
  }

  // ---- from Tier 0

  @Override
  public void installed(HotStream stream, HotSegment segment) {
    inbox.add(() -> opened(stream, segment));
  }

  /* Told by whoever helps to install it, so maybe more than once, but never after the next one. */
  private void opened(HotStream stream, HotSegment segment) {
    StreamLedger known = ledger.stream(stream.id());
    if (known != null && known.highestSegmentId() >= segment.segmentId()) {
      return;
    }
    if (known == null || known.deleted()) {
      // Installed while the stream was being deleted: nobody will ever fill it.
      copies.releaseUnsealed(stream, segment);
      return;
    }
    journal.append(
        new ManifestRecord.SegmentOpened(
            stream.id(),
            segment.segmentId(),
            now(),
            segment.slot().number(),
            segment.baseOffset(),
            segment.header().baseBytes(),
            epoch));
    listener.segmentOpened(stream.name(), segment.segmentId(), segment.baseOffset());
    moves.relievePressure(false);
  }

  @Override
  public void activated(HotStream stream, long nanos) {
    listener.activated(stream.name(), Duration.ofNanos(nanos));
  }

  @Override
  public void tripped(HotStream stream, HotSegment segment) {
    inbox.add(
        () -> {
          SegmentEntry entry = ledger.segment(stream.id(), segment.segmentId());
          if (entry != null
              && entry.state() == SegmentState.ACTIVE
              && moves.beginSeal(SegmentKey.of(entry))) {
            seals.seal(stream, segment);
          }
        });
  }

  @Override
  public void spaceWanted() {
    inbox.add(
        () -> {
          moves.relievePressure(true);
          sealIdle();
        });
  }

  /* Streams that nobody writes to give up their segments when others wait for a slot. */
  private void sealIdle() {
    long idle = parts.host().time().nanoTime() - TICK_NANOS;
    for (HotStream stream : streams.living()) {
      HotSegment active = stream.active();
      if (active.hasBytes() && active.openedNanos() < idle && stream.unflushedBytes() == 0) {
        stream.tripActive();
      }
    }
  }

  @Override
  public void flushed(HotStream stream, long bytes, long nanos, @Nullable Throwable cause) {
    if (cause != null) {
      log.warn("force failed, the segment is written anew: stream={}", stream.name(), cause);
    }
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
  public void coldRead(long streamId, long segmentId, boolean inPassing, int frameCount) {
    if (hydrations.pays(new Hydrations.Segment(streamId, segmentId), inPassing, frameCount)) {
      inbox.add(() -> moves.hydrate(streamId, segmentId));
    }
  }

  @Override
  public void fetched(String stream, long segment, long bytes, Duration took, Duration since) {
    listener.fetched(stream, segment, bytes, took, since);
  }

  @Override
  public void damaged(long streamId, long segmentId, Tier tier, String reason) {
    inbox.add(
        () -> {
          SegmentEntry entry = ledger.segment(streamId, segmentId);
          if (entry != null && entry.isSealed()) {
            moves.handle(entry, new SegmentEvent.Suspected(tier));
          } else if (entry != null) {
            parts.repairs().damaged(streams.nameOf(streamId), segmentId, tier, reason);
          }
        });
  }

  // ---- from Tier 2

  private void archivedRose(long streamId) {
    HotStream stream = streams.living(streamId);
    if (stream != null) {
      stream.waits().wakeAll();
    }
  }

  private void fenced(ObjectConflictException cause) {
    journal.fail("another writer has taken over the store: " + cause.getMessage(), cause);
    StaleWriterException stale = new StaleWriterException(epoch, cause.key(), cause);
    streams.living().forEach(stream -> stream.refuse(stale));
    try {
      Fence.raise(parts.host().disk(), parts.config().root(), epoch, cause.key());
    } catch (IOException e) {
      // The next open meets the other writer's chunk again, and writes it down then.
      log.warn("that the store was taken over could not be written down", e);
    }
  }

  // ---- time

  private void later(Runnable step) {
    inbox.addLater(TICK_NANOS, step);
  }

  /* Nothing ticks when there is nothing to look after. */
  private void armTick() {
    boolean needed =
        Retention.isConfigured(parts.config())
            || moves.isStalled()
            || prefetches.waiting() > 0
            || parts.slots().isExhausted()
            || !ledger.pendingDeletes().isEmpty();
    if (needed && !tickArmed && !inbox.isStopped()) {
      tickArmed = true;
      inbox.addLater(TICK_NANOS, this::tick);
    }
  }

  private void tick() {
    tickArmed = false;
    commands.applyAges(streams.living(), clock.isSteady() ? now() : Retention.NO_AGES);
    if (journal.isFull()) {
      return; // What else there is to do needs records, and makes no room.
    }
    deletions.run(ledger, journal.shippedChunk(), journal.firstSentHere());
    moves.retryStalled();
    moves.relievePressure(parts.slots().isExhausted());
    if (parts.slots().isExhausted()) {
      sealIdle();
    }
  }

  // ---- close

  /** Waits until the segments that were tripped before are sealed; nothing is appended by now. */
  public void finishSeals(Duration limit) {
    scrubber.stop();
    inbox.awaitDrained(limit);
    seals.close(limit);
  }

  /** Ends the jobs, records what they reported, and closes the manifest. */
  public void close(Duration limit) throws IOException {
    try {
      scrubber.close(limit);
      verifications.close(limit);
      workers.close(limit);
      inbox.awaitDrained(limit);
      inbox.stop(limit);
    } finally {
      answers.end(new StoreClosedException(parts.config().root().toString()));
    }
    journal.close();
  }

  private final class InboxOwner implements Inbox.Owner {
    @Override
    public void stepFailed(Throwable failure) {
      journal.fail("a step failed: " + failure, failure);
    }

    @Override
    public void batchEnded() {
      if (journal.failure() == null) {
        prefetches.run();
      }
      if (journal.endBatch()) {
        moves.perform();
        journal.rotateIfDue();
        armTick();
        archiveWatch.arm();
      } else if (journal.failure() == null) {
        // The disk is full, and retention may make room.
        armTick();
      }
    }
  }

  private final class WorkerReports implements SegmentWorkers.Reports {
    @Override
    public void report(SegmentEntry about, SegmentEvent event) {
      inbox.add(
          () -> {
            SegmentEntry entry = ledger.segment(about.streamId(), about.segmentId());
            if (entry != null) {
              moves.handle(entry, event);
            } else {
              moves.endedForGone(about, event);
            }
          });
    }

    @Override
    public String nameOf(long streamId) {
      return streams.nameOf(streamId);
    }
  }
}
