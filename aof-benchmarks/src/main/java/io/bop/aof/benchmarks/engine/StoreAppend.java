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

/** A burst of {@link Durability#MEMORY} appends of a fixed volume, into slots used before. */
public final class StoreAppend implements Contestant {

  private final Path dir;
  private final AofStore store;
  private final List<AofStream> streams = new ArrayList<>();
  private final Payloads payloads;
  private final int threads;
  private final long recordsPerThread;

  /**
   * Opens the store.
   *
   * @param dir an existing directory of its own
   * @param size payload bytes
   * @param ownStreams whether each thread has a stream of its own
   * @param recordsPerThread records that each thread appends in a round
   * @param volumeBytes bytes of records of one round, over all threads
   */
  public StoreAppend(
      Path dir,
      int size,
      int threads,
      boolean ownStreams,
      long recordsPerThread,
      long volumeBytes) {
    this.dir = dir;
    this.payloads = Payloads.cached(size);
    this.threads = threads;
    this.recordsPerThread = recordsPerThread;
    int count = ownStreams ? threads : 1;
    this.store = Stores.hot(dir, Durability.MEMORY, volumeBytes + count * Stores.LARGE_SEGMENT);
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
    return "Tier 0 of twice the volume, slots used again after the first round; sealed segments are"
        + " forced and compressed meanwhile, nothing else is forced; in all rounds, "
        + Stores.waits(store);
  }

  @Override
  public void prepare() {
    Stores.awaitQuiet(store);
  }

  @Override
  public Sample measure() throws Exception {
    return ThreadTeam.run(
        threads, (thread, latency) -> append(streams.get(thread % streams.size())));
  }

  private long append(AofStream stream) {
    for (long n = 0; n < recordsPerThread; n++) {
      stream.append(payloads.get(n));
    }
    return recordsPerThread;
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
