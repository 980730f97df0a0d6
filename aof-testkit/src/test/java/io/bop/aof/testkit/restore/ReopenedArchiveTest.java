package io.bop.aof.testkit.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.AofConfig;
import io.bop.aof.AofStore;
import io.bop.aof.AofStream;
import io.bop.aof.RequestKind;
import io.bop.aof.format.ManifestMark;
import io.bop.aof.format.ManifestMarkCodec;
import io.bop.aof.format.ObjectKeys;
import io.bop.aof.io.DiskFile;
import io.bop.aof.objectstore.ObjectStoreException.Reason;
import io.bop.aof.store.Engine;
import io.bop.aof.testkit.objectstore.Fault;
import io.bop.aof.testkit.objectstore.FaultyObjectStore;
import io.bop.aof.testkit.objectstore.MemoryBucket;
import io.bop.aof.testkit.simulation.SimulatedDisk;
import io.bop.aof.testkit.simulation.SimulatedHost;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A store with Tier 2 is opened again: what it knows at once, and what it sends. */
@Timeout(120)
class ReopenedArchiveTest {

  private static final Duration LATENCY = Duration.ofMillis(5);
  private static final Duration SOON = Duration.ofMinutes(2);
  private static final int ROUNDS = 12;

  private final MemoryBucket bucket = new MemoryBucket();
  private final BucketMachine first =
      new BucketMachine(1, bucket, b -> b.tier2(t -> t.withCheckAtStartup(false)));
  private SimulatedHost host = first.host();

  @AfterEach
  void release() {
    host.release();
  }

  /** Rounds of records that are archived, each in chunks of its own; then the store is closed. */
  private long archived() {
    AofStore store = first.open();
    AofStream stream = first.stream(store, "s");
    for (int round = 1; round <= ROUNDS; round++) {
      first.append(stream, round * 5L);
      first.archive(stream);
    }
    first.run(SOON);
    close(store);
    assertThat(chunks()).hasSizeGreaterThanOrEqualTo(ROUNDS);
    return stream.nextOffset();
  }

  private void close(AofStore store) {
    host.call(
        () -> {
          store.close();
          return true;
        });
  }

  private List<String> chunks() {
    return bucket.keys().stream()
        .filter(key -> ObjectKeys.parseManifestChunk(key).isPresent())
        .toList();
  }

  private AofStore open(boolean bucketIsAway) {
    FaultyObjectStore objects = new FaultyObjectStore(host, bucket.on(host, LATENCY), 1);
    if (bucketIsAway) {
      objects.down(new Fault.Fails(Reason.UNAVAILABLE));
    }
    AofConfig config = first.config();
    return host.call(() -> Engine.open(config, host, objects));
  }

  private static long archivedOffset(AofStore store) {
    return store.findStream("s").orElseThrow().archivedOffset();
  }

  private static Map<RequestKind, Long> requests(AofStore store) {
    Map<RequestKind, Long> counts = new EnumMap<>(RequestKind.class);
    store.snapshot().tier2().requests().forEach((kind, sent) -> counts.put(kind, sent.count()));
    return counts;
  }

  @Test
  void saysAtOnceWhatWasArchivedThoughTheBucketIsAway() {
    long end = archived();
    AofStore store = open(true);
    assertThat(archivedOffset(store)).isEqualTo(end);
    close(store);
  }

  @Test
  void saysItAfterTheProcessWasKilledToo() {
    long end = archived();
    host = host.kill(5);
    AofStore store = open(true);
    assertThat(archivedOffset(store)).isEqualTo(end);
    close(store);
  }

  @Test
  void aPowerLossMayTakeTheKnowledgeAndInventsNone() {
    long end = archived();
    for (int seed = 0; seed < 8; seed++) {
      host = host.crash(seed);
      AofStore store = open(true);
      assertThat(archivedOffset(store)).as("seed %d", seed).isBetween(0L, end);
      close(store);
    }
  }

  @Test
  void sendsNoChunkAgainThatIsThere() {
    long end = archived();
    List<String> before = chunks();
    AofStore store = open(false);
    host.run(Long.MAX_VALUE, SOON);
    assertThat(chunks()).hasSize(before.size() + 1);
    // The identity, a look at the newest chunk, and the chunk that the last process left unsealed.
    assertThat(requests(store))
        .containsEntry(RequestKind.PUT, 1L)
        .containsEntry(RequestKind.HEAD, 1L)
        .containsEntry(RequestKind.GET, 1L);
    assertThat(archivedOffset(store)).isEqualTo(end);
    close(store);
  }

  @Test
  void sendsWhatWasNotSentWhenTheBucketIsBack() {
    archived();
    AofStore alone = open(true);
    AofStream stream = alone.findStream("s").orElseThrow();
    first.append(stream, 100);
    host.run(Long.MAX_VALUE, SOON);
    close(alone);
    AofStore store = open(false);
    AofStream again = store.findStream("s").orElseThrow();
    assertThat(again.archivedOffset()).isEqualTo(5L * ROUNDS);
    assertThat(host.runUntil(() -> again.archivedOffset() == 100, SOON)).isTrue();
    close(store);
  }

  @Test
  void sendsAllChunksThatAreHereToABucketThatLostThem() {
    archived();
    List<String> before = chunks();
    Map<String, byte[]> content = new TreeMap<>();
    before.forEach(key -> content.put(key, bucket.content(key).orElseThrow()));
    before.forEach(bucket::lose);
    AofStore store = open(false);
    host.run(Long.MAX_VALUE, SOON);
    assertThat(chunks()).containsAll(before);
    content.forEach((key, bytes) -> assertThat(bucket.content(key)).contains(bytes));
    close(store);
  }

  @Test
  void aMarkThatDoesNotFitTheChunksCountsForNothing() throws IOException {
    long end = archived();
    Path mark = BucketMachine.ROOT.resolve("manifest/shipped.mark");
    SimulatedDisk disk = host.simulatedDisk();
    byte[] marks = disk.content(mark);
    for (int at : new int[] {0, ManifestMarkCodec.SECOND_AT}) {
      ManifestMark known = ManifestMarkCodec.decode(marks, at, "mark");
      ManifestMark other =
          new ManifestMark(known.storeId(), known.chunkIndex(), known.epoch(), known.length() + 1);
      System.arraycopy(ManifestMarkCodec.encode(other), 0, marks, at, ManifestMarkCodec.SIZE);
    }
    try (DiskFile file = disk.openForWrite(mark)) {
      file.write(0, marks, 0, marks.length);
    }
    AofStore store = open(true);
    assertThat(archivedOffset(store)).isZero();
    close(store);
    AofStore again = open(false);
    AofStream stream = again.findStream("s").orElseThrow();
    assertThat(host.runUntil(() -> stream.archivedOffset() == end, SOON)).isTrue();
    close(again);
  }
}
