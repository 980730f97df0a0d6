package io.bop.aof.store;

import static io.bop.aof.store.StressFixture.MIB;
import static io.bop.aof.store.StressFixture.checkPayload;
import static io.bop.aof.store.StressFixture.config;
import static io.bop.aof.store.StressFixture.memory;
import static io.bop.aof.store.StressFixture.numberOf;
import static io.bop.aof.store.StressFixture.payload;
import static io.bop.aof.store.StressFixture.together;
import static io.bop.aof.store.StressFixture.verifyAll;
import static io.bop.aof.store.StressFixture.writerOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.AofReader;
import io.bop.aof.AofRecord;
import io.bop.aof.AofStore;
import io.bop.aof.AofStream;
import io.bop.aof.AppendRequest;
import io.bop.aof.AppendResult;
import io.bop.aof.Durability;
import io.bop.aof.OffsetConflictException;
import io.bop.aof.ReadFrom;
import io.bop.aof.ReadOptions;
import io.bop.aof.ReadOptions.Visibility;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ConcurrencyTest {

  private static final int WRITERS = 8;
  private static final int PER_WRITER = 1_000;
  private static final int SIZE = 1_500;

  @TempDir Path root;

  @Test
  void givesEveryFlushedAppendAnOffsetOfItsOwnInOrder() throws Exception {
    try (AofStore store = AofStore.open(config(root).build())) {
      AofStream stream = store.stream("s");
      long total = WRITERS * (long) PER_WRITER;
      List<Callable<BitSet>> tasks = new ArrayList<>();
      for (int w = 0; w < WRITERS; w++) {
        int writer = w;
        tasks.add(() -> append(stream, writer, PER_WRITER, Durability.FLUSHED));
      }
      tasks.add(() -> tail(stream, Visibility.DURABLE, total));
      tasks.add(() -> tail(stream, Visibility.COMMITTED, total));
      List<BitSet> offsets = together(tasks);
      assertDisjointAndComplete(offsets.subList(0, WRITERS), total);
      assertThat(stream.durableOffset()).isEqualTo(total);
      assertThat(stream.snapshot().segments().size()).isGreaterThan(8);
      assertThat(verifyAll(stream, WRITERS)).containsOnly(PER_WRITER);
    }
  }

  @Test
  void keepsStreamsApart() throws Exception {
    try (AofStore store =
        AofStore.open(config(root).tier0(t -> t.withMaxBytes(32 * MIB)).build())) {
      List<Callable<BitSet>> tasks = new ArrayList<>();
      for (int w = 0; w < WRITERS; w++) {
        int writer = w;
        tasks.add(
            () -> append(store.stream("s" + writer), writer, PER_WRITER * 2, Durability.FLUSHED));
        tasks.add(() -> tail(store.stream("s" + writer), Visibility.DURABLE, PER_WRITER * 2));
      }
      together(tasks);
      for (int w = 0; w < WRITERS; w++) {
        assertThat(verifyAll(store.stream("s" + w), WRITERS)[w]).isEqualTo(PER_WRITER * 2);
      }
    }
  }

  @Test
  void givesEveryMemoryAppendAnOffsetOfItsOwnInOrder() throws Exception {
    int each = 5_000;
    try (AofStore store = AofStore.open(config(root).build())) {
      AofStream stream = store.stream("s");
      List<Callable<BitSet>> tasks = new ArrayList<>();
      for (int w = 0; w < WRITERS; w++) {
        int writer = w;
        tasks.add(() -> append(stream, writer, each, Durability.MEMORY));
      }
      tasks.add(() -> tail(stream, Visibility.COMMITTED, (long) WRITERS * each));
      List<BitSet> offsets = together(tasks);
      assertDisjointAndComplete(offsets.subList(0, WRITERS), (long) WRITERS * each);
      stream.flush();
      assertThat(verifyAll(stream, WRITERS)).containsOnly(each);
    }
  }

  private static BitSet append(AofStream stream, int writer, int count, Durability level) {
    BitSet mine = new BitSet();
    long last = -1;
    for (int n = 0; n < count; n++) {
      AppendRequest request =
          AppendRequest.builder(payload(writer, n, SIZE)).durability(level).build();
      long offset = stream.append(request).offset();
      assertThat(offset).isGreaterThan(last);
      assertThat(stream.nextOffset()).isGreaterThan(offset);
      last = offset;
      mine.set((int) offset);
    }
    return mine;
  }

  private static BitSet tail(AofStream stream, Visibility visibility, long total) {
    long[] next = new long[WRITERS];
    ReadOptions options = ReadOptions.defaults().withVisibility(visibility);
    try (AofReader reader = stream.reader(ReadFrom.earliest(), options)) {
      for (long offset = 0; offset < total; offset++) {
        AofRecord record = reader.poll(Duration.ofSeconds(20));
        assertThat(record).as("%s offset=%d", visibility, offset).isNotNull();
        assertThat(record.offset()).isEqualTo(offset);
        if (visibility == Visibility.DURABLE) {
          assertThat(stream.durableOffset()).isGreaterThan(offset);
        }
        byte[] payload = record.payloadBytes();
        checkPayload(payload);
        assertThat(numberOf(payload)).isEqualTo(next[writerOf(payload)]++);
      }
    }
    return new BitSet();
  }

  private static void assertDisjointAndComplete(List<BitSet> offsets, long total) {
    BitSet all = new BitSet();
    for (BitSet mine : offsets) {
      assertThat(all.intersects(mine)).isFalse();
      all.or(mine);
    }
    assertThat(all.cardinality()).isEqualTo((int) total);
    assertThat(all.nextClearBit(0)).isEqualTo((int) total);
  }

  @Test
  void keepsBatchesTogetherHoweverManyAppend() throws Exception {
    int batches = 150;
    int largest = 40;
    try (AofStore store = AofStore.open(config(root).build())) {
      AofStream stream = store.stream("s");
      List<Callable<Long>> tasks = new ArrayList<>();
      for (int w = 0; w < 4; w++) {
        int writer = w;
        tasks.add(
            () -> {
              long number = 0;
              for (int b = 0; b < batches; b++) {
                List<AppendRequest> batch = new ArrayList<>();
                for (int i = 0; i <= b % largest; i++) {
                  batch.add(memory(payload(writer, number++, 600)));
                }
                long first = stream.appendAll(batch).offset();
                checkContiguous(stream, first, batch.size(), writer, number - batch.size());
              }
              return number;
            });
      }
      List<Long> written = together(tasks);
      stream.flush();
      long[] read = verifyAll(stream, 4);
      for (int w = 0; w < 4; w++) {
        assertThat(read[w]).isEqualTo(written.get(w));
      }
    }
  }

  private static void checkContiguous(
      AofStream stream, long first, int count, int writer, long number) {
    ReadOptions options = ReadOptions.defaults().withVisibility(Visibility.COMMITTED);
    try (AofReader reader = stream.reader(ReadFrom.offset(first), options)) {
      for (int i = 0; i < count; i++) {
        AofRecord record = reader.next();
        assertThat(record).isNotNull();
        assertThat(record.offset()).isEqualTo(first + i);
        assertThat(writerOf(record.payloadBytes())).isEqualTo(writer);
        assertThat(numberOf(record.payloadBytes())).isEqualTo(number + i);
      }
    }
  }

  @Test
  void letsExactlyOneOfManyWinEachExpectedOffset() throws Exception {
    int total = 3_000;
    try (AofStore store = AofStore.open(config(root).build())) {
      AofStream stream = store.stream("s");
      List<Callable<BitSet>> tasks = new ArrayList<>();
      for (int w = 0; w < 4; w++) {
        int writer = w;
        tasks.add(() -> compete(stream, writer, total));
      }
      assertDisjointAndComplete(together(tasks), total);
      verifyAll(stream, 4);
    }
  }

  private static BitSet compete(AofStream stream, int writer, int total) {
    BitSet won = new BitSet();
    long number = 0;
    long wanted = 0;
    while (wanted < total) {
      AppendRequest request =
          AppendRequest.builder(payload(writer, number, SIZE))
              .durability(Durability.MEMORY)
              .expectedOffset(wanted)
              .build();
      try {
        assertThat(stream.append(request).offset()).isEqualTo(wanted);
        won.set((int) wanted);
        number++;
        wanted++;
      } catch (OffsetConflictException e) {
        assertThat(e.getMessage()).contains("expected=" + wanted);
        wanted = Math.max(wanted, stream.nextOffset());
      }
    }
    return won;
  }

  @Test
  void completesEveryAsyncAppendOfManyThreads() throws Exception {
    int each = 3_000;
    try (AofStore store = AofStore.open(config(root).build())) {
      AofStream stream = store.stream("s");
      List<Callable<BitSet>> tasks = new ArrayList<>();
      for (int w = 0; w < 4; w++) {
        int writer = w;
        tasks.add(
            () -> {
              List<CompletableFuture<AppendResult.Appended>> futures = new ArrayList<>();
              for (int n = 0; n < each; n++) {
                futures.add(stream.appendAsync(AppendRequest.of(payload(writer, n, 500))));
                if (n % 50 == 0) {
                  stream.append(payload(writer + 4, n / 50, 500));
                }
              }
              BitSet mine = new BitSet();
              for (CompletableFuture<AppendResult.Appended> future : futures) {
                long offset = future.get(10, TimeUnit.SECONDS).offset();
                assertThat(stream.durableOffset()).isGreaterThan(offset);
                mine.set((int) offset);
              }
              return mine;
            });
      }
      together(tasks);
      long[] read = verifyAll(stream, 8);
      assertThat(read).startsWith(each, each, each, each);
    }
  }

  @Test
  void completesTheLastAsyncAppendWithoutAnotherOneBehindIt() throws Exception {
    try (AofStore store = AofStore.open(config(root).build())) {
      AofStream stream = store.stream("s");
      List<Callable<Long>> tasks = new ArrayList<>();
      for (int w = 0; w < 4; w++) {
        int writer = w;
        boolean async = w % 2 == 0;
        tasks.add(
            () -> {
              for (int n = 0; n < 1_500; n++) {
                byte[] payload = payload(writer, n, 16);
                if (async) {
                  stream.appendAsync(AppendRequest.of(payload)).get(5, TimeUnit.SECONDS);
                } else {
                  stream.append(payload);
                }
              }
              return 0L;
            });
      }
      together(tasks);
      verifyAll(stream, 4);
    }
  }

  @Test
  void goesOnWhileStreamsAreSealedTruncatedAndDeletedUnderTheWriters() throws Exception {
    try (AofStore store = AofStore.open(config(root).build())) {
      AofStream stream = store.stream("s");
      AtomicBoolean done = new AtomicBoolean();
      List<Callable<Long>> tasks = new ArrayList<>();
      for (int w = 0; w < 4; w++) {
        int writer = w;
        tasks.add(
            () -> {
              try {
                for (int n = 0; n < 3_000; n++) {
                  stream.append(memory(payload(writer, n, SIZE)));
                }
              } finally {
                done.set(true);
              }
              return 0L;
            });
      }
      tasks.add(
          () -> {
            while (!done.get()) {
              stream.seal();
              stream.truncateBefore(Math.max(0, stream.nextOffset() - 2_000));
            }
            return 0L;
          });
      tasks.add(
          () -> {
            for (int round = 0; round < 60; round++) {
              String name = "short" + round;
              store.stream(name).append(payload(0, round, SIZE));
              store.deleteStream(name);
            }
            return 0L;
          });
      together(tasks);
      stream.flush();
      assertThat(store.snapshot().manifest().failure()).isNull();
      assertThat(stream.nextOffset()).isEqualTo(12_000);
      StressFixture.awaitUploaded(stream);
    }
  }
}
