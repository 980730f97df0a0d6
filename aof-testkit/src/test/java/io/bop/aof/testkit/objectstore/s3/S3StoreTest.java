package io.bop.aof.testkit.objectstore.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.bop.aof.AofConfig;
import io.bop.aof.AofReader;
import io.bop.aof.AofRecord;
import io.bop.aof.AofSnapshot;
import io.bop.aof.AofStore;
import io.bop.aof.AofStream;
import io.bop.aof.AppendRequest;
import io.bop.aof.Durability;
import io.bop.aof.ReadFrom;
import io.bop.aof.RequestKind;
import io.bop.aof.S3Config;
import io.bop.aof.StreamSnapshot;
import io.bop.aof.Tier;
import io.bop.aof.Tier2Type;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A whole store whose history lives in a bucket; every request is seen. */
@Timeout(900)
class S3StoreTest {

  private static final long MIB = 1024 * 1024;
  private static final int RECORDS = 6_000;
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private static S3Server server;

  @TempDir Path root;

  private FaultyWire wire;
  private S3Config bucket;

  @BeforeAll
  static void startServer() throws Exception {
    server = new S3Server();
  }

  @AfterAll
  static void stopServer() throws Exception {
    server.stop();
  }

  @BeforeEach
  void connect() throws Exception {
    wire = new FaultyWire(server.port());
    bucket = server.buckets().create().withEndpoint(URI.create("http://127.0.0.1:" + wire.port()));
  }

  @AfterEach
  void disconnect() throws Exception {
    wire.close();
  }

  @Test
  void readsEveryRecordBackFromTheBucketAlone() throws Exception {
    fill();
    deleteTree(root.resolve("tier1"));

    try (AofStore store = AofStore.open(config(bucket))) {
      AofStream stream = store.stream("s");
      try (AofReader reader = stream.reader(ReadFrom.earliest())) {
        for (long n = 0; n < RECORDS; n++) {
          AofRecord record = reader.next();
          assertThat(record).as("record %d", n).isNotNull();
          assertThat(record.payloadBytes()).isEqualTo(payload(n));
        }
        assertThat(reader.next()).isNull();
      }
    }
  }

  @Test
  void readsAColdRecordWithTwoGetsAtMost() throws Exception {
    try (AofStore store = AofStore.open(config(bucket))) {
      AofStream stream = store.stream("s");
      append(stream);
      stream.seal();
      awaitArchived(stream);
      await("tier 1 has no room for all of them")
          .atMost(PATIENCE)
          .until(() -> segmentOf(stream, 700).residency().equals(Set.of(Tier.TIER2)));
      // Uploads may still go on beside this, which put and never get.
      long before = gets();

      assertThat(readOne(stream, 700)).isEqualTo(payload(700));

      assertThat(gets() - before).isBetween(1L, 2L);
    }
  }

  @Test
  void countsWhatItSends() {
    try (AofStore store = AofStore.open(config(bucket))) {
      AofStream stream = store.stream("s");
      append(stream);
      stream.seal();
      awaitArchived(stream);

      // Nothing is left to send, so what was counted and what was seen agree at some moment.
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> {
                AofSnapshot.Tier2Usage counted = store.snapshot().tier2();
                assertThat(counted).isNotNull();
                for (RequestKind kind : RequestKind.values()) {
                  assertThat(counted.requests().get(kind).count())
                      .as("requests of kind %s", kind)
                      .isEqualTo(seen(kind));
                }
              });

      AofSnapshot.Tier2Usage counted = store.snapshot().tier2();
      assertThat(counted).isNotNull();
      AofSnapshot.Requests puts = counted.requests().get(RequestKind.PUT);
      assertThat(puts.count()).isPositive();
      assertThat(puts.dollars()).isCloseTo(puts.count() * 0.000005, within(1e-12));
      assertThat(counted.features()).containsEntry("conditional-put", "honoured");
      assertThat(counted.place()).startsWith("s3://" + bucket.bucket() + "/events/eu endpoint=");
    }
  }

  private long seen(RequestKind kind) {
    return wire.requests().stream().filter(head -> kindOf(head) == kind).count();
  }

  private static RequestKind kindOf(HttpHead head) {
    return switch (head.method()) {
      case "PUT" -> RequestKind.PUT;
      case "DELETE" -> RequestKind.DELETE;
      case "HEAD" -> RequestKind.HEAD;
      case "GET" -> head.path().contains("list-type=2") ? RequestKind.LIST : RequestKind.GET;
      default -> throw new AssertionError("unexpected request: " + head);
    };
  }

  @Test
  void goesOnAppendingWhileTheServiceIsDownAndCatchesUpAfterwards() throws Exception {
    try (AofStore store = AofStore.open(config(bucket))) {
      AofStream stream = store.stream("s");
      stream.append(payload(0));
      wire.down();
      for (long n = 1; n < RECORDS; n++) {
        append(stream, n);
      }
      stream.seal();
      assertThat(stream.archivedOffset()).isLessThan(RECORDS);

      wire.heal();

      awaitArchived(stream);
    }
  }

  // ---- what the tests are made of

  private AofConfig config(S3Config s3) {
    return AofConfig.builder(root)
        .maxRecordSize(256 * 1024)
        .segment(s -> s.withMaxSize(MIB))
        .tier0(t -> t.withMaxBytes(4 * MIB))
        .tier1(t -> t.withMaxBytes(2 * MIB))
        .manifest(m -> m.withRotateAfter(Duration.ofMillis(50)))
        .tier2(
            t ->
                t.withType(Tier2Type.S3)
                    .withS3(s3)
                    .withRetry(
                        t.retry()
                            .withBaseDelay(Duration.ofMillis(5))
                            .withMaxDelay(Duration.ofMillis(50)))
                    .withCircuitBreaker(
                        t.circuitBreaker().withWaitDurationInOpenState(Duration.ofMillis(200))))
        .build();
  }

  /** Writes all records and sees them into the bucket. */
  private void fill() {
    try (AofStore store = AofStore.open(config(bucket))) {
      AofStream stream = store.stream("s");
      append(stream);
      stream.seal();
      awaitArchived(stream);
    }
  }

  private static void append(AofStream stream) {
    for (long n = 0; n < RECORDS; n++) {
      append(stream, n);
    }
  }

  private static void append(AofStream stream, long n) {
    stream.append(AppendRequest.builder(payload(n)).durability(Durability.MEMORY).build());
  }

  private static void awaitArchived(AofStream stream) {
    await("uploads run in the background")
        .atMost(PATIENCE)
        .until(() -> stream.archivedOffset() >= RECORDS);
  }

  private long gets() {
    return wire.requests().stream().filter(WireFixture.method("GET")).count();
  }

  private static byte[] readOne(AofStream stream, long offset) {
    try (AofReader reader = stream.reader(ReadFrom.offset(offset))) {
      AofRecord record = reader.next();
      assertThat(record).isNotNull();
      return record.payloadBytes();
    }
  }

  private static StreamSnapshot.Segment segmentOf(AofStream stream, long offset) {
    return stream.snapshot().segments().stream()
        .filter(segment -> segment.baseOffset() <= offset && offset < segment.nextOffset())
        .findFirst()
        .orElseThrow();
  }

  /** Nothing that compression could make smaller. */
  private static byte[] payload(long n) {
    byte[] bytes = new byte[100 + (int) (n % 900)];
    SplittableRandom random = new SplittableRandom(n);
    random.nextBytes(bytes);
    return bytes;
  }

  private static void deleteTree(Path folder) throws IOException {
    List<Path> paths;
    try (Stream<Path> walk = Files.walk(folder)) {
      paths = walk.sorted((a, b) -> b.compareTo(a)).toList();
    }
    for (Path path : paths) {
      Files.delete(path);
    }
  }
}
