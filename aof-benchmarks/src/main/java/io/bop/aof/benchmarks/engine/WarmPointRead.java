package io.bop.aof.benchmarks.engine;

import io.bop.aof.benchmarks.Contestant;
import io.bop.aof.benchmarks.Sample;
import io.bop.aof.benchmarks.Shared;
import io.bop.aof.benchmarks.ThreadTeam;
import java.io.IOException;
import java.util.SplittableRandom;

/** Reads single records at random offsets out of Tier 1, each with a reader of its own. */
public final class WarmPointRead implements Contestant {

  private static final long SEED = 11;

  private final Shared.Use<WarmStream> warm;
  private final int reads;

  /**
   * Of the stream given.
   *
   * @param reads how many records a round reads
   */
  public WarmPointRead(Shared.Use<WarmStream> warm, int reads) {
    this.warm = warm;
    this.reads = reads;
  }

  @Override
  public String name() {
    return "ours";
  }

  @Override
  public String state() {
    return "all in Tier 1 and page cache, no frame cached; reader opened, one next(), closed";
  }

  @Override
  public void prepare() {}

  @Override
  public Sample measure() throws Exception {
    return ThreadTeam.run(1, (thread, latency) -> read());
  }

  private long read() {
    SplittableRandom random = new SplittableRandom(SEED);
    for (int i = 0; i < reads; i++) {
      StorePointRead.readOne(warm.get().stream(), random.nextLong(warm.get().records()));
    }
    return reads;
  }

  @Override
  public void settle() {}

  @Override
  public void close() throws IOException {
    warm.close();
  }
}
