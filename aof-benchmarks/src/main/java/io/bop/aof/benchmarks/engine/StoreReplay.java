package io.bop.aof.benchmarks.engine;

import io.bop.aof.ReadOptions;
import io.bop.aof.benchmarks.Contestant;
import io.bop.aof.benchmarks.Sample;
import io.bop.aof.benchmarks.ThreadTeam;
import java.io.IOException;
import java.nio.file.Path;

/** Replays a stream that lies in Tier 0. */
public final class StoreReplay implements Contestant {

  private final HotStream hot;

  /** Appends the records. */
  public StoreReplay(Path dir, int size, long records, long volumeBytes) {
    this.hot = new HotStream(dir, size, records, volumeBytes);
  }

  @Override
  public String name() {
    return "ours";
  }

  @Override
  public String state() {
    return "all in Tier 0, page cache warm; runs copied to the reader's buffer, checksums verified"
        + " there";
  }

  @Override
  public void prepare() {
    hot.awaitQuiet();
  }

  @Override
  public Sample measure() throws Exception {
    return ThreadTeam.run(
        1, (thread, latency) -> StreamReplay.all(hot.stream(), ReadOptions.defaults()));
  }

  @Override
  public void settle() {}

  @Override
  public void close() throws IOException {
    hot.close();
  }
}
