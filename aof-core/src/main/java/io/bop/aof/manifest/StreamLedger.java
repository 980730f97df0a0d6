package io.bop.aof.manifest;

import io.bop.aof.format.LedgerImage.CheckpointImage;
import io.bop.aof.format.LedgerImage.StreamImage;
import io.bop.aof.format.SegmentRow;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the manifest knows of one stream. Written by the ledger's thread only; read by any thread
 * without a lock. Two answers need not be of the same moment, each by itself is right.
 */
public final class StreamLedger {

  private final long id;
  private final String name;
  private final byte[] settings;
  private final long createdAtMicros;
  private final SegmentList segments = new SegmentList();
  private final LedgerCounts counts = new LedgerCounts();
  private volatile boolean deleted;
  private volatile long startOffset;
  private volatile long archivedOffset;
  private volatile long highestSegmentId;
  private volatile long sealedOffset;
  private volatile long sealedBytes;
  private volatile @Nullable TailMark checkpoint;
  private volatile EpochStarts epochStarts = EpochStarts.NONE;

  /**
   * How far an active segment was durable.
   *
   * @param durableOffset first offset that was not durable
   * @param durablePosition position of its record
   */
  public record TailMark(long segmentId, long durableOffset, long durablePosition) {}

  StreamLedger(long id, String name, byte[] settings, long createdAtMicros) {
    this.id = id;
    this.name = name;
    this.settings = settings.clone();
    this.createdAtMicros = createdAtMicros;
  }

  static StreamLedger of(StreamImage image) {
    StreamLedger stream =
        new StreamLedger(image.id(), image.name(), image.settings(), image.createdAtMicros());
    stream.deleted = image.deleted();
    stream.startOffset = image.startOffset();
    stream.archivedOffset = image.archivedOffset();
    stream.highestSegmentId = image.highestSegmentId();
    stream.sealedOffset = image.sealedOffset();
    stream.sealedBytes = image.sealedBytes();
    CheckpointImage mark = image.checkpoint();
    if (mark != null) {
      stream.checkpoint =
          new TailMark(mark.segmentId(), mark.durableOffset(), mark.durablePosition());
    }
    stream.epochStarts = new EpochStarts(image.epochStarts());
    return stream;
  }

  StreamImage image() {
    List<SegmentRow> rows = new ArrayList<>(segments.size());
    for (SegmentEntry entry : segments.asList()) {
      rows.add(entry.toRow());
    }
    TailMark mark = checkpoint;
    return new StreamImage(
        id,
        name,
        settings,
        createdAtMicros,
        deleted,
        startOffset,
        archivedOffset,
        highestSegmentId,
        sealedOffset,
        sealedBytes,
        mark == null
            ? null
            : new CheckpointImage(mark.segmentId, mark.durableOffset, mark.durablePosition),
        epochStarts.toArray(),
        rows);
  }

  /** Its number; never used for another stream. */
  public long streamId() {
    return id;
  }

  /** Its name. */
  public String name() {
    return name;
  }

  /** Its settings as they were encoded. */
  public byte[] settings() {
    return settings.clone();
  }

  /** When it was created. */
  public long createdAtMicros() {
    return createdAtMicros;
  }

  /** Whether it was deleted; it is listed until the last copy of its segments is gone. */
  public boolean deleted() {
    return deleted;
  }

  /** Oldest readable offset. */
  public long startOffset() {
    return startOffset;
  }

  /**
   * First offset that is not in Tier 2, as far as the manifest knows; what was truncated or is
   * empty does not count.
   */
  public long archivedOffset() {
    return archivedOffset;
  }

  /** First offset after the newest sealed segment, also when that one is long gone. */
  public long sealedOffset() {
    return sealedOffset;
  }

  /** Record bytes of all segments sealed so far. */
  public long sealedBytes() {
    return sealedBytes;
  }

  /** The newest tail checkpoint whose segment is still active. */
  public @Nullable TailMark checkpoint() {
    return checkpoint;
  }

  /**
   * The lowest offset at which an epoch above this one began to write; a cursor of {@code epoch}
   * beyond it points into records that were replaced. {@code Long.MAX_VALUE} when there is none.
   */
  public long divergesAt(long epoch) {
    return epochStarts.divergesAt(epoch);
  }

  /**
   * The segment that holds the offset; an unsealed one reaches to its successor, the last one
   * without end. Null when the offset is before the first, after the last, or in a gap.
   */
  public @Nullable SegmentEntry find(long offset) {
    SegmentEntry entry = segments.floor(offset);
    boolean past = entry != null && entry.isSealed() && offset >= entry.nextOffset();
    return past ? null : entry;
  }

  /** The segment with that id; null when it was never there or is gone. */
  public @Nullable SegmentEntry get(long segmentId) {
    return segments.get(segmentId);
  }

  /**
   * All segments by rising base offset. The list does not notice added and removed segments; those
   * that change may be seen changed.
   */
  public List<SegmentEntry> segments() {
    return segments.asList();
  }

  /** The oldest listed segment. */
  public @Nullable SegmentEntry first() {
    return segments.first();
  }

  /** The newest segment. */
  public @Nullable SegmentEntry last() {
    return segments.last();
  }

  /** The segment listed before the one with that id. */
  public @Nullable SegmentEntry before(long segmentId) {
    return segments.before(segmentId);
  }

  /** The segment listed after the one with that id. */
  public @Nullable SegmentEntry after(long segmentId) {
    return segments.after(segmentId);
  }

  /**
   * Whether the upload of that segment may be recorded now: all before it are archived, but for
   * those of which there is no copy left anywhere, which must not hold up the others for ever.
   */
  public boolean mayArchive(SegmentEntry entry) {
    SegmentEntry before = segments.before(entry.segmentId());
    while (before != null && (before.isEmpty() || before.hasNoCopy())) {
      before = segments.before(before.segmentId());
    }
    return before == null || before.isSettled();
  }

  /** Highest segment id ever used; 0 when there was none. */
  public long highestSegmentId() {
    return highestSegmentId;
  }

  /** Segments listed. */
  public int size() {
    return segments.size();
  }

  /** Segments by state and tier. */
  public LedgerCounts counts() {
    return counts;
  }

  void add(SegmentEntry entry) {
    segments.add(entry);
    counts.add(entry);
    highestSegmentId = Math.max(highestSegmentId, entry.segmentId());
  }

  void replace(SegmentEntry old, SegmentEntry entry) {
    segments.replace(entry);
    counts.remove(old);
    counts.add(entry);
  }

  void remove(SegmentEntry entry) {
    segments.remove(entry.segmentId());
    counts.remove(entry);
  }

  /** The entry was sealed just now; when nothing is listed behind it, the stream ends there. */
  void sealed(SegmentEntry entry) {
    SegmentEntry last = segments.last();
    boolean newest = last == null || last.segmentId() <= entry.segmentId();
    if (newest || entry.nextOffset() > sealedOffset) {
      sealedOffset = entry.nextOffset();
      sealedBytes = entry.baseBytes() + entry.bytes();
    }
    TailMark mark = checkpoint;
    if (mark != null && mark.segmentId() == entry.segmentId()) {
      checkpoint = null;
    }
  }

  void delete() {
    deleted = true;
    checkpoint = null;
  }

  void startAt(long offset) {
    startOffset = Math.max(startOffset, offset);
  }

  void mark(TailMark mark) {
    checkpoint = mark;
  }

  void epochBegan(long epoch, long firstOffset) {
    epochStarts = epochStarts.with(epoch, firstOffset);
  }

  /** Forgets where the removed tail ended: the next segment begins at {@code offset}. */
  void cutAt(long offset, long bytes) {
    sealedOffset = offset;
    sealedBytes = bytes;
    archivedOffset = Math.min(archivedOffset, offset);
  }

  /**
   * Moves the archived offset over what is archived, empty or retired. Gone segments leave a gap
   * and were one of these.
   */
  void advanceArchived() {
    long archived = archivedOffset;
    SegmentEntry entry = segments.floor(archived);
    if (entry == null) {
      entry = segments.first();
    }
    /* An unsealed segment and its successor share a base offset when the first got no record. */
    SegmentEntry before = entry == null ? null : segments.before(entry.segmentId());
    while (before != null && !before.isSettled()) {
      entry = before;
      before = segments.before(before.segmentId());
    }
    while (entry != null && entry.isSettled()) {
      archived = Math.max(archived, entry.nextOffset());
      entry = segments.after(entry.segmentId());
    }
    archivedOffset = Math.max(archived, entry == null ? sealedOffset : entry.baseOffset());
  }
}
