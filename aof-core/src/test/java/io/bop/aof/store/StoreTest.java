package io.bop.aof.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bop.aof.AofConfig;
import io.bop.aof.AofReader;
import io.bop.aof.AofRecord;
import io.bop.aof.AofStore;
import io.bop.aof.AofStream;
import io.bop.aof.AppendRequest;
import io.bop.aof.AppendReservation;
import io.bop.aof.AppendResult;
import io.bop.aof.Durability;
import io.bop.aof.OffsetConflictException;
import io.bop.aof.OffsetOutOfRangeException;
import io.bop.aof.ReadFrom;
import io.bop.aof.ReadOptions;
import io.bop.aof.RecordTooLargeException;
import io.bop.aof.SegmentState;
import io.bop.aof.StoreClosedException;
import io.bop.aof.StoreLockedException;
import io.bop.aof.StreamSnapshot;
import io.bop.aof.Tier;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class StoreTest {

  private static final long MIB = 1024 * 1024;

  @TempDir Path root;

  private AofConfig.Builder config() {
    return AofConfig.builder(root)
        .maxRecordSize(256 * 1024)
        .segment(s -> s.withMaxSize(MIB))
        .tier0(t -> t.withMaxBytes(8 * MIB))
        .tier1(t -> t.withMaxBytes(16 * MIB))
        .manifest(m -> m.withRotateAfter(Duration.ofMillis(50)));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] payload(long n) {
    byte[] bytes = new byte[100 + (int) (n % 900)];
    SplittableRandom random = new SplittableRandom(n);
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) ('a' + random.nextInt(16));
    }
    return bytes;
  }

  private static List<String> readAll(AofStream stream, ReadFrom from) {
    List<String> all = new ArrayList<>();
    try (AofReader reader = stream.reader(from)) {
      for (AofRecord record = reader.next(); record != null; record = reader.next()) {
        all.add(new String(record.payloadBytes(), StandardCharsets.UTF_8));
      }
    }
    return all;
  }

  private static void verify(AofStream stream, long from, long to) {
    try (AofReader reader = stream.reader(ReadFrom.offset(from))) {
      for (long n = from; n < to; n++) {
        AofRecord record = reader.next();
        assertThat(record).as("record %d", n).isNotNull();
        assertThat(record.offset()).isEqualTo(n);
        assertThat(record.payloadBytes()).isEqualTo(payload(n));
      }
      assertThat(reader.next()).isNull();
    }
  }

  private static void awaitArchived(AofStream stream, long offset) {
    Awaitility.await("upload runs in the background")
        .atMost(20, TimeUnit.SECONDS)
        .until(() -> stream.archivedOffset() >= offset);
  }

  @Test
  void readsBackWhatWasAppended() {
    try (AofStore store = AofStore.open(config().build())) {
      AofStream stream = store.stream("orders");
      assertThat(stream.append(bytes("one"))).isZero();
      assertThat(stream.append(ByteBuffer.wrap(bytes("two")))).isEqualTo(1);
      ByteBuffer direct = ByteBuffer.allocateDirect(5).put(bytes("three")).flip();
      assertThat(stream.append(direct)).isEqualTo(2);
      assertThat(direct.remaining()).isEqualTo(5);
      assertThat(readAll(stream, ReadFrom.earliest())).containsExactly("one", "two", "three");
      assertThat(stream.durableOffset()).isEqualTo(3);
      assertThat(stream.nextOffset()).isEqualTo(3);
    }
  }

  @Test
  void keepsEverythingOverACleanReopen() {
    try (AofStore store = AofStore.open(config().build())) {
      for (long n = 0; n < 5_000; n++) {
        store.stream("s")
            .append(AppendRequest.builder(payload(n)).durability(Durability.MEMORY).build());
      }
    }
    try (AofStore store = AofStore.open(config().build())) {
      AofStream stream = store.stream("s");
      assertThat(store.snapshot().recovery().cleanClose()).isTrue();
      assertThat(stream.nextOffset()).isEqualTo(5_000);
      verify(stream, 0, 5_000);
      assertThat(stream.append(payload(5_000))).isEqualTo(5_000);
      verify(stream, 4_000, 5_001);
    }
  }

  @Test
  void movesSealedSegmentsThroughAllTiersAndReadsThemFromEach() {
    try (AofStore store = AofStore.open(config().build())) {
      AofStream stream = store.stream("s");
      long count = 40_000;
      for (long n = 0; n < count; n++) {
        stream.append(AppendRequest.builder(payload(n)).durability(Durability.MEMORY).build());
      }
      stream.seal();
      awaitArchived(stream, count);
      assertThat(stream.snapshot().segments())
          .allMatch(segment -> segment.state() == SegmentState.UPLOADED);
      verify(stream, 0, count);
      for (long n = 0; n < count; n += 997) {
        try (AofReader reader = stream.reader(ReadFrom.offset(n))) {
          AofRecord record = reader.next();
          assertThat(record).isNotNull();
          assertThat(record.payloadBytes()).isEqualTo(payload(n));
        }
      }
      assertThat(store.snapshot().tiers().get(Tier.TIER0).bytes()).isLessThanOrEqualTo(8 * MIB);
    }
  }

  @Test
  void servesEveryRecordAfterTier1WasDeleted() throws Exception {
    long count = 30_000;
    try (AofStore store = AofStore.open(config().build())) {
      AofStream stream = store.stream("s");
      for (long n = 0; n < count; n++) {
        stream.append(AppendRequest.builder(payload(n)).durability(Durability.MEMORY).build());
      }
      stream.seal();
      awaitArchived(stream, count);
    }
    deleteTree(root.resolve("tier1"));
    try (AofStore store = AofStore.open(config().build())) {
      assertThat(store.snapshot().recovery().needsRecovery())
          .anyMatch(what -> what.startsWith("s/") && what.endsWith("TIER1"));
      verify(store.stream("s"), 0, count);
    }
  }

  private static void deleteTree(Path folder) throws Exception {
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.delete(path);
      }
    }
  }

  @Test
  void keepsKeyHeadersTimeAndExtId() {
    Instant time = Instant.parse("2001-01-01T00:47:00.123456Z");
    try (AofStore store = AofStore.open(config().build())) {
      AofStream stream = store.stream("s");
      stream.append(
          AppendRequest.builder(bytes("p"))
              .key("k1")
              .header("type", "Order")
              .header("type", "Order2")
              .timestamp(time)
              .extId(42)
              .build());
      try (AofReader reader = stream.reader(ReadFrom.earliest())) {
        AofRecord record = reader.next();
        assertThat(record).isNotNull();
        AofRecord copy = record.copy();
        for (AofRecord each : List.of(record, copy)) {
          assertThat(each.key()).hasValueSatisfying(k -> assertThat(k).isEqualTo(bytes("k1")));
          assertThat(each.headers().count()).isEqualTo(2);
          assertThat(each.headers().lastString("type")).hasValue("Order2");
          assertThat(each.timestamp()).isEqualTo(time);
          assertThat(each.extId()).hasValue(42);
          assertThat(each.payloadSize()).isEqualTo(1);
        }
      }
    }
  }

  @Test
  void appendsBatchesAtomicallyAndInOrder() {
    try (AofStore store = AofStore.open(config().build())) {
      AofStream stream = store.stream("s");
      stream.append(bytes("a"));
      List<AppendRequest> batch =
          Stream.of("b", "c", "d").map(t -> AppendRequest.of(bytes(t))).toList();
      assertThat(stream.appendAll(batch).offset()).isEqualTo(1);
      assertThat(readAll(stream, ReadFrom.earliest())).containsExactly("a", "b", "c", "d");
    }
  }

  @Test
  void refusesAnAppendAtAnotherOffsetThanExpected() {
    try (AofStore store = AofStore.open(config().build())) {
      AofStream stream = store.stream("s");
      stream.append(AppendRequest.builder(bytes("a")).expectedOffset(0).build());
      assertThatThrownBy(
              () -> stream.append(AppendRequest.builder(bytes("b")).expectedOffset(0).build()))
          .isInstanceOf(OffsetConflictException.class)
          .hasMessageContaining("expected=0 actual=1");
      assertThat(stream.nextOffset()).isEqualTo(1);
    }
  }

  @Test
  void completesAsyncAppendsInOrder() {
    try (AofStore store = AofStore.open(config().build())) {
      AofStream stream = store.stream("s");
      List<CompletableFuture<AppendResult.Appended>> futures = new ArrayList<>();
      for (long n = 0; n < 1_000; n++) {
        futures.add(stream.appendAsync(AppendRequest.of(payload(n))));
      }
      for (int n = 0; n < futures.size(); n++) {
        AppendResult.Appended done = futures.get(n).join();
        assertThat(done.offset()).isEqualTo(n);
        assertThat(done.durability()).isEqualTo(Durability.FLUSHED);
      }
      assertThat(stream.durableOffset()).isEqualTo(1_000);
    }
  }

  @Test
  void acknowledgesArchivedAppendsWhenTier2HasThem() {
    AofConfig config = config().archiveLinger(Duration.ofMillis(10)).build();
    try (AofStore store = AofStore.open(config)) {
      AofStream stream = store.stream("s");
      AppendResult.Appended done =
          stream.append(AppendRequest.builder(bytes("a")).durability(Durability.ARCHIVED).build());
      assertThat(done.durability()).isEqualTo(Durability.ARCHIVED);
      assertThat(stream.archivedOffset()).isEqualTo(1);
    }
  }

  @Test
  void commitsAReservationAndForgetsAnAbortedOne() {
    try (AofStore store = AofStore.open(config().build())) {
      AofStream stream = store.stream("s");
      try (AppendReservation reservation = stream.reserve(5)) {
        reservation.buffer().put(bytes("hello"));
        assertThat(reservation.commit()).isZero();
      }
      try (AppendReservation reservation = stream.reserve(5)) {
        reservation.buffer().put(bytes("never"));
      }
      assertThat(readAll(stream, ReadFrom.earliest())).containsExactly("hello");
    }
  }

  @Test
  void tryAppendAnswersAtOnce() {
    try (AofStore store = AofStore.open(config().build())) {
      AofStream stream = store.stream("s");
      AppendResult first = stream.tryAppend(bytes("a"));
      Awaitility.await("the first slot is being prepared")
          .until(() -> stream.tryAppend(bytes("b")) instanceof AppendResult.Appended);
      assertThat(first).isInstanceOfAny(AppendResult.Refused.class, AppendResult.Appended.class);
      stream.flush();
      assertThat(readAll(stream, ReadFrom.earliest())).contains("b");
    }
  }

  @Test
  void readerWaitsAtTheTailUntilARecordIsDurable() throws Exception {
    try (AofStore store = AofStore.open(config().build())) {
      AofStream stream = store.stream("s");
      try (AofReader reader = stream.reader(ReadFrom.latest())) {
        assertThat(reader.poll(Duration.ofMillis(20))).isNull();
        CompletableFuture<Void> later = CompletableFuture.runAsync(() -> stream.append(bytes("x")));
        AofRecord record = reader.poll(Duration.ofSeconds(10));
        assertThat(record).isNotNull();
        assertThat(record.offset()).isZero();
        later.get();
      }
    }
  }

  @Test
  void findsTheFirstRecordAtOrAfterATime() {
    try (AofStore store = AofStore.open(config().build())) {
      AofStream stream = store.stream("s");
      for (long n = 0; n < 20_000; n++) {
        stream.append(
            AppendRequest.builder(payload(n))
                .timestampMicros(n * 10)
                .durability(Durability.MEMORY)
                .build());
      }
      stream.flush();
      for (long wanted : new long[] {0, 5, 777, 100_000, 199_990}) {
        try (AofReader reader =
            stream.reader(ReadFrom.timestamp(Instant.EPOCH.plusNanos(wanted * 1_000)))) {
          AofRecord record = reader.next();
          assertThat(record).isNotNull();
          assertThat(record.offset()).isEqualTo((wanted + 9) / 10);
        }
      }
      try (AofReader reader = stream.reader(ReadFrom.timestamp(Instant.ofEpochSecond(10)))) {
        assertThat(reader.next()).isNull();
        assertThat(reader.nextOffset()).isEqualTo(20_000);
      }
    }
  }

  @Test
  void retiresWholeSegmentsBelowATruncation() {
    try (AofStore store = AofStore.open(config().build())) {
      AofStream stream = store.stream("s");
      for (long n = 0; n < 10_000; n++) {
        stream.append(AppendRequest.builder(payload(n)).durability(Durability.MEMORY).build());
      }
      stream.seal();
      StreamSnapshot.Segment third = stream.snapshot().segments().get(2);
      stream.truncateBefore(third.baseOffset() + 1);
      assertThat(stream.startOffset()).isEqualTo(third.baseOffset());
      verify(stream, third.baseOffset(), 10_000);
      assertThatThrownBy(() -> stream.reader(ReadFrom.offset(0)))
          .isInstanceOf(OffsetOutOfRangeException.class);
      ReadOptions clamp = ReadOptions.defaults().withClampToStart(true);
      try (AofReader reader = stream.reader(ReadFrom.offset(0), clamp)) {
        AofRecord record = reader.next();
        assertThat(record).isNotNull();
        assertThat(record.offset()).isEqualTo(third.baseOffset());
      }
    }
  }

  @Test
  void startsAgainAtZeroAfterADelete() {
    try (AofStore store = AofStore.open(config().build())) {
      store.stream("s").append(bytes("old"));
      store.deleteStream("s");
      assertThat(store.streamNames()).isEmpty();
      assertThat(store.stream("s").append(bytes("new"))).isZero();
      assertThat(readAll(store.stream("s"), ReadFrom.earliest())).containsExactly("new");
    }
  }

  @Test
  void refusesWhatIsTooLargeOrIllegal() {
    try (AofStore store = AofStore.open(config().build())) {
      AofStream stream = store.stream("s");
      assertThatThrownBy(() -> stream.append(new byte[256 * 1024 + 1]))
          .isInstanceOf(RecordTooLargeException.class);
      assertThatThrownBy(() -> store.stream("no/slash"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("no/slash");
      stream.append(new byte[256 * 1024]);
      stream.append(new byte[0]);
      assertThat(stream.nextOffset()).isEqualTo(2);
    }
  }

  @Test
  void locksItsDirectory() {
    try (AofStore store = AofStore.open(config().build())) {
      assertThat(store.streamNames()).isEmpty();
      assertThatThrownBy(() -> AofStore.open(config().build()))
          .isInstanceOf(StoreLockedException.class)
          .hasMessageContaining("pid=" + ProcessHandle.current().pid());
    }
  }

  @Test
  void saysThatItIsClosed() {
    AofStore store = AofStore.open(config().build());
    AofStream stream = store.stream("s");
    stream.append(bytes("a"));
    AofReader reader = stream.reader(ReadFrom.earliest());
    store.close();
    store.close();
    assertThatThrownBy(() -> stream.append(bytes("b"))).isInstanceOf(StoreClosedException.class);
    assertThatThrownBy(reader::next).isInstanceOf(StoreClosedException.class);
    assertThatThrownBy(() -> store.stream("t")).isInstanceOf(StoreClosedException.class);
  }
}
