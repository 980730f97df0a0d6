package io.bop.aof.benchmarks.engine;

import io.bop.aof.AofReader;
import io.bop.aof.AofRecord;
import io.bop.aof.AofStream;
import io.bop.aof.ReadFrom;
import io.bop.aof.ReadOptions;
import io.bop.aof.benchmarks.Contestant;
import io.bop.aof.benchmarks.Sample;
import io.bop.aof.benchmarks.ThreadTeam;
import java.io.IOException;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/** Reads single records at random offsets out of Tier 0, each with a reader of its own. */
public final class StorePointRead implements Contestant {

  private static final long SEED = 7;
  private static final int READS_A_LOOK = 64;
  private static final ReadOptions OPTIONS = ReadOptions.defaults().withReadAhead(0);

  private final HotStream hot;
  private final long limitNanos;

  /**
   * Appends the records.
   *
   * @param seconds how long a round lasts
   */
  public StorePointRead(Path dir, int size, long records, long volumeBytes, int seconds) {
    this.hot = new HotStream(dir, size, records, volumeBytes);
    this.limitNanos = TimeUnit.SECONDS.toNanos(seconds);
  }

  @Override
  public String name() {
    return "ours";
  }

  @Override
  public String state() {
    return "all in Tier 0, page cache warm; reader opened, one next(), closed";
  }

  @Override
  public void prepare() {
    hot.awaitQuiet();
  }

  @Override
  public Sample measure() throws Exception {
    return ThreadTeam.run(1, (thread, latency) -> read());
  }

  private long read() {
    AofStream stream = hot.stream();
    SplittableRandom random = new SplittableRandom(SEED);
    long count = stream.nextOffset();
    long start = System.nanoTime();
    long reads = 0;
    while (reads % READS_A_LOOK != 0 || System.nanoTime() - start < limitNanos) {
      readOne(stream, random.nextLong(count));
      reads++;
    }
    return reads;
  }

  /** Opens a reader at the offset and takes one record. */
  static void readOne(AofStream stream, long offset) {
    try (AofReader reader = stream.reader(ReadFrom.offset(offset), OPTIONS)) {
      AofRecord found = reader.next();
      if (found == null || found.offset() != offset) {
        throw new IllegalStateException("record is missing: offset=" + offset);
      }
    }
  }

  @Override
  public void settle() {}

  @Override
  public void close() throws IOException {
    hot.close();
  }
}
