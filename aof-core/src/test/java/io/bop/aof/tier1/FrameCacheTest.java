package io.bop.aof.tier1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bop.aof.format.MalformedException;
import io.bop.aof.io.Host;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class FrameCacheTest {

  private static final int MAX_BYTES = 100_000;

  private final FrameCache cache = new FrameCache(Host.system(), MAX_BYTES, Runnable::run);

  @Test
  void staysWithinItsBound() throws IOException {
    for (int i = 0; i < 1_000; i++) {
      byte[] frame = new byte[1_000 + i];
      assertThat(cache.get(new FrameKey(1, i / 10, 9, i % 10), () -> frame)).isSameAs(frame);
    }
    cache.cleanUp();
    assertThat(cache.stats().bytes()).isBetween(MAX_BYTES / 2L, (long) MAX_BYTES);
    assertThat(cache.stats().misses()).isEqualTo(1_000);
    assertThat(cache.stats().evictions()).isGreaterThan(800);
  }

  @Test
  void keepsNothingWithoutRoom() throws IOException {
    FrameCache none = new FrameCache(Host.system(), 0, Runnable::run);
    none.get(new FrameKey(1, 1, 9, 1), () -> new byte[1]);
    none.cleanUp();
    assertThat(none.getIfPresent(new FrameKey(1, 1, 9, 1))).isNull();
  }

  @Test
  void loadsOnceForAllWhoAskAtTheSameTime() throws Exception {
    int threads = 8;
    AtomicInteger loads = new AtomicInteger();
    CountDownLatch allAsk = new CountDownLatch(threads);
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    try {
      List<Future<byte[]>> results = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        results.add(
            executor.submit(
                () -> {
                  allAsk.countDown();
                  return cache.get(
                      new FrameKey(1, 2, 9, 3),
                      () -> {
                        await(allAsk);
                        loads.incrementAndGet();
                        return new byte[10];
                      });
                }));
      }
      byte[] first = results.get(0).get();
      for (Future<byte[]> result : results) {
        assertThat(result.get()).isSameAs(first);
      }
      assertThat(loads).hasValue(1);
      assertThat(cache.stats().hits()).isEqualTo(threads - 1);
    } finally {
      executor.shutdownNow();
    }
  }

  @Test
  void failedLoadLeavesNoEntry() throws IOException {
    FrameKey key = new FrameKey(1, 2, 9, 3);
    assertThatThrownBy(
            () ->
                cache.get(
                    key,
                    () -> {
                      throw new MalformedException(5, "damaged");
                    }))
        .isInstanceOf(MalformedException.class);
    assertThatThrownBy(
            () ->
                cache.get(
                    key,
                    () -> {
                      throw new IOException("disk");
                    }))
        .isInstanceOf(IOException.class)
        .hasMessage("disk");
    assertThat(cache.get(key, () -> new byte[7])).hasSize(7);
  }

  @Test
  void forgetsASegment() throws IOException {
    cache.get(new FrameKey(1, 2, 9, 3), () -> new byte[7]);
    cache.get(new FrameKey(1, 3, 9, 3), () -> new byte[7]);
    cache.invalidate(1, 2);
    assertThat(cache.getIfPresent(new FrameKey(1, 2, 9, 3))).isNull();
    assertThat(cache.getIfPresent(new FrameKey(1, 3, 9, 3))).hasSize(7);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
