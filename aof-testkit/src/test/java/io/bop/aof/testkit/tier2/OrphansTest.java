package io.bop.aof.testkit.tier2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bop.aof.AofConfig;
import io.bop.aof.AofException;
import io.bop.aof.AofStore;
import io.bop.aof.AofStream;
import io.bop.aof.OrphanReport;
import io.bop.aof.StaleWriterException;
import io.bop.aof.format.ObjectKeys;
import io.bop.aof.objectstore.ObjectBody;
import io.bop.aof.objectstore.ObjectStore;
import io.bop.aof.objectstore.ObjectStoreException.Reason;
import io.bop.aof.store.Engine;
import io.bop.aof.testkit.SeededRandom;
import io.bop.aof.testkit.objectstore.Fault;
import io.bop.aof.testkit.objectstore.FaultyObjectStore;
import io.bop.aof.testkit.objectstore.FaultyObjectStore.ObjectCall;
import io.bop.aof.testkit.objectstore.MemoryBucket;
import io.bop.aof.testkit.simulation.SimulatedHost;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Objects that no record names: found by a listing, deleted by intent; and those that never are.
 */
@Timeout(120)
class OrphansTest {

  private static final long MIB = 1024 * 1024;
  private static final Duration GRACE = Duration.ofHours(1);
  private static final Duration LONG_ENOUGH = Duration.ofHours(2);

  private final MemoryBucket bucket = new MemoryBucket();
  private final SimulatedHost first = new SimulatedHost(9);
  private SimulatedHost host = first;
  private FaultyObjectStore objects = faulty();
  private AofStore store = open();
  private AofStream stream = host.call(() -> store.stream("s"));

  @AfterEach
  void release() {
    first.release();
  }

  @Test
  void tellsOfOrphansAndChangesNothing() {
    archiveSegments(3);
    plantOrphans();
    List<String> before = bucket.keys();

    OrphanReport report = orphans(false);

    assertThat(report.objects()).isEqualTo(5);
    assertThat(report.orphans())
        .extracting(OrphanReport.Orphan::key)
        .containsExactly(ofThisStream(), ofAnUnknownStream());
    assertThat(report.orphans()).extracting(OrphanReport.Orphan::epoch).containsExactly(0L, 0L);
    assertThat(report.orphanCount()).isEqualTo(2);
    assertThat(report.orphanBytes()).isEqualTo(2 * 6);
    assertThat(report.foreignKeys()).isEqualTo(1);
    assertThat(report.deletesQueued()).isZero();
    idle(LONG_ENOUGH);
    assertThat(bucket.keys()).isEqualTo(before);
  }

  @Test
  void deletesThemAfterTheGraceAndNothingElse() {
    archiveSegments(3);
    plantOrphans();
    List<String> before = bucket.keys();

    assertThat(orphans(true).deletesQueued()).isEqualTo(2);
    assertThat(orphans(true).orphans()).as("known now").isEmpty();
    idle(GRACE.minusMinutes(1));
    assertThat(bucket.keys()).containsAll(before);

    assertThat(
            host.runUntil(
                () ->
                    bucket.content(ofThisStream()).isEmpty()
                        && bucket.content(ofAnUnknownStream()).isEmpty(),
                LONG_ENOUGH))
        .isTrue();

    assertThat(bucket.keys().stream().filter(key -> key.startsWith(ObjectKeys.SEGMENTS_FOLDER)))
        .hasSize(4)
        .contains("segments/notes.txt");
    assertThat(objects.calls(ObjectCall.DELETE)).isEqualTo(2);
    archiveSegments(1);
    close();
    reopen();
    assertThat(orphans(false).orphanCount()).isZero();
    assertThat(stream.nextOffset()).isEqualTo(40);
  }

  @Test
  void isFencedByAnObjectOfALaterWriter() {
    archiveSegments(1);
    put(ObjectKeys.segment(1, 77, 1_000, 0xABC));
    List<String> before = bucket.keys();

    assertThat(orphans(false).orphans()).extracting(OrphanReport.Orphan::epoch).contains(1_000L);
    assertThatThrownBy(() -> orphans(true)).isInstanceOf(StaleWriterException.class);

    assertThat(bucket.keys()).isEqualTo(before);
    assertThatThrownBy(() -> append()).isInstanceOf(StaleWriterException.class);
  }

  @Test
  void saysWhenTheBucketCannotBeListed() {
    objects.chance(ObjectCall.LIST, 1, new Fault.Fails(Reason.AUTHORIZATION));

    assertThatThrownBy(() -> orphans(false))
        .isInstanceOf(AofException.class)
        .hasMessageContaining("tier 2 could not be listed");
  }

  @Test
  void takesObjectsThatAreOnTheirWayForNoOrphans() {
    archiveSegments(1);
    objects.chance(ObjectCall.PUT, 1, new Fault.AnswerLost(Reason.UNAVAILABLE));
    objects.chance(ObjectCall.HEAD, 1, Fault.UNREACHABLE);
    append();
    assertThat(host.runUntil(() -> segmentObjects() == 2, LONG_ENOUGH)).isTrue();

    assertThat(orphans(true).orphanCount()).isZero();
  }

  @Test
  void settlesAnUploadWhoseAnswerNeverCameBeforeTheProcessDied() {
    archiveSegments(1);
    objects.chance(ObjectCall.PUT, 1, new Fault.AnswerLost(Reason.UNAVAILABLE));
    objects.chance(ObjectCall.HEAD, 1, Fault.UNREACHABLE);
    append();
    assertThat(host.runUntil(() -> segmentObjects() == 2, LONG_ENOUGH)).isTrue();

    host = host.crash(10);
    reopen();

    assertThat(host.runUntil(() -> stream.archivedOffset() == 20, LONG_ENOUGH)).isTrue();
    assertThat(segmentObjects()).isEqualTo(2);
    assertThat(orphans(false).orphanCount()).isZero();
  }

  @Test
  void deletesWhatAnUploadLeftWhoseStreamWasDeletedBeforeTheProcessDied() {
    archiveSegments(1);
    objects.chance(ObjectCall.PUT, 1, new Fault.AnswerLost(Reason.UNAVAILABLE));
    objects.chance(ObjectCall.HEAD, 1, Fault.UNREACHABLE);
    append();
    assertThat(host.runUntil(() -> segmentObjects() == 2, LONG_ENOUGH)).isTrue();
    host.call(
        () -> {
          store.deleteStream("s");
          return store;
        });

    host = host.crash(11);
    reopen();

    assertThat(host.runUntil(() -> segmentObjects() == 0, LONG_ENOUGH.multipliedBy(2))).isTrue();
    assertThat(orphans(false).orphanCount()).isZero();
  }

  // ---- what the tests are made of

  private FaultyObjectStore faulty() {
    return new FaultyObjectStore(host, bucket.on(host, Duration.ofMillis(3)), 9);
  }

  private AofStore open() {
    AofConfig config =
        AofConfig.builder(Path.of("/data/store"))
            .maxRecordSize(64 * 1024)
            .segment(s -> s.withMinSize(MIB).withMaxSize(MIB))
            .tier0(t -> t.withMaxBytes(8 * MIB))
            .tier1(t -> t.withMaxBytes(16 * MIB))
            .tier2(t -> t.withDeleteGrace(GRACE))
            .build();
    return host.call(() -> Engine.open(config, host, objects));
  }

  private void reopen() {
    objects = faulty();
    store = open();
    stream = host.call(() -> store.stream("s"));
  }

  private void close() {
    host.call(
        () -> {
          store.close();
          return store;
        });
  }

  private OrphanReport orphans(boolean delete) {
    return host.call(() -> Engine.orphans(store, delete));
  }

  private void archiveSegments(int count) {
    for (int i = 0; i < count; i++) {
      append();
    }
    assertThat(host.runUntil(() -> stream.archivedOffset() == stream.nextOffset(), LONG_ENOUGH))
        .isTrue();
  }

  private void append() {
    host.call(
        () -> {
          for (int i = 0; i < 10; i++) {
            stream.append(new SeededRandom(i).bytes(500));
          }
          stream.seal();
          return stream;
        });
  }

  private void idle(Duration time) {
    host.runUntil(() -> false, time);
  }

  private static String ofThisStream() {
    return ObjectKeys.segment(1, 2, 0, 0xDEAD);
  }

  private static String ofAnUnknownStream() {
    return ObjectKeys.segment(99, 5, 0, 0xBEEF);
  }

  private void plantOrphans() {
    put(ofThisStream());
    put(ofAnUnknownStream());
    put("segments/notes.txt");
  }

  /** Past the store, as a writer does that was killed. */
  private void put(String key) {
    host.call(
        () -> {
          try (ObjectStore beside = bucket.on(host, Duration.ZERO)) {
            ObjectBody body = Tier2Fixture.body("orphan");
            return beside.putIfAbsent(key, body, Map.of());
          }
        });
  }

  private long segmentObjects() {
    return bucket.keys().stream().filter(key -> key.startsWith(ObjectKeys.SEGMENTS_FOLDER)).count();
  }
}
