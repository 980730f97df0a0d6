package io.bop.aof.testkit.objectstore.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.bop.aof.objectstore.ObjectMetadata;
import io.bop.aof.objectstore.ObjectStoreException;
import io.bop.aof.objectstore.ObjectStoreException.Reason;
import io.bop.aof.objectstore.PutResult;
import io.bop.aof.testkit.objectstore.s3.WireFault.Kind;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What becomes of calls when the network or the server fails in the middle of them. */
class S3NetworkFaultTest extends WireFixture {

  private static final int THREADS_OF_OTHERS = 4;
  private static final int MIB = 1024 * 1024;

  @Test
  void knowsItsMetadataHoweverTheServiceSpellsTheirNames() throws Exception {
    Map<String, String> metadata = Map.of("aof-epoch", "1", "aof-crc32c", "00000000");
    store.putIfAbsent("k", body(bytes(9)), metadata);
    wire.plan(head -> true, Integer.MAX_VALUE, WireFault.capitalNames());

    assertThat(store.head("k").orElseThrow().metadata()).isEqualTo(metadata);
    assertThat(fails(Reason.CORRUPT, () -> store.get("k")))
        .hasMessageStartingWith("object does not match its checksum");
  }

  @Test
  void isUnavailableWhileTheServerIsDownAndWorksAgainAfterwards() throws Exception {
    byte[] bytes = put("k", 1_000);
    wire.down();

    fails(Reason.UNAVAILABLE, () -> store.get("k"));
    fails(Reason.UNAVAILABLE, () -> store.head("k"));
    fails(Reason.UNAVAILABLE, () -> store.list("", null, 10));
    fails(Reason.UNAVAILABLE, () -> store.delete("k"));
    fails(Reason.UNAVAILABLE, () -> store.putIfAbsent("other", body(bytes), Map.of()));
    wire.heal();

    assertThat(store.get("k")).isEqualTo(bytes);
  }

  @Test
  void givesUpARequestThatIsNeverAnswered() throws Exception {
    byte[] bytes = put("k", 1_000);
    wire.plan(method("GET"), 1, WireFault.blackHole());
    Future<byte[]> call = start(() -> store.get("k"));
    awaitRequests(1);

    host.advance(STALL);

    ObjectStoreException failure = failureOf(call);
    assertThat(failure.reason()).isEqualTo(Reason.TIMEOUT);
    assertThat(failure).hasMessageContaining("nothing moved").hasMessageContaining("events/eu/k");
    assertThat(store.get("k")).isEqualTo(bytes);
    await().atMost(PATIENCE).until(() -> wire.connections() == 1);
  }

  @Test
  void endsACallAtItsDeadlineHoweverAliveItIs() throws Exception {
    put("k", 1_000);
    reopen(c -> c.withStallTimeout(Duration.ofHours(1)));
    wire.plan(method("GET"), 1, WireFault.body(Kind.STALL_ANSWER, 10));
    Future<byte[]> call = start(() -> store.get("k"));
    awaitRequests(1);

    host.advance(DEADLINE);

    ObjectStoreException failure = failureOf(call);
    assertThat(failure.reason()).isEqualTo(Reason.TIMEOUT);
    assertThat(failure).hasMessageContaining("deadline=PT1M");
  }

  @Test
  void endsACallWhoseThreadIsInterrupted() throws Exception {
    put("k", 1_000);
    wire.plan(method("GET"), 1, WireFault.blackHole());
    AtomicBoolean flag = new AtomicBoolean();
    Thread[] caller = new Thread[1];
    Future<byte[]> call =
        start(
            () -> {
              caller[0] = Thread.currentThread();
              try {
                return store.get("k");
              } finally {
                flag.set(Thread.currentThread().isInterrupted());
              }
            });
    awaitRequests(1);

    caller[0].interrupt();

    assertThat(failureOf(call).reason()).isEqualTo(Reason.CANCELLED);
    assertThat(flag).isTrue();
  }

  @Test
  void takesABrokenBodyUpWhereItBroke() throws Exception {
    byte[] bytes = put("k", MIB);
    wire.plan(method("GET"), 1, WireFault.body(Kind.RESET_ANSWER, 300_000));
    wire.plan(method("GET"), 1, WireFault.body(Kind.TRUNCATE_ANSWER, 200_000));
    ByteBuffer dst = ByteBuffer.allocateDirect(MIB - 10);

    store.getRange("k", 5, dst);

    byte[] read = new byte[MIB - 10];
    dst.flip().get(read);
    assertThat(read).isEqualTo(Arrays.copyOfRange(bytes, 5, MIB - 5));
    assertThat(ranges()).hasSize(3).first().isEqualTo("bytes=5-" + (MIB - 6));
    assertThat(ranges().get(1)).isNotEqualTo(ranges().get(0));
    assertThat(ranges()).allMatch(range -> range.endsWith("-" + (MIB - 6)));
  }

  @Test
  void takesABrokenObjectUpWhereItBroke() throws Exception {
    byte[] bytes = put("k", MIB);
    wire.plan(method("GET"), 1, WireFault.body(Kind.RESET_ANSWER, 300_000));

    assertThat(store.get("k")).isEqualTo(bytes);

    assertThat(ranges()).hasSize(2);
    assertThat(ranges().get(1)).matches("bytes=[1-9][0-9]*-");
  }

  @Test
  void doesNotTakeABodyUpForEver() throws Exception {
    byte[] bytes = put("k", MIB);
    wire.plan(method("GET"), 4, WireFault.body(Kind.TRUNCATE_ANSWER, 100_000));
    ByteBuffer dst = ByteBuffer.allocate(MIB);

    fails(Reason.UNAVAILABLE, () -> store.getRange("k", 0, dst));

    assertThat(wire.requests()).hasSize(4);
    assertThat(dst.position()).isPositive().isLessThanOrEqualTo(400_000);
    int arrived = dst.position();
    assertThat(Arrays.copyOf(dst.array(), arrived)).isEqualTo(Arrays.copyOf(bytes, arrived));
    store.getRange("k", arrived, dst);
    assertThat(dst.array()).isEqualTo(bytes);
  }

  @Test
  void takesUpABodyThatStalls() throws Exception {
    byte[] bytes = put("k", MIB);
    wire.plan(method("GET"), 1, WireFault.body(Kind.STALL_ANSWER, 300_000));
    Future<byte[]> call = start(() -> store.get("k"));
    // Time moves only for a body that has begun to come, however slow this machine is.
    await().atMost(PATIENCE).until(() -> store.usage().orElseThrow().bytesReceived() > 0);
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              host.advance(Duration.ofSeconds(7));
              return call.isDone() || wire.requests().size() == 2;
            });

    assertThat(call.get()).isEqualTo(bytes);
  }

  @Test
  void readsAnObjectAgainThatWasHarmedOnItsWay() throws Exception {
    byte[] bytes = bytes(1_000);
    store.putIfAbsent("k", body(bytes), Map.of("aof-crc32c", crc32cText(bytes)));
    wire.plan(method("GET"), 1, WireFault.body(Kind.CORRUPT_ANSWER, 500));

    assertThat(store.get("k")).isEqualTo(bytes);

    wire.plan(method("GET"), 2, WireFault.body(Kind.CORRUPT_ANSWER, 500));
    fails(Reason.CORRUPT, () -> store.get("k"));
  }

  @Test
  void storesNothingWhenABodyIsHarmedOnItsWay() throws Exception {
    put("first", 1);
    byte[] bytes = bytes(100_000);
    wire.plan(method("PUT"), 1, WireFault.body(Kind.CORRUPT_REQUEST, 50_000));

    fails(Reason.TRANSIENT, () -> store.putIfAbsent("k", body(bytes), Map.of()));

    assertThat(store.head("k")).isEmpty();
    assertThat(store.putIfAbsent("k", body(bytes), Map.of())).isInstanceOf(PutResult.Created.class);
  }

  @Test
  void leavesOpenWhatBecameOfAPutWhoseAnswerWasLost() throws Exception {
    put("first", 1);
    byte[] bytes = bytes(1_000);
    wire.plan(method("PUT"), 1, WireFault.loseAnswer());

    fails(Reason.UNAVAILABLE, () -> store.putIfAbsent("k", body(bytes), Map.of()));

    assertThat(store.get("k")).isEqualTo(bytes);
    assertThat(store.putIfAbsent("k", body(bytes), Map.of()))
        .isEqualTo(new PutResult.AlreadyExists());
  }

  @Test
  void storesNothingOfAPutThatBreaks() throws Exception {
    put("first", 1);
    byte[] bytes = bytes(MIB - 1);
    wire.plan(method("PUT"), 1, WireFault.body(Kind.RESET_REQUEST, 500_000));

    fails(Reason.UNAVAILABLE, () -> store.putIfAbsent("k", body(bytes), Map.of()));

    assertThat(store.head("k")).isEmpty();
  }

  @Test
  void givesUpAPutThatNobodyReads() throws Exception {
    put("first", 1);
    byte[] bytes = bytes(20 * MIB);
    wire.plan(method("PUT"), 1, WireFault.body(Kind.STALL_REQUEST, 500_000));
    Future<PutResult> call = start(() -> store.putIfAbsent("k", body(bytes), Map.of()));
    awaitRequests(1);

    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              host.advance(Duration.ofSeconds(7));
              return call.isDone();
            });

    assertThat(failureOf(call).reason()).isEqualTo(Reason.TIMEOUT);
    assertThat(store.head("k")).isEmpty();
  }

  @Test
  void leavesNoThreadBehind() throws Exception {
    store.close();
    await().atMost(PATIENCE).until(() -> threads().size() <= THREADS_OF_OTHERS);
    reopen(c -> c);
    put("k", 1_000);
    store.get("k");
    assertThat(threads()).hasSizeGreaterThan(THREADS_OF_OTHERS);

    store.close();

    await().atMost(PATIENCE).until(() -> threads().size() <= THREADS_OF_OTHERS);
    fails(Reason.CANCELLED, () -> store.get("k"));
  }

  private List<String> ranges() {
    return wire.requests().stream()
        .filter(method("GET"))
        .map(head -> head.header("range"))
        .toList();
  }

  private static String crc32cText(byte[] bytes) {
    return ObjectMetadata.crc32cText(body(bytes).crc32c());
  }

  /** Of connections. The makers of buckets share four. */
  private static Set<Thread> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().contains("Netty"))
        .collect(Collectors.toSet());
  }
}
