package io.bop.aof.read;

import io.bop.aof.CorruptionException;
import io.bop.aof.Tier;
import io.bop.aof.io.Host;
import io.bop.aof.io.Threads.WorkerPool;
import io.bop.aof.tier1.FrameCache;
import io.bop.aof.tier1.FrameKey;
import io.bop.aof.tier1.LoadTimeoutException;
import io.bop.aof.zstd.SeekableTail;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
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
  private final Deque<FrameLane> busy = new ArrayDeque<>();
  private final Deque<FrameLane> free = new ArrayDeque<>();
  private int nextFrame = -1;

  FrameRuns(Copy copy, Means means) {
    this.copy = copy;
    this.means = means;
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
      recycleAll();
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
      startAhead();
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
              FrameLane lane = idleLane();
              lane.start(means.pool(), frame);
              awaitLane(lane);
              byte[] records = lane.takeArray();
              free.add(lane);
              return records;
            },
            means.deadlineNanos().getAsLong());
  }

  private void readOn(int frame, Run run) throws IOException {
    FrameLane lane = busy.peekFirst();
    if (lane == null || lane.frame() != frame) {
      recycleAll();
      lane = startLane(frame);
    }
    startAhead();
    awaitLane(lane);
    lane.take(run);
    busy.removeFirst();
    free.add(lane);
  }

  private void startAhead() {
    int next = busy.isEmpty() ? nextFrame : busy.getLast().frame() + 1;
    while (busy.size() < Math.max(1, means.ahead()) && next < copy.tail().frameCount()) {
      startLane(next);
      next++;
    }
  }

  private FrameLane startLane(int frame) {
    FrameLane lane = idleLane();
    lane.start(means.pool(), frame);
    busy.addLast(lane);
    return lane;
  }

  private FrameLane idleLane() {
    FrameLane lane = free.poll();
    return lane != null ? lane : new FrameLane(means.host(), copy.tail(), copy.opener());
  }

  private void awaitLane(FrameLane lane) throws IOException {
    boolean done = false;
    try {
      if (!lane.await(means.deadlineNanos().getAsLong())) {
        throw new LoadTimeoutException(
            "no bytes within the read's deadline: segment=" + copy.segmentId());
      }
      done = true;
    } finally {
      if (!done) {
        busy.remove(lane);
        lane.close();
      }
    }
  }

  /* What was read ahead is of no use; lanes that still work are left to end by themselves. */
  private void recycleAll() {
    while (!busy.isEmpty()) {
      busy.removeFirst().close();
    }
  }

  @Override
  public void close() {
    recycleAll();
    while (!free.isEmpty()) {
      free.removeFirst().close();
    }
  }
}
