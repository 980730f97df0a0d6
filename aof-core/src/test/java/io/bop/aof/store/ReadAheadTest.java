package io.bop.aof.store;

import static io.bop.aof.store.StressFixture.memory;
import static io.bop.aof.store.StressFixture.payload;
import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.AofConfig;
import io.bop.aof.AofReader;
import io.bop.aof.AofStore;
import io.bop.aof.AofStream;
import io.bop.aof.ReadFrom;
import io.bop.aof.ReadOptions;
import io.bop.aof.Tier;
import io.bop.aof.io.Host;
import io.bop.aof.io.Threads;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How many frames of a warm file are prepared for a reader that goes on. */
@Timeout(60)
class ReadAheadTest {

  private static final int COUNT = 8_000;
  private static final int FRAME = 64 * 1024;
  private static final int CONFIGURED = 5;

  /** The frame that it began in, the one that it went on to, and those ahead of that. */
  private static final int BEGUN = 2;

  @TempDir Path folder;

  private final AtomicInteger frames = new AtomicInteger();

  private AofConfig config() {
    return StressFixture.config(folder)
        .tier0(t -> t.withMaxBytes(4 * StressFixture.MIB))
        .tier1(t -> t.withFrameSize(FRAME).withFrameCache(0))
        .hydration(h -> h.withReadAhead(CONFIGURED))
        .build();
  }

  @BeforeEach
  void write() {
    try (AofStore store = AofStore.open(config())) {
      AofStream stream = store.stream("s");
      for (long n = 0; n < COUNT; n++) {
        stream.append(memory(payload(0, n, 1_000)));
      }
      stream.seal();
    }
  }

  @Test
  void preparesAsManyFramesAsConfigured() {
    assertThat(framesOf(ReadOptions.defaults())).isEqualTo(BEGUN + CONFIGURED);
  }

  @Test
  void preparesAsManyFramesAsTheReaderWants() {
    assertThat(framesOf(ReadOptions.defaults().withReadAhead(3))).isEqualTo(BEGUN + 3);
  }

  private int framesOf(ReadOptions options) {
    try (AofStore store = Engine.open(config(), counted())) {
      AofStream stream = store.stream("s");
      Awaitility.await("a warm beginning").until(() -> isWarm(stream));
      frames.set(0);
      try (AofReader reader = stream.reader(ReadFrom.earliest(), options)) {
        for (int bytes = 0; bytes < FRAME * 3 / 2; bytes += 1_000) {
          assertThat(reader.next()).isNotNull();
        }
        return frames.get();
      }
    }
  }

  private static boolean isWarm(AofStream stream) {
    Set<Tier> tiers = stream.snapshot().segments().get(0).residency();
    return tiers.contains(Tier.TIER1) && !tiers.contains(Tier.TIER0);
  }

  /** The system's machine, on which the tasks of readers' workers are counted. */
  private Host counted() {
    return new HostWithPools(
        Host.system(), (name, pool) -> name.equals("aof-read") ? new CountedPool(pool) : pool);
  }

  private final class CountedPool implements Threads.WorkerPool {
    private final Threads.WorkerPool pool;

    CountedPool(Threads.WorkerPool pool) {
      this.pool = pool;
    }

    @Override
    public void execute(Runnable task) {
      frames.incrementAndGet();
      pool.execute(task);
    }

    @Override
    public int size() {
      return pool.size();
    }

    @Override
    public boolean shutdown(Duration limit) {
      return pool.shutdown(limit);
    }
  }
}
