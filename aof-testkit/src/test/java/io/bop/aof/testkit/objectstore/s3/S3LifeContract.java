package io.bop.aof.testkit.objectstore.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.bop.aof.AofConfig;
import io.bop.aof.AofException;
import io.bop.aof.AofFollower;
import io.bop.aof.AofReader;
import io.bop.aof.AofRecord;
import io.bop.aof.AofStore;
import io.bop.aof.AofStream;
import io.bop.aof.AppendRequest;
import io.bop.aof.DrillReport;
import io.bop.aof.Durability;
import io.bop.aof.ReadFrom;
import io.bop.aof.RequestKind;
import io.bop.aof.S3Config;
import io.bop.aof.StaleWriterException;
import io.bop.aof.Tier2Type;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The machine of a store is lost, another one goes on, a third one follows: on a real service. */
@Timeout(900)
abstract class S3LifeContract {

  private static final long MIB = 1024 * 1024;
  private static final int RECORDS = 4_000;
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  @TempDir Path machines;

  private S3Config bucket;

  /** Where buckets are made. */
  protected abstract Buckets buckets();

  @BeforeEach
  void createBucket() throws Exception {
    bucket = buckets().create();
  }

  private AofConfig config(String machine) {
    return AofConfig.builder(machines.resolve(machine))
        .maxRecordSize(256 * 1024)
        .segment(s -> s.withMaxSize(MIB))
        .tier0(t -> t.withMaxBytes(4 * MIB))
        .tier1(t -> t.withMaxBytes(4 * MIB))
        .manifest(m -> m.withRotateAfter(Duration.ofMillis(100)))
        .follower(f -> f.withPollInterval(Duration.ofMillis(100)))
        .tier2(t -> t.withType(Tier2Type.S3).withS3(bucket).withDeleteGrace(Duration.ofMillis(200)))
        .build();
  }

  @Test
  void theLostMachinesStoreGoesOnElsewhereAndTheOldOneIsShutOut() throws Exception {
    try (AofStore lost = AofStore.open(config("lost"))) {
      append(lost.stream("s"), 0, RECORDS, 1);
      lost.stream("s").seal();
      awaitArchived(lost.stream("s"), RECORDS);
      append(lost.stream("s"), RECORDS, RECORDS + 100, 1);
    }
    copyTree(machines.resolve("lost"), machines.resolve("woken"));
    deleteTree(machines.resolve("lost"));

    try (AofStore restored = AofStore.restore(config("next"))) {
      AofStream stream = restored.stream("s");
      long archived = stream.nextOffset();
      assertThat(archived).isBetween((long) RECORDS, RECORDS + 100L);
      verify(stream, 0, archived, 1);
      append(stream, archived, archived + 500, 2);
      stream.seal();
      awaitArchived(stream, archived + 500);
      verify(stream, archived, archived + 500, 2);
      DrillReport drill = restored.drill();
      assertThat(drill.failures()).isEmpty();
      assertThat(drill.passed()).isTrue();
    }

    try (AofStore woken = AofStore.open(config("woken"))) {
      await("the writer that slept finds the other's chunk")
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(refusal(woken)).isInstanceOf(StaleWriterException.class));
    } catch (AofException e) {
      // It may be shut out before it is open.
      assertThat(e).isInstanceOf(StaleWriterException.class);
    }
  }

  private static Throwable refusal(AofStore store) {
    try {
      store.stream("s").append(new byte[8]);
      return new AssertionError("not refused");
    } catch (AofException e) {
      return e;
    }
  }

  @Test
  void aFollowerReadsWhileTheWriterWritesSealsAndRetires() {
    try (AofStore writer = AofStore.open(config("writer"))) {
      AofStream stream = writer.stream("s");
      append(stream, 0, 500, 1);
      stream.seal();
      awaitArchived(stream, 500);
      try (AofFollower follower = AofStore.openFollower(config("follower"))) {
        AofStream followed = follower.findStream("s").orElseThrow();
        long next = 0;
        for (int round = 1; round <= 6; round++) {
          append(stream, round * 500L, (round + 1) * 500L, 1);
          stream.seal();
          next = readOn(followed, next);
        }
        awaitArchived(stream, 3_500);
        awaitOffset(followed, 3_500);
        verify(followed, next, 3_500, 1);

        stream.truncateBefore(2_000);
        long start = stream.startOffset();
        assertThat(start).isPositive();
        append(stream, 3_500, 3_600, 1);
        stream.seal();
        await().atMost(PATIENCE).until(() -> followed.startOffset() == start);
        awaitOffset(followed, 3_600);
        verify(followed, start, 3_600, 1);
        assertThat(follower.snapshot().tier2().requests().get(RequestKind.LIST).count()).isZero();
        assertThat(follower.snapshot().tier2().requests().get(RequestKind.PUT).count()).isZero();
      }
    }
  }

  /* What the follower has by now. */
  private static long readOn(AofStream followed, long from) {
    long to = followed.nextOffset();
    verify(followed, from, to, 1);
    return to;
  }

  private static void awaitOffset(AofStream followed, long offset) {
    await("the follower hears of it").atMost(PATIENCE).until(() -> followed.nextOffset() >= offset);
  }

  // ---- records that follow from their offset

  private static void append(AofStream stream, long from, long to, int version) {
    for (long n = from; n < to; n++) {
      byte[] payload = payload(n, version);
      stream.append(AppendRequest.builder(payload).durability(Durability.MEMORY).build());
    }
    stream.flush();
  }

  private static void awaitArchived(AofStream stream, long offset) {
    await("uploads run in the background")
        .atMost(PATIENCE)
        .until(() -> stream.archivedOffset() >= offset);
  }

  private static void verify(AofStream stream, long from, long to, int version) {
    if (from == to) {
      return;
    }
    try (AofReader reader = stream.reader(ReadFrom.offset(from))) {
      for (long n = from; n < to; n++) {
        AofRecord record = reader.next();
        assertThat(record).as("record %d", n).isNotNull();
        assertThat(record.offset()).isEqualTo(n);
        assertThat(record.payloadBytes()).as("record %d", n).isEqualTo(payload(n, version));
      }
    }
  }

  private static byte[] payload(long n, int version) {
    SplittableRandom random = new SplittableRandom(n * 31 + version);
    byte[] bytes = new byte[200 + (int) (n % 900)];
    random.nextBytes(bytes);
    ByteBuffer.wrap(bytes).putLong(n);
    return bytes;
  }

  // ---- directories

  private static List<Path> tree(Path folder) throws IOException {
    try (Stream<Path> walk = Files.walk(folder)) {
      return walk.toList();
    }
  }

  private static void copyTree(Path from, Path to) throws IOException {
    for (Path path : tree(from)) {
      Files.copy(path, to.resolve(from.relativize(path).toString()));
    }
  }

  private static void deleteTree(Path folder) throws IOException {
    List<Path> paths = tree(folder);
    for (int i = paths.size() - 1; i >= 0; i--) {
      Files.delete(paths.get(i));
    }
  }
}
