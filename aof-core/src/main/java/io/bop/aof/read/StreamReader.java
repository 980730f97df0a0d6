package io.bop.aof.read;

import io.bop.aof.AofException;
import io.bop.aof.AofReader;
import io.bop.aof.AofRecord;
import io.bop.aof.BackpressureException;
import io.bop.aof.BackpressureKind;
import io.bop.aof.CorruptionException;
import io.bop.aof.Cursor;
import io.bop.aof.OffsetOutOfRangeException;
import io.bop.aof.ReadOptions;
import io.bop.aof.ReadOptions.ColdPolicy;
import io.bop.aof.ReadOptions.Visibility;
import io.bop.aof.SegmentUnavailableException;
import io.bop.aof.StoreClosedException;
import io.bop.aof.Tier;
import io.bop.aof.Tier2UnavailableException;
import io.bop.aof.format.MalformedException;
import io.bop.aof.format.RecordScanner;
import io.bop.aof.format.RecordScanner.Step;
import io.bop.aof.manifest.SegmentEntry;
import io.bop.aof.objectstore.ObjectStoreException;
import io.bop.aof.segment.HotSegment;
import io.bop.aof.tier0.WaitSet;
import io.bop.aof.tier1.LoadTimeoutException;
import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Reads a stream from one copy of a segment after the other. Confined to one thread at a time. */
public final class StreamReader implements AofReader {

  /*
   * The reader owns a run of records. When it is used up, the copy it came from fills the next one;
   * when the segment is used up, or the copy was evicted, the nearest copy of the next segment is
   * opened. Every record is checked here, whatever copy it is from; a copy that fails is reported
   * and left for the next colder one.
   */
  private static final long NO_DEADLINE = Long.MIN_VALUE;
  private static final long NO_TIME = Long.MIN_VALUE;
  private static final Duration RETRY_AFTER = Duration.ofMillis(100);
  private static final long GAP_STEP_NANOS = TimeUnit.MICROSECONDS.toNanos(20);
  private static final long GAP_WAIT_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final ReadView view;
  private final ReadOptions options;
  private final BooleanSupplier closed;
  private final Run run = new Run();
  private final RecordScanner scanner = new RecordScanner();
  private final RecordView record = new RecordView(scanner);
  private final BrokenCopies broken = new BrokenCopies();
  private final Wish wish;

  private long offset;
  private long visible;
  private long deadline = NO_DEADLINE;
  private long soughtMicros = NO_TIME;
  private long countedOffset;
  private int countedAt;
  private @Nullable RunSource source;
  private boolean open = true;

  /**
   * A reader that begins at {@code offset}.
   *
   * @param closed whether the store was closed
   */
  public StreamReader(ReadView view, ReadOptions options, long offset, BooleanSupplier closed) {
    this.view = view;
    this.options = options;
    this.offset = offset;
    this.countedOffset = offset;
    this.closed = closed;
    this.wish =
        new Wish(view.copies().framesAhead(options), this::deadline, view.ledger(), this::fetched);
  }

  @Override
  public long nextOffset() {
    return offset;
  }

  @Override
  public Cursor cursor() {
    return new Cursor(view.epoch().getAsLong(), offset);
  }

  @Override
  public @Nullable AofRecord next() {
    deadline = NO_DEADLINE;
    while (offset < visible || offset < refreshVisible()) {
      Step step = scanner.advance();
      if (step == Step.RECORD) {
        if (scanner.offset() >= offset) {
          offset = scanner.nextOffset();
          if (!scanner.isPadding()) {
            return record;
          }
        }
      } else if (step == Step.END) {
        nextRun();
      } else {
        damaged(step == Step.BAD ? scanner.reason() : "record ends behind the run");
      }
    }
    count();
    return null;
  }

  /* Once a run, so that nothing is counted for each record. */
  private void count() {
    long records = offset - countedOffset;
    if (records > 0) {
      long behind = Math.max(0, view.tail().nextOffset() - offset);
      view.counts().add(run.tier(), records, scanner.nextAt() - countedAt, behind);
    }
    countFrom(scanner.nextAt());
  }

  private void countFrom(int at) {
    countedOffset = offset;
    countedAt = at;
  }

  /**
   * Goes on to the first record from here whose timestamp is at least {@code micros}, which is the
   * next one then; to the end when there is none.
   */
  void seek(long micros) {
    soughtMicros = micros;
    @Nullable AofRecord found = next();
    while (found != null && found.timestampMicros() < micros) {
      found = next();
    }
    soughtMicros = NO_TIME;
    if (found != null) {
      offset = found.offset();
      int at = scanner.at();
      scanner.reset(run.bytes(), at, run.length(), run.salt(), offset);
      countFrom(at);
    }
  }

  @Override
  public @Nullable AofRecord poll(Duration timeout) {
    AofRecord found = next();
    if (found != null || timeout.isZero() || timeout.isNegative()) {
      return found;
    }
    long deadline = view.host().time().nanoTime() + timeout.toNanos();
    while (found == null) {
      BooleanSupplier arrived = () -> offset < refreshVisible();
      if (view.tail().waits().await(arrived, deadline, true) != WaitSet.Outcome.DONE) {
        return null;
      }
      found = next();
    }
    return found;
  }

  @Override
  public @Nullable Tier tier() {
    return run.length() == 0 ? null : run.tier();
  }

  private void fetched(long segment, long bytes, long tookNanos, long arrivedNanos) {
    long since = Math.max(0, view.host().time().nanoTime() - arrivedNanos);
    view.events()
        .fetched(view.name(), segment, bytes, Duration.ofNanos(tookNanos), Duration.ofNanos(since));
  }

  private long refreshVisible() {
    checkOpen();
    visible =
        options.visibility() == Visibility.DURABLE
            ? view.tail().durableOffset()
            : view.tail().nextOffset();
    return visible;
  }

  /* Of the whole step; it begins when there is something to wait for. */
  private long deadline() {
    if (deadline == NO_DEADLINE) {
      deadline = view.host().time().nanoTime() + options.deadline().toNanos();
    }
    return deadline;
  }

  private void checkOpen() {
    if (!open) {
      throw new IllegalStateException("reader is closed: stream=" + view.name());
    }
    if (closed.getAsBoolean()) {
      throw new StoreClosedException(view.name());
    }
  }

  private void nextRun() {
    checkOpen();
    count();
    if (offset < view.ledger().startOffset()) {
      long start = view.ledger().startOffset();
      if (!options.clampToStart()) {
        throw new OffsetOutOfRangeException(view.name(), offset, start, view.tail().nextOffset());
      }
      offset = start;
      dropSource();
      return;
    }
    RunSource current = source;
    if (current != null && covers(current) && fillFrom(current)) {
      return;
    }
    dropSource();
    openSource();
  }

  private boolean fillFrom(RunSource current) {
    if (run.tier() == Tier.TIER0 && run.segmentId() == current.segmentId()) {
      current.continueAt(scanner.nextOffset(), run.position() + scanner.nextAt());
    }
    try {
      if (soughtMicros != NO_TIME) {
        offset = current.passOlder(offset, soughtMicros);
        countFrom(scanner.nextAt());
      }
      if (!current.fill(offset, visible, run)) {
        return false;
      }
    } catch (MalformedException e) {
      broken(current.segmentId(), current.tier(), e.getMessage() + " position=" + e.position());
      return false;
    } catch (IOException e) {
      failed(current.segmentId(), current.tier(), e);
      return false;
    }
    begin();
    boolean mayHydrate = options.coldPolicy() != ColdPolicy.FETCH_ONLY;
    if (mayHydrate && current instanceof ColdRuns cold && cold.wasFetched()) {
      view.events()
          .coldRead(view.tail().id(), current.segmentId(), cold.inPassing(), cold.frameCount());
    }
    return true;
  }

  /* Whether the wanted offset lies in the segment that the source reads. */
  private boolean covers(RunSource current) {
    HotSegment hot = view.tail().find(offset);
    if (hot != null) {
      return hot.segmentId() == current.segmentId();
    }
    SegmentEntry entry = view.ledger().find(offset);
    return entry != null && entry.segmentId() == current.segmentId();
  }

  private void openSource() {
    long giveUpAt = 0;
    while (true) {
      HotSegment hot = view.tail().find(offset);
      SegmentEntry entry = hot == null ? view.ledger().find(offset) : null;
      long segment = hot != null ? hot.segmentId() : entry == null ? -1 : entry.segmentId();
      if (segment >= 0) {
        broken.enter(segment);
      }
      if (hot != null && !broken.contains(Tier.TIER0)) {
        source = new MappedRuns(hot);
        if (fillFrom(source)) {
          return;
        }
        dropSource();
      } else if (hot != null) {
        entry = view.ledger().get(hot.segmentId());
        if (entry == null || !entry.isSealed()) {
          // It is being filled, and so there is no other copy.
          throw corrupt(
              segment,
              new CorruptionException.Range(
                  hot.startOf((int) (offset - hot.baseOffset())), offset, offset + 1));
        }
      }
      if (entry != null && entry.isSealed() && openCopy(entry)) {
        return;
      }
      // The segment moved between two looks; it is somewhere else by now.
      long now = view.host().time().nanoTime();
      if (giveUpAt == 0) {
        giveUpAt = Math.min(now + GAP_WAIT_NANOS, deadline());
      } else if (now - giveUpAt > 0) {
        throw unavailable(segment);
      }
      view.host().threads().park(this, GAP_STEP_NANOS);
    }
  }

  private boolean openCopy(SegmentEntry entry) {
    if (options.coldPolicy() == ColdPolicy.REFUSE && view.copies().isCold(entry)) {
      throw new BackpressureException(view.name(), BackpressureKind.HYDRATION, RETRY_AFTER);
    }
    Tier tier = view.copies().nearest(entry, broken.tiers()).orElse(null);
    if (tier == null) {
      return openRest(entry);
    }
    RunSource opened = openCopy(entry, tier);
    if (opened == null) {
      return false;
    }
    source = opened;
    if (fillFrom(opened)) {
      return true;
    }
    dropSource();
    return false;
  }

  /* Null: gone or broken by now, so look again. */
  private @Nullable RunSource openCopy(SegmentEntry entry, Tier tier) {
    try {
      return view.copies().open(entry, tier, wish);
    } catch (MalformedException e) {
      broken(entry.segmentId(), tier, String.valueOf(e.getMessage()));
    } catch (IOException e) {
      failed(entry.segmentId(), tier, e);
    }
    return null;
  }

  /*
   * Copies come and go while we look. A copy goes only when the ledger knows of a colder one, so
   * what is there is looked at first, and the ledger after that. False: look again.
   */
  private boolean openRest(SegmentEntry entry) {
    boolean cold = view.copies().isCold(entry);
    SegmentEntry now = view.ledger().get(entry.segmentId());
    if (now == null || view.copies().nearest(now, broken.tiers()).isPresent()) {
      return false;
    }
    if (!broken.isEmpty()) {
      return salvage(now);
    }
    boolean gone = cold && !now.in(Tier.TIER0) && !now.in(Tier.TIER2);
    if (gone || now.residency().isEmpty()) {
      throw unavailable(entry.segmentId());
    }
    return false;
  }

  // ---- damage

  /*
   * No copy is whole. What is around the damage can be read; what is in all of them is lost. The
   * nearest is asked first.
   */
  private boolean salvage(SegmentEntry entry) {
    CorruptionException.Range lost = null;
    boolean any = false;
    for (Tier tier : List.copyOf(broken.tiers())) {
      try {
        RunSource opened = view.copies().salvage(entry, tier, wish);
        if (opened != null) {
          any = true;
          source = opened;
          if (fillUnlessDamaged(opened)) {
            return true;
          }
          lost = BrokenCopies.common(lost, opened.damageAt(offset));
        }
      } catch (MalformedException e) {
        any = true;
        lost = BrokenCopies.common(lost, wholeOf(entry));
      } catch (IOException e) {
        any = true;
        failed(entry.segmentId(), tier, e);
      }
      dropSource();
    }
    if (!any) {
      // All of them were dropped meanwhile: there must be another one.
      broken.clear();
      return false;
    }
    if (lost == null && !broken.anyDamaged()) {
      throw unavailable(entry.segmentId());
    }
    throw corrupt(entry.segmentId(), lost == null ? wholeOf(entry) : lost);
  }

  private boolean fillUnlessDamaged(RunSource opened) throws IOException {
    try {
      if (!opened.fill(offset, visible, run)) {
        return false;
      }
    } catch (MalformedException e) {
      return false;
    }
    begin();
    return true;
  }

  private void begin() {
    record.rebase(run.bytes());
    scanner.reset(run.bytes(), 0, run.length(), run.salt(), run.firstOffset());
    countFrom(0);
  }

  private static CorruptionException.Range wholeOf(SegmentEntry entry) {
    return new CorruptionException.Range(0, entry.baseOffset(), entry.nextOffset());
  }

  private void damaged(String reason) {
    RunSource current = source;
    if (current == null) {
      throw new IllegalStateException("damage without a source: stream=" + view.name());
    }
    count();
    long position = run.position() + scanner.nextAt();
    broken(current.segmentId(), current.tier(), reason + " position=" + position);
    dropSource();
    scanner.reset(run.bytes(), 0, 0, 0, offset);
    run.forget();
  }

  /* Its bytes are wrong. */
  private void broken(long segment, Tier tier, String reason) {
    if (tier == Tier.TIER2 && broken.mayReadAgain(segment)) {
      view.copies().forget(view.tail().id(), segment);
      return;
    }
    broken(segment, tier, reason, true);
  }

  private void broken(long segment, Tier tier, String reason, boolean isDamage) {
    boolean mapped = tier == Tier.TIER0 && view.tail().find(offset) != null;
    if (!mapped && !view.copies().has(view.tail().id(), segment, tier)) {
      // Evicted while it was read: not damage, and another copy has it.
      return;
    }
    broken.add(segment, tier, reason, isDamage);
    view.events().damaged(view.tail().id(), segment, tier, reason);
  }

  /* Its bytes cannot be had. */
  private void failed(long segment, Tier tier, IOException e) {
    String message = String.valueOf(e.getMessage());
    if (e instanceof LoadTimeoutException) {
      throw outOfTime(tier, message);
    } else if (e instanceof ObjectStoreException remote) {
      switch (remote.reason()) {
        case MISSING -> broken(segment, Tier.TIER2, message, false);
        case CORRUPT -> broken(segment, Tier.TIER2, message);
        default -> throw new Tier2UnavailableException(view.copies().coldState(), message, e);
      }
    } else {
      broken(segment, tier, message, e instanceof EOFException);
    }
  }

  private AofException outOfTime(Tier tier, String message) {
    return tier == Tier.TIER2
        ? new Tier2UnavailableException(view.copies().coldState(), message, null)
        : new BackpressureException(view.name(), BackpressureKind.HYDRATION, RETRY_AFTER);
  }

  private CorruptionException corrupt(long segment, CorruptionException.Range lost) {
    return new CorruptionException(view.name(), segment, lost, broken.reason(), null);
  }

  private SegmentUnavailableException unavailable(long segment) {
    return new SegmentUnavailableException(
        view.name(), segment, "no tier holds a readable copy: offset=" + offset, null);
  }

  private void dropSource() {
    RunSource current = source;
    if (current != null) {
      source = null;
      current.close();
    }
  }

  @Override
  public void close() {
    if (open) {
      open = false;
      count();
      dropSource();
      wish.end();
    }
  }
}
