package io.bop.aof.tier0;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bop.aof.AofException;
import io.bop.aof.BackpressureKind;
import io.bop.aof.FlushFailedException;
import io.bop.aof.format.SegmentHeader;
import io.bop.aof.format.SlotState;
import io.bop.aof.io.Disk;
import io.bop.aof.io.Entropy;
import io.bop.aof.io.Host;
import io.bop.aof.io.MappedFile;
import io.bop.aof.io.Threads;
import io.bop.aof.io.Threads.WorkerPool;
import io.bop.aof.io.Time;
import io.bop.aof.segment.CommitTablePool;
import io.bop.aof.segment.HotSegment;
import io.bop.aof.segment.RecordBytes;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class GroupCommitTest {

  private static final UUID STORE = new UUID(1, 2);
  private static final long TIMEOUT = TimeUnit.SECONDS.toNanos(10);

  @TempDir Path directory;

  private final AtomicInteger forces = new AtomicInteger();
  private final AtomicInteger forcing = new AtomicInteger();
  private final AtomicInteger mostAtOnce = new AtomicInteger();
  private final AtomicBoolean broken = new AtomicBoolean();
  private final Host host = new CountingHost();
  private final List<WorkerPool> pools = new ArrayList<>();
  private SlotPool slots;
  private HotStream stream;

  @BeforeEach
  void openStream() {
    long budget = 16L << 20;
    slots = new SlotPool(host, new SlotPool.Options(directory, STORE, budget, 0, 0));
    pools.add(host.threads().pool("flush", 1));
    pools.add(host.threads().pool("complete", 1));
    HotContext context =
        new HotContext(
            host,
            STORE,
            1,
            slots,
            new CommitTablePool(1 << 20),
            pools.get(0),
            pools.get(1),
            new Silence());
    HotOptions options =
        new HotOptions(
            SizeClass.SMALL,
            SizeClass.SMALL,
            TimeUnit.MILLISECONDS.toNanos(5),
            8 << 20,
            64 << 20,
            TIMEOUT);
    SegmentHeader header = new SegmentHeader(STORE, 0, 1, 0, 0, 0, 1 << 20, 1, 1, SlotState.IN_USE);
    stream = new HotStream("s", context, options, HotSegment.origin(header));
  }

  @AfterEach
  void close() {
    slots.close(Duration.ofSeconds(5));
    pools.forEach(pool -> pool.shutdown(Duration.ofSeconds(5)));
  }

  private long append(boolean flushSoon) {
    byte[] payload = new byte[200];
    RecordBytes record = new RecordBytes();
    record.set(1, payload, 0, payload.length);
    return stream.append(record, -1, TIMEOUT, flushSoon);
  }

  @Test
  void sharesForcesBetweenManyThreadsAndNeverRunsTwoAtOnce() throws Exception {
    int threads = 6;
    int each = 300;
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    List<Future<?>> done = new ArrayList<>();
    for (int t = 0; t < threads; t++) {
      done.add(
          pool.submit(
              () -> {
                for (int n = 0; n < each; n++) {
                  long offset = append(false);
                  assertThat(stream.commits().await(offset + 1, TIMEOUT)).isTrue();
                  assertThat(stream.commits().durableOffset()).isGreaterThan(offset);
                }
              }));
    }
    for (Future<?> task : done) {
      task.get(20, TimeUnit.SECONDS);
    }
    pool.shutdownNow();
    assertThat(stream.commits().durableOffset()).isEqualTo(threads * each);
    assertThat(mostAtOnce).hasValue(1);
    assertThat(forces.get()).isLessThan(threads * each);
    assertThat(stream.unflushedBytes()).isZero();
  }

  @Test
  void completesWhatNobodyWaitsForWithoutAnotherAppend() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(4);
    List<Future<?>> done = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      boolean async = t % 2 == 0;
      done.add(
          pool.submit(
              () -> {
                for (int n = 0; n < 500; n++) {
                  long offset = append(false);
                  if (async) {
                    CompletableFuture<@Nullable AofException> told = new CompletableFuture<>();
                    stream.commits().whenDurable(offset + 1, told::complete);
                    assertThat(told.get(5, TimeUnit.SECONDS)).isNull();
                  } else {
                    stream.commits().await(offset + 1, TIMEOUT);
                  }
                }
                return null;
              }));
    }
    for (Future<?> each : done) {
      each.get(20, TimeUnit.SECONDS);
    }
    pool.shutdownNow();
  }

  @Test
  void forcesWhatNobodyAskedForAfterTheInterval() {
    for (int n = 0; n < 50; n++) {
      append(true);
    }
    Awaitility.await("the interval passes")
        .atMost(5, TimeUnit.SECONDS)
        .until(() -> stream.commits().durableOffset() == 50);
  }

  @Test
  void aFailedForceIsFinalForWaitersFuturesAndAppends() throws Exception {
    append(false);
    stream.commits().await(1, TIMEOUT);
    broken.set(true);
    append(false);
    assertThatThrownBy(() -> stream.commits().await(2, TIMEOUT))
        .isInstanceOf(FlushFailedException.class);
    broken.set(false);
    assertThatThrownBy(() -> stream.commits().await(2, TIMEOUT))
        .isInstanceOf(FlushFailedException.class);
    CompletableFuture<@Nullable AofException> told = new CompletableFuture<>();
    stream.commits().whenDurable(2, told::complete);
    assertThat(told.get(5, TimeUnit.SECONDS)).isInstanceOf(FlushFailedException.class);
    assertThatThrownBy(() -> append(false)).isInstanceOf(FlushFailedException.class);
    assertThat(stream.commits().durableOffset()).isEqualTo(1);
    assertThat(stream.active().isTripped()).isTrue();
  }

  /* The real machine, but that forces of mappings are counted, and fail when told to. */
  private final class CountingHost implements Host {
    private final Host real = Host.system();
    private final Disk disk =
        (Disk)
            Proxy.newProxyInstance(
                Disk.class.getClassLoader(),
                new Class<?>[] {Disk.class},
                (proxy, method, arguments) -> {
                  try {
                    Object result = method.invoke(real.disk(), arguments);
                    return result instanceof MappedFile file ? new CountingFile(file) : result;
                  } catch (InvocationTargetException e) {
                    throw e.getCause();
                  }
                });

    @Override
    public Disk disk() {
      return disk;
    }

    @Override
    public Time time() {
      return real.time();
    }

    @Override
    public Entropy entropy() {
      return real.entropy();
    }

    @Override
    public Threads threads() {
      return real.threads();
    }
  }

  private final class CountingFile implements MappedFile {
    private final MappedFile real;

    CountingFile(MappedFile real) {
      this.real = real;
    }

    @Override
    public ByteBuffer buffer() {
      return real.buffer();
    }

    @Override
    public void force(long from, long to) throws IOException {
      mostAtOnce.accumulateAndGet(forcing.incrementAndGet(), Math::max);
      try {
        if (broken.get()) {
          throw new IOException("injected");
        }
        forces.incrementAndGet();
        real.force(from, to);
      } finally {
        forcing.decrementAndGet();
      }
    }

    @Override
    public void close() {
      real.close();
    }
  }

  private static final class Silence implements HotEvents {
    @Override
    public void installed(HotStream of, HotSegment segment) {}

    @Override
    public void tripped(HotStream of, HotSegment segment) {}

    @Override
    public void spaceWanted() {}

    @Override
    public void flushed(HotStream of, long bytes, long nanos, @Nullable Throwable failure) {}

    @Override
    public void backpressure(HotStream of, BackpressureKind kind, long nanos, boolean refused) {}

    @Override
    public void failed(HotStream of, Throwable failure) {}
  }
}
