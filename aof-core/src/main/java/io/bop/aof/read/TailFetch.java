package io.bop.aof.read;

import io.bop.aof.manifest.SegmentEntry;
import io.bop.aof.zstd.SeekableTail;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The tail of an object, which is fetched unless it is in memory. Confined to the reader. */
final class TailFetch {

  private final SegmentEntry entry;
  private final PooledLoad<SeekableTail> load;
  private volatile boolean requested;
  private boolean taken;

  /** Begins to fetch. */
  TailFetch(SegmentEntry entry, RangeFetch.Place place, Loader loader) {
    this.entry = entry;
    this.load =
        new PooledLoad<>(place.host(), place.pool(), () -> loader.load(() -> requested = true));
  }

  /** Brings the tail. */
  interface Loader {
    /** Runs {@code requesting} first if it has to ask Tier 2. */
    SeekableTail load(Runnable requesting) throws IOException;
  }

  /** What was brought; null: it has not come yet, or has failed. */
  @Nullable SeekableTail now() {
    return load.now();
  }

  boolean hasFailed() {
    return load.hasFailed();
  }

  /** Waits for it, as {@link PooledLoad#await}. */
  SeekableTail await(long deadlineNanos) throws IOException {
    return load.await("tail of segment " + entry.segmentId(), deadlineNanos);
  }

  /** The reader has it. True once, and only if it came from Tier 2. */
  boolean take() {
    boolean first = !taken && requested;
    taken = true;
    return first;
  }

  long segmentId() {
    return entry.segmentId();
  }

  long bytes() {
    return entry.tailLength();
  }

  long tookNanos() {
    return load.tookNanos();
  }

  long arrivedNanos() {
    return load.arrivedNanos();
  }

  /** Nobody wants it any more. */
  void cancel() {
    load.cancel();
  }
}
