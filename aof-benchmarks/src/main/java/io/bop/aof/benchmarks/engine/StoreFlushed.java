package io.bop.aof.benchmarks.engine;

import io.bop.aof.AofStore;
import io.bop.aof.AofStream;
import io.bop.aof.Durability;
import io.bop.aof.benchmarks.Contestant;
import io.bop.aof.benchmarks.Directories;
import io.bop.aof.benchmarks.Payloads;
import io.bop.aof.benchmarks.Sample;
import io.bop.aof.benchmarks.ThreadTeam;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;

/** {@link Durability#FLUSHED} appends for some seconds, with the latency of each. */
public final class StoreFlushed implements Contestant {

  private static final long NANOS_PER_SECOND = 1_000_000_000L;
  /* More streams than this have segments of the middle size, or the first alone fill Tier 0. */
  private static final int MOST_LARGE = 8;
  private static final long HOT_BYTES = 1024L * Stores.MEBIBYTE;

  private final Path dir;
  private final AofStore store;
  private final List<AofStream> streams = new ArrayList<>();
  private final Payloads payloads;
  private final int threads;
  private final long limitNanos;
  private final long segmentBytes;

  /**
   * Opens the store.
   *
   * @param dir an existing directory of its own
   * @param size payload bytes
   * @param ownStreams whether each thread has a stream of its own
   */
  public StoreFlushed(Path dir, int size, int threads, boolean ownStreams, int seconds) {
    this.dir = dir;
    this.payloads = Payloads.cached(size);
    this.threads = threads;
    this.limitNanos = seconds * NANOS_PER_SECOND;
    int count = ownStreams ? threads : 1;
    this.segmentBytes = count > MOST_LARGE ? Stores.MEDIUM_SEGMENT : Stores.LARGE_SEGMENT;
    this.store = Stores.hot(dir, Durability.FLUSHED, HOT_BYTES, segmentBytes);
    for (int i = 0; i < count; i++) {
      streams.add(store.stream("stream-" + i));
    }
  }

  @Override
  public String name() {
    return "ours";
  }

  @Override
  public String state() {
    return segmentBytes / Stores.MEBIBYTE
        + " MiB slots, used again after the first round; each append returns after the force; in"
        + " all rounds, "
        + Stores.waits(store);
  }

  @Override
  public void prepare() {
    Stores.awaitQuiet(store);
  }

  @Override
  public Sample measure() throws Exception {
    return ThreadTeam.runWithLatency(
        threads, (thread, latency) -> append(streams.get(thread % streams.size()), latency));
  }

  private long append(AofStream stream, Histogram latency) {
    long start = System.nanoTime();
    long before = start;
    long n = 0;
    while (before - start < limitNanos) {
      stream.append(payloads.get(n));
      long now = System.nanoTime();
      latency.recordValue(now - before);
      before = now;
      n++;
    }
    return n;
  }

  @Override
  public void settle() {
    for (AofStream stream : streams) {
      Stores.empty(store, stream);
    }
    Stores.awaitQuiet(store);
  }

  @Override
  public void close() throws IOException {
    store.close();
    Directories.delete(dir);
  }
}
