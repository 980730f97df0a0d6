package io.bop.aof.benchmarks.engine;

import io.bop.aof.ReadOptions;
import io.bop.aof.benchmarks.Contestant;
import io.bop.aof.benchmarks.Sample;
import io.bop.aof.benchmarks.Shared;
import io.bop.aof.benchmarks.ThreadTeam;
import java.io.IOException;

/** Replays a stream that lies in Tier 1 only. */
public final class WarmReplay implements Contestant {

  private final Shared.Use<WarmStream> warm;
  private final int readAhead;

  /** Of the stream given, with that many runs of read-ahead. */
  public WarmReplay(Shared.Use<WarmStream> warm, int readAhead) {
    this.warm = warm;
    this.readAhead = readAhead;
  }

  @Override
  public String name() {
    return "ours";
  }

  @Override
  public String state() {
    return "all in Tier 1 and in the page cache, no frame cached, read-ahead "
        + readAhead
        + "; frames decompressed and record checksums verified";
  }

  @Override
  public void prepare() {}

  @Override
  public Sample measure() throws Exception {
    ReadOptions options = ReadOptions.defaults().withReadAhead(readAhead);
    return ThreadTeam.run(1, (thread, latency) -> StreamReplay.all(warm.get().stream(), options));
  }

  @Override
  public void settle() {}

  @Override
  public void close() throws IOException {
    warm.close();
  }
}
