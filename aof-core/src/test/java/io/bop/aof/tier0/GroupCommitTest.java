package io.bop.aof.tier0;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bop.aof.AofException;
import io.bop.aof.FlushFailedException;
import io.bop.aof.io.Disk;
import io.bop.aof.io.Host;
import io.bop.aof.io.MappedFile;
import io.bop.aof.segment.HotSegment;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

  private static final long TIMEOUT = TimeUnit.SECONDS.toNanos(10);
  private static final long SHORT = TimeUnit.MILLISECONDS.toNanos(100);

  @TempDir Path directory;

  private final AtomicInteger forces = new AtomicInteger();
  private final AtomicInteger forcing = new AtomicInteger();
  private final AtomicInteger mostAtOnce = new AtomicInteger();
  private final AtomicBoolean broken = new AtomicBoolean();
  private final Host host = countingHost();
  private HotStreamFixture fixture;
  private HotStream stream;

  @BeforeEach
  void openStream() {
    fixture = new HotStreamFixture(host, directory, new HotStreamFixture.Silence());
    stream = fixture.stream;
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private long append(boolean flushSoon) {
    return fixture.append(flushSoon);
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
  void nothingIsDurableAfterAFailedForceUntilTheSegmentWasRewritten() throws Exception {
    append(false);
    stream.commits().await(1, TIMEOUT);
    HotSegment first = stream.active();
    broken.set(true);
    append(false);
    assertThat(stream.commits().await(2, SHORT)).isFalse();
    broken.set(false);
    int before = forces.get();
    assertThat(stream.commits().isBroken(first)).isTrue();
    assertThat(first.isTripped()).isTrue();
    assertThat(append(true)).isEqualTo(2);
    assertThat(stream.commits().await(3, SHORT)).isFalse();
    CompletableFuture<@Nullable AofException> told = new CompletableFuture<>();
    stream.commits().whenDurable(3, told::complete);
    assertThat(forces).hasValue(before);
    assertThat(stream.commits().durableOffset()).isEqualTo(1);
    stream.commits().rewritten(first);
    assertThat(stream.commits().await(3, TIMEOUT)).isTrue();
    assertThat(told.get(5, TimeUnit.SECONDS)).isNull();
    assertThat(stream.commits().isBroken(first)).isFalse();
    assertThat(stream.unflushedBytes()).isZero();
  }

  @Test
  void aFailureThatCannotBeMendedIsFinalForWaitersFuturesAndAppends() throws Exception {
    append(false);
    stream.commits().await(1, TIMEOUT);
    broken.set(true);
    append(false);
    assertThat(stream.commits().await(2, SHORT)).isFalse();
    CompletableFuture<@Nullable AofException> told = new CompletableFuture<>();
    stream.commits().whenDurable(2, told::complete);
    stream.commits().abandon(new FlushFailedException("s", 1, 1, new IOException("injected")));
    broken.set(false);
    assertThatThrownBy(() -> stream.commits().await(2, TIMEOUT))
        .isInstanceOf(FlushFailedException.class);
    assertThat(told.get(5, TimeUnit.SECONDS)).isInstanceOf(FlushFailedException.class);
    assertThatThrownBy(() -> append(false)).isInstanceOf(FlushFailedException.class);
    assertThat(stream.commits().durableOffset()).isEqualTo(1);
    assertThat(stream.active().isTripped()).isTrue();
  }

  /* The real machine, but that forces of mappings are counted, and fail when told to. */
  private Host countingHost() {
    Host real = Host.system();
    Disk disk =
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
    return real.withDisk(disk);
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
}
