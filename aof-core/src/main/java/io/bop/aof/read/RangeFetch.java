package io.bop.aof.read;

import io.bop.aof.io.Host;
import io.bop.aof.io.Threads.WorkerPool;
import io.bop.aof.zstd.FrameRun;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Frames of an object that are fetched with one request. Confined to the reader. */
final class RangeFetch {

  private final int first;
  private final int behind;
  private final long bytes;
  private final long taken;
  private final PooledLoad<FrameRun> load;

  /**
   * Begins to fetch.
   *
   * @param first frame
   * @param behind the last frame
   * @param bytes that are fetched
   * @param taken of these: out of the budget
   */
  RangeFetch(
      int first,
      int behind,
      long bytes,
      long taken,
      Place place,
      PooledLoad.Loader<FrameRun> loader) {
    this.first = first;
    this.behind = behind;
    this.bytes = bytes;
    this.taken = taken;
    this.load = new PooledLoad<>(place.host(), place.pool(), loader);
  }

  /** Where it runs. */
  record Place(Host host, WorkerPool pool) {}

  boolean holds(int frame) {
    return frame >= first && frame < behind;
  }

  /** The frame behind the last one. */
  int behind() {
    return behind;
  }

  /** Bytes that are fetched. */
  long bytes() {
    return bytes;
  }

  /** Bytes to be given back to the budget. */
  long taken() {
    return taken;
  }

  /** How long it took; 0: it has not come yet. */
  long tookNanos() {
    return load.tookNanos();
  }

  /** When it came, on the monotonic clock; 0: it has not come yet. */
  long arrivedNanos() {
    return load.arrivedNanos();
  }

  boolean isDone() {
    return load.isDone();
  }

  /** What was fetched; null: it has not come yet, or has failed. */
  @Nullable FrameRun now() {
    return load.now();
  }

  boolean hasFailed() {
    return load.hasFailed();
  }

  /** Waits for it, as {@link PooledLoad#await}. */
  FrameRun await(String what, long deadlineNanos) throws IOException {
    return load.await(what, deadlineNanos);
  }

  /** Nobody wants it any more. */
  void cancel() {
    load.cancel();
  }
}
