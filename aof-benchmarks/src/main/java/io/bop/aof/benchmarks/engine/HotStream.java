package io.bop.aof.benchmarks.engine;

import io.bop.aof.AofStore;
import io.bop.aof.AofStream;
import io.bop.aof.Durability;
import io.bop.aof.benchmarks.Directories;
import io.bop.aof.benchmarks.Payloads;
import java.io.IOException;
import java.nio.file.Path;

/** A store with one stream whose records are all durable and in Tier 0. */
final class HotStream implements AutoCloseable {

  private final Path dir;
  private final AofStore store;
  private final AofStream stream;

  /** Appends {@code records} records of {@code size} payload bytes. */
  HotStream(Path dir, int size, long records, long volumeBytes) {
    this.dir = dir;
    this.store = Stores.hot(dir, Durability.MEMORY, volumeBytes);
    this.stream = store.stream("hot");
    Payloads payloads = Payloads.cached(size);
    for (long n = 0; n < records; n++) {
      stream.append(payloads.get(n));
    }
    stream.flush();
    Stores.awaitQuiet(store);
  }

  AofStream stream() {
    return stream;
  }

  /** Waits until nothing works in the background. */
  void awaitQuiet() {
    Stores.awaitQuiet(store);
  }

  @Override
  public void close() throws IOException {
    store.close();
    Directories.delete(dir);
  }
}
