package io.bop.aof.store;

import static io.bop.aof.store.StressFixture.MIB;
import static io.bop.aof.store.StressFixture.config;
import static io.bop.aof.store.StressFixture.payload;
import static io.bop.aof.store.StressFixture.verifyAll;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bop.aof.AofException;
import io.bop.aof.AofReader;
import io.bop.aof.AofRecord;
import io.bop.aof.AofStore;
import io.bop.aof.AofStream;
import io.bop.aof.AppendOutcomeUnknownException;
import io.bop.aof.AppendRequest;
import io.bop.aof.AppendResult;
import io.bop.aof.Durability;
import io.bop.aof.ReadFrom;
import io.bop.aof.StoreClosedException;
import io.bop.aof.coordinator.Pending;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A store that is closed under its writers and readers, again and again. */
@Timeout(60)
class CloseTest {

  private static final int ROUNDS = 4;
  private static final int WRITERS = 3;

  @TempDir Path root;

  /* How many records of this writer were acknowledged when the store closed. */
  private static long write(AofStream stream, int writer, AtomicLong total) {
    Durability level = writer % 2 == 0 ? Durability.MEMORY : Durability.FLUSHED;
    long number = 0;
    try {
      while (true) {
        byte[] payload = payload(writer, number, 2_000);
        stream.append(AppendRequest.builder(payload).durability(level).build());
        number++;
        total.incrementAndGet();
      }
    } catch (StoreClosedException e) {
      return number;
    }
  }

  private static AofException read(AofStream stream, boolean tail) {
    while (true) {
      try (AofReader reader = stream.reader(ReadFrom.earliest())) {
        AofRecord record = reader.next();
        while (record != null) {
          StressFixture.checkPayload(record.payloadBytes());
          record = tail ? reader.poll(Duration.ofSeconds(5)) : reader.next();
        }
      } catch (AofException e) {
        return e;
      }
    }
  }

  @Test
  void keepsWhatWasAcknowledgedAndTellsEverybody() throws Exception {
    ExecutorService threads = Executors.newCachedThreadPool();
    List<Long> acknowledged = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      AofStore store = AofStore.open(config(root).tier0(t -> t.withMaxBytes(8 * MIB)).build());
      AofStream stream = store.stream("s");
      AtomicLong total = new AtomicLong();
      List<Future<Long>> writers = new ArrayList<>();
      for (int w = 0; w < WRITERS; w++) {
        int writer = round * WRITERS + w;
        writers.add(threads.submit(() -> write(stream, writer, total)));
      }
      List<Future<AofException>> readers =
          List.of(
              threads.submit(() -> read(stream, true)), threads.submit(() -> read(stream, false)));
      Awaitility.await("the writers are writing").until(() -> total.get() > 1_000);
      store.close();
      for (Future<Long> writer : writers) {
        acknowledged.add(writer.get(20, TimeUnit.SECONDS));
      }
      for (Future<AofException> reader : readers) {
        assertThat(reader.get(20, TimeUnit.SECONDS)).isInstanceOf(StoreClosedException.class);
      }
    }
    threads.shutdownNow();
    try (AofStore store = AofStore.open(config(root).build())) {
      assertThat(store.snapshot().recovery().cleanClose()).isTrue();
      long[] read = verifyAll(store.stream("s"), ROUNDS * WRITERS);
      for (int w = 0; w < read.length; w++) {
        assertThat(read[w]).isGreaterThanOrEqualTo(acknowledged.get(w));
      }
      assertThat(store.snapshot().needsRecovery()).isZero();
    }
  }

  @Test
  void tellsAppendsThatWaitForTheArchive() throws Exception {
    ExecutorService threads = Executors.newCachedThreadPool();
    AofStore store =
        AofStore.open(
            config(root)
                .archiveLinger(Duration.ofHours(1))
                .appendTimeout(Duration.ofHours(1))
                .build());
    AofStream stream = store.stream("s");
    AppendRequest request =
        AppendRequest.builder(payload(0, 0, 100)).durability(Durability.ARCHIVED).build();
    CompletableFuture<AppendResult.Appended> async = stream.appendAsync(request);
    Future<AppendResult.Appended> waiting = threads.submit(() -> stream.append(request));
    Awaitility.await("both have their places").until(() -> stream.durableOffset() == 2);

    store.close();

    for (Future<?> append : List.of(async, waiting)) {
      assertThatThrownBy(() -> append.get(20, TimeUnit.SECONDS))
          .hasCauseInstanceOf(AppendOutcomeUnknownException.class);
    }
    threads.shutdownNow();
  }

  @Test
  void tellsCommandsThatComeTooLate() {
    EngineStore store = (EngineStore) AofStore.open(config(root).build());
    EngineStream stream = (EngineStream) store.stream("s");
    store.close();

    Pending<Boolean> truncated = new Pending<>(store.parts().host());
    store.parts().coordinator().truncate(stream.hot().id(), 0, truncated);

    assertThatThrownBy(() -> truncated.await("truncation", TimeUnit.SECONDS.toNanos(30)))
        .isInstanceOf(StoreClosedException.class);
  }

  @Test
  void aClosedStoreShowsNoBrokenStreams() {
    AofStore store = AofStore.open(config(root).build());
    store.stream("s").append(payload(1, 0, 100));
    store.close();
    assertThat(store.snapshot().open()).isFalse();
    assertThat(store.snapshot().streams()).singleElement().extracting("failure").isNull();
  }
}
