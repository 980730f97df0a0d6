package io.bop.aof.testkit.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bop.aof.AofException;
import io.bop.aof.AofFollower;
import io.bop.aof.AofStore;
import io.bop.aof.AofStream;
import io.bop.aof.DrillReport;
import io.bop.aof.EngineListener;
import io.bop.aof.Tier2Type;
import io.bop.aof.testkit.objectstore.MemoryBucket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The rehearsal of a restore. */
@Timeout(120)
class DrillTest {

  private static final Duration EVERY = Duration.ofHours(6);

  private final MemoryBucket bucket = new MemoryBucket();
  private final List<DrillReport> told = new ArrayList<>();
  private final EngineListener listener =
      new EngineListener() {
        @Override
        public void drilled(DrillReport report) {
          told.add(report);
        }
      };
  private final BucketMachine machine =
      new BucketMachine(
          1,
          bucket,
          builder -> builder.listener(listener).drill(d -> d.withInterval(EVERY).withSegments(3)));

  @AfterEach
  void release() {
    machine.close();
  }

  private AofStore filled(int records) {
    AofStore store = machine.open();
    AofStream stream = machine.stream(store, "s");
    machine.append(stream, records);
    machine.archive(stream);
    return store;
  }

  @Test
  void readsASampleFromTheBucketAndWritesNothingThere() {
    AofStore store = filled(500);
    List<String> before = bucket.keys();
    DrillReport report = machine.call(store::drill);
    assertThat(report.failures()).isEmpty();
    assertThat(report.passed()).isTrue();
    assertThat(report.streams()).isEqualTo(1);
    assertThat(report.segments()).isGreaterThan(3);
    assertThat(report.segmentsRead()).isEqualTo(3);
    assertThat(report.recordsRead()).isGreaterThan(100);
    assertThat(report.bytesFetched()).isPositive();
    assertThat(bucket.keys()).isEqualTo(before);
    Path scratch = BucketMachine.ROOT.resolve("drill");
    assertThat(machine.host().simulatedDisk().files()).noneMatch(f -> f.startsWith(scratch));
    assertThat(store.snapshot().drill()).isEqualTo(report);
    assertThat(told).containsExactly(report);
  }

  @Test
  void aDamagedObjectFailsItAndIsNamed() {
    AofStore store = filled(200);
    List<String> objects =
        bucket.keys().stream().filter(key -> key.startsWith("segments/")).toList();
    for (String key : objects) {
      byte[] bytes = bucket.content(key).orElseThrow();
      bytes[bytes.length / 2] ^= 1;
      bucket.replaceContent(key, bytes);
    }
    DrillReport report = machine.call(store::drill);
    assertThat(report.passed()).isFalse();
    assertThat(report.failures()).anyMatch(f -> f.contains("stream=s segment="));
    assertThat(objects).anyMatch(key -> report.failures().toString().contains(key));
  }

  @Test
  void aMissingChunkFailsIt() {
    AofStore store = filled(50);
    String first = "manifest/00000000000000000000.mlog";
    AofStream stream = machine.stream(store, "s");
    machine.append(stream, 60);
    machine.archive(stream);
    assertThat(bucket.lose(first)).isTrue();
    DrillReport report = machine.call(store::drill);
    assertThat(report.segmentsRead()).isZero();
    assertThat(report.failures()).singleElement().asString().contains("chunk is missing", first);
  }

  @Test
  void runsByItsSchedule() {
    AofStore store = filled(50);
    assertThat(told).isEmpty();
    machine.run(EVERY.multipliedBy(4).plusMinutes(30));
    assertThat(told).hasSize(4).allMatch(DrillReport::passed);
    machine.call(
        () -> {
          store.close();
          return true;
        });
    machine.run(EVERY.multipliedBy(3));
    assertThat(told).hasSize(4);
  }

  @Test
  void aFollowerCanRehearseToo() {
    filled(50);
    try (BucketMachine reading = new BucketMachine(2, bucket)) {
      AofFollower follower = reading.openFollower();
      assertThat(reading.call(follower::drill).passed()).isTrue();
      assertThat(follower.snapshot().drill()).isNotNull();
    }
  }

  @Test
  void needsATier2() {
    try (BucketMachine alone =
        new BucketMachine(3, bucket, b -> b.tier2(t -> t.withType(Tier2Type.NONE)))) {
      AofStore store = alone.openAlone();
      assertThatThrownBy(() -> alone.call(store::drill))
          .isInstanceOf(AofException.class)
          .hasMessageContaining("tier2.type=none");
    }
  }
}
