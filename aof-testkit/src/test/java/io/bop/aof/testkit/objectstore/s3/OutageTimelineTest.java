package io.bop.aof.testkit.objectstore.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.bop.aof.AofReader;
import io.bop.aof.AofRecord;
import io.bop.aof.AofStore;
import io.bop.aof.BreakerState;
import io.bop.aof.ReadFrom;
import io.bop.aof.S3Config;
import io.bop.aof.StreamSnapshot;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * A bucket that fails in every way, one after the other, under a store that appends and reads.
 * {@code -Daof.outage.phase-seconds=15} makes the phases longer; see {@code
 * scripts/outage-timeline.sh}.
 */
@Timeout(1_800)
class OutageTimelineTest {

  private static final Duration PHASE =
      Duration.ofSeconds(Integer.getInteger("aof.outage.phase-seconds", 2));
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  @TempDir Path root;

  @Test
  void appendsGoOnNothingIsLostAndItHealsAlone() throws Exception {
    S3Server server = new S3Server();
    try (FaultyWire wire = new FaultyWire(server.port())) {
      S3Config bucket =
          server.buckets().create().withEndpoint(URI.create("http://127.0.0.1:" + wire.port()));
      long acknowledged = play(server, wire, bucket);
      deleteTree(root.resolve("tier0"));
      deleteTree(root.resolve("tier1"));
      assertThat(readAll(bucket)).isEqualTo(acknowledged);
      System.out.println("read back from tier 2 alone, each compared: records=" + acknowledged);
    } finally {
      server.stop();
    }
  }

  private long play(S3Server server, FaultyWire wire, S3Config bucket) throws Exception {
    try (OutageTimeline timeline =
        new OutageTimeline(wire, root, bucket, PHASE, OutageTimelineTest::say)) {
      timeline.run();
      long acknowledged = timeline.stop();
      assertThat(timeline.appended()).containsOnlyKeys(OutageTimeline.Phase.values());
      assertThat(timeline.appended().values()).allMatch(count -> count > 0);

      AofStore store = timeline.store();
      timeline.stream().seal();
      await("everything is archived")
          .atMost(PATIENCE)
          .until(() -> timeline.stream().archivedOffset() == acknowledged);
      await("breakers are closed")
          .atMost(PATIENCE)
          .until(
              () ->
                  store.snapshot().tier2Writes() == BreakerState.CLOSED
                      && store.snapshot().tier2Reads() == BreakerState.CLOSED);
      await("nothing is damaged")
          .atMost(PATIENCE)
          .until(() -> store.snapshot().needsRecovery() == 0);
      await("no orphan is left")
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(objects(server, bucket)).isEqualTo(known(timeline)));
      System.out.println(
          "archived="
              + acknowledged
              + " objects="
              + known(timeline).size()
              + " orphans=0 writes="
              + store.snapshot().tier2Writes()
              + " reads="
              + store.snapshot().tier2Reads()
              + " stuckTransfers="
              + Objects.requireNonNull(store.snapshot().tier2()).stuckTransfers()
              + " failedReads="
              + timeline.failedReads());
      return acknowledged;
    }
  }

  private static void say(String line) {
    System.out.println(line);
  }

  /** The segment objects that the ledger names. */
  private static Set<String> known(OutageTimeline timeline) {
    return timeline.stream().snapshot().segments().stream()
        .map(StreamSnapshot.Segment::objectKey)
        .filter(Objects::nonNull)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The segment objects that the bucket has, asked for past the store and the wire. */
  private static Set<String> objects(S3Server server, S3Config bucket) {
    String prefix = bucket.prefix() + "/";
    Set<String> keys = new TreeSet<>();
    server
        .buckets()
        .client()
        .listObjectsV2Paginator(
            request -> request.bucket(bucket.bucket()).prefix(prefix + "segments/"))
        .contents()
        .map(S3Object::key)
        .subscribe(key -> keys.add(key.substring(prefix.length())))
        .join();
    return keys;
  }

  private long readAll(S3Config bucket) {
    long next = 0;
    try (AofStore store = AofStore.open(OutageTimeline.config(root, bucket, PHASE));
        AofReader reader = store.stream("s").reader(ReadFrom.earliest())) {
      for (AofRecord record = reader.next(); record != null; record = reader.next()) {
        OutageTimeline.check(record, next++);
      }
    }
    return next;
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
