package io.bop.aof.benchmarks.engine;

import io.bop.aof.AofStore;
import io.bop.aof.AofStream;
import io.bop.aof.Tier;
import io.bop.aof.benchmarks.Directories;
import io.bop.aof.benchmarks.Payloads;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** A store with one stream whose segments are all in Tier 1 and only there. */
public final class WarmStream implements Closeable {

  private final Path dir;
  private final AofStore store;
  private final AofStream stream;
  private final long records;

  /**
   * Appends records, seals, and waits until Tier 0 has let go of them.
   *
   * @param dir an existing directory of its own
   * @param size payload bytes
   * @param frameCacheBytes what the store may keep decompressed
   */
  public WarmStream(Path dir, int size, long volumeBytes, long frameCacheBytes) {
    this.dir = dir;
    this.store = Stores.warm(dir, frameCacheBytes);
    this.stream = store.stream("warm");
    this.records = Math.max(1, volumeBytes / size);
    Payloads payloads = Payloads.varied(size);
    for (long n = 0; n < records; n++) {
      stream.append(payloads.get(n));
    }
    stream.seal();
    Stores.await("all segments are only in Tier 1", this::isWarm);
  }

  private boolean isWarm() {
    return stream.snapshot().segments().stream()
        .filter(segment -> segment.bytes() > 0)
        .allMatch(segment -> segment.residency().equals(Set.of(Tier.TIER1)));
  }

  AofStream stream() {
    return stream;
  }

  /** How many records there are. */
  public long records() {
    return records;
  }

  /** The warm files, in the order of their segments. */
  public List<Path> files() throws IOException {
    try (Stream<Path> walk = Files.walk(dir.resolve("tier1"))) {
      return walk.filter(path -> path.toString().endsWith(".zst")).sorted().toList();
    }
  }

  @Override
  public void close() throws IOException {
    store.close();
    Directories.delete(dir);
  }
}
