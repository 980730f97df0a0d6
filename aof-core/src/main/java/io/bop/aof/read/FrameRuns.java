package io.bop.aof.read;

import io.bop.aof.CorruptionException;
import io.bop.aof.Tier;
import io.bop.aof.io.Host;
import io.bop.aof.io.Threads.WorkerPool;
import io.bop.aof.tier1.FrameCache;
import io.bop.aof.tier1.FrameKey;
import io.bop.aof.zstd.SeekableTail;
import java.io.IOException;
import java.util.function.LongSupplier;

/**
 * Runs of a warm file: one frame a run. A point read goes through the cache; a reader that goes on
 * gets the next frames read and decompressed ahead of it, past the cache.
 */
final class FrameRuns implements RunSource {

  /**
   * What it reads.
   *
   * @param streamId the stream
   * @param segmentId the segment
   * @param bytes size of the file
   * @param tail which frames there are
   * @param opener opens the file once more
   */
  record Copy(
      long streamId, long segmentId, long bytes, SeekableTail tail, FrameLane.Opener opener) {}

  /**
   * What it reads with.
   *
   * @param host the machine
   * @param pool reads and decompresses
   * @param cache of frames
   * @param ahead how many lanes work ahead
   * @param deadlineNanos until when a fill may wait now, on the monotonic clock
   */
  record Means(
      Host host, WorkerPool pool, FrameCache cache, int ahead, LongSupplier deadlineNanos) {}

  private final Copy copy;
  private final Means means;
  private final FrameLanes lanes;
  private int nextFrame = -1;

  FrameRuns(Copy copy, Means means) {
    this.copy = copy;
    this.means = means;
    this.lanes = new FrameLanes(() -> new FrameLane(means.host(), copy.tail(), copy.opener()));
  }

  @Override
  public long segmentId() {
    return copy.segmentId();
  }

  @Override
  public Tier tier() {
    return Tier.TIER1;
  }

  @Override
  public boolean fill(long offset, long limit, Run run) throws IOException {
    int frame = copy.tail().frameOf(offset);
    boolean sequential = frame == nextFrame;
    if (sequential) {
      readOn(frame, run);
    } else {
      lanes.drop();
      run.share(readOne(frame));
    }
    SeekableTail tail = copy.tail();
    run.set(
        tail.frameSize(frame),
        tail.firstOffset(frame),
        tail.footer().salt(),
        copy.segmentId(),
        tail.compressedPosition(frame),
        Tier.TIER1);
    nextFrame = frame + 1;
    if (sequential) {
      startAhead(nextFrame, 0);
    }
    return true;
  }

  @Override
  public long passOlder(long offset, long micros) {
    return passOlder(copy.tail(), offset, micros);
  }

  /** As {@link RunSource#passOlder}, for frames. */
  static long passOlder(SeekableTail tail, long offset, long micros) {
    int frame = tail.frameOf(offset);
    while (frame < tail.frameCount() && tail.maxTimestamp(frame) < micros) {
      frame++;
    }
    return frame == tail.frameCount() ? offset : Math.max(offset, tail.firstOffset(frame));
  }

  @Override
  public CorruptionException.Range damageAt(long offset) {
    return damageAt(copy.tail(), offset);
  }

  /** As {@link RunSource#damageAt}, for frames. */
  static CorruptionException.Range damageAt(SeekableTail tail, long offset) {
    int frame = tail.frameOf(offset);
    long first = tail.firstOffset(frame);
    return new CorruptionException.Range(
        tail.compressedPosition(frame), first, first + tail.recordCount(frame));
  }

  private byte[] readOne(int frame) throws IOException {
    FrameKey key = new FrameKey(copy.streamId(), copy.segmentId(), copy.bytes(), frame);
    return means
        .cache()
        .get(
            key,
            () -> {
              FrameLane lane = lanes.idle();
              lane.start(means.pool(), frame);
              await(lane);
              byte[] records = lane.takeArray();
              lanes.recycle(lane);
              return records;
            },
            means.deadlineNanos().getAsLong());
  }

  private void readOn(int frame, Run run) throws IOException {
    FrameLane lane = lanes.poll(frame);
    if (lane == null) {
      lanes.drop();
      lane = lanes.idle();
      lane.start(means.pool(), frame);
    }
    startAhead(frame + 1, 1);
    await(lane);
    lane.take(run);
    lanes.recycle(lane);
  }

  /* The lane of the frame that is waited for counts among those that work ahead. */
  private void startAhead(int from, int awaited) {
    int next = lanes.next(from);
    while (lanes.ahead() + awaited < Math.max(1, means.ahead())
        && next < copy.tail().frameCount()) {
      FrameLane lane = lanes.idle();
      lane.start(means.pool(), next);
      lanes.ahead(lane);
      next++;
    }
  }

  private void await(FrameLane lane) throws IOException {
    FrameLanes.await(lane, copy.segmentId(), means.deadlineNanos().getAsLong());
  }

  @Override
  public void close() {
    lanes.close();
  }
}
