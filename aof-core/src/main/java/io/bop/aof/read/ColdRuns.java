package io.bop.aof.read;

import io.bop.aof.CorruptionException;
import io.bop.aof.Tier;
import io.bop.aof.manifest.SegmentEntry;
import io.bop.aof.tier1.FrameKey;
import io.bop.aof.zstd.FrameReader;
import io.bop.aof.zstd.FrameRun;
import io.bop.aof.zstd.RangeSource;
import io.bop.aof.zstd.SeekableTail;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Runs of a segment object: one frame a run. A point read goes through the cache; a reader that
 * goes on has ranges fetched and frames decompressed ahead of it, past the cache.
 */
final class ColdRuns implements RunSource {

  private final SegmentEntry entry;
  private final SeekableTail tail;
  private final FetchAhead fetches;
  private final FrameRuns.Means means;
  private final FrameLanes lanes;
  private @Nullable FrameReader reader;
  private int nextFrame;
  private boolean wasFetched;
  private boolean inPassing;

  /**
   * Of that object.
   *
   * @param goesOn whether the reader comes from the end of the segment before
   */
  ColdRuns(
      SegmentEntry entry,
      SeekableTail tail,
      FetchAhead fetches,
      FrameRuns.Means means,
      boolean goesOn) {
    this.entry = entry;
    this.tail = tail;
    this.fetches = fetches;
    this.means = means;
    this.nextFrame = goesOn ? 0 : -1;
    this.lanes = new FrameLanes(() -> new FrameLane(means.host(), tail, ColdRuns::noSource));
  }

  @Override
  public long segmentId() {
    return entry.segmentId();
  }

  @Override
  public Tier tier() {
    return Tier.TIER2;
  }

  /** Frames there are. */
  int frameCount() {
    return tail.frameCount();
  }

  /** Whether the last run came from Tier 2, and not from memory. */
  boolean wasFetched() {
    return wasFetched;
  }

  /** Whether the last run was that of a reader on its way through the segment. */
  boolean inPassing() {
    return inPassing;
  }

  @Override
  public boolean fill(long offset, long limit, Run run) throws IOException {
    int frame = tail.frameOf(offset);
    inPassing = frame == nextFrame;
    wasFetched = inPassing;
    nextFrame = -1;
    if (inPassing) {
      readOn(frame, run);
    } else {
      lanes.drop();
      fetches.clear();
      run.share(readOne(frame));
    }
    run.set(
        tail.frameSize(frame),
        tail.firstOffset(frame),
        tail.footer().salt(),
        entry.segmentId(),
        tail.compressedPosition(frame),
        Tier.TIER2);
    fetches.passed(tail, frame);
    nextFrame = frame + 1;
    if (inPassing) {
      startAhead(nextFrame);
    }
    return true;
  }

  @Override
  public long passOlder(long offset, long micros) {
    return FrameRuns.passOlder(tail, offset, micros);
  }

  @Override
  public CorruptionException.Range damageAt(long offset) {
    return FrameRuns.damageAt(tail, offset);
  }

  private byte[] readOne(int frame) throws IOException {
    FrameKey key =
        new FrameKey(entry.streamId(), entry.segmentId(), entry.compressedBytes(), frame);
    long deadline = means.deadlineNanos().getAsLong();
    return means.cache().get(key, () -> loadOne(frame, deadline), deadline);
  }

  private byte[] loadOne(int frame, long deadline) throws IOException {
    wasFetched = true;
    byte[] records = new byte[tail.frameSize(frame)];
    reader().decompress(fetches.single(entry, tail, frame, deadline), frame, records);
    return records;
  }

  /* What nobody has begun to decompress is done here, beside the workers. */
  private void readOn(int frame, Run run) throws IOException {
    FrameLane lane = lanes.poll(frame);
    if (lane != null) {
      FrameLanes.await(lane, entry.segmentId(), means.deadlineNanos().getAsLong());
      lane.take(run);
      lanes.recycle(lane);
      return;
    }
    lanes.drop();
    FrameRun fetched = fetches.await(entry, tail, frame, means.deadlineNanos().getAsLong());
    startAhead(frame + 1);
    reader().decompress(fetched, frame, run.buffer(tail.frameSize(frame)));
  }

  private void startAhead(int from) {
    int next = lanes.next(from);
    while (lanes.ahead() < means.ahead() && next < frameCount()) {
      FrameRun fetched = fetches.ready(next);
      if (fetched == null) {
        return;
      }
      FrameLane lane = lanes.idle();
      lane.start(means.pool(), next, fetched);
      lanes.ahead(lane);
      next++;
    }
  }

  private static RangeSource noSource() {
    throw new IllegalStateException("a cold frame's bytes come with it");
  }

  private FrameReader reader() {
    FrameReader current = reader;
    if (current == null) {
      current = new FrameReader();
      reader = current;
    }
    return current;
  }

  @Override
  public void close() {
    lanes.close();
    FrameReader current = reader;
    if (current != null) {
      reader = null;
      current.close();
    }
  }
}
