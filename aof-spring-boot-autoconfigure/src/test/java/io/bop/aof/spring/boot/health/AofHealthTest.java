package io.bop.aof.spring.boot.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.AofSnapshot;
import io.bop.aof.BackpressureKind;
import io.bop.aof.BreakerState;
import io.bop.aof.DrillReport;
import io.bop.aof.FollowerStatus;
import io.bop.aof.SegmentState;
import io.bop.aof.StoreClosedException;
import io.bop.aof.Tier;
import io.bop.aof.spring.testsupport.InMemoryStore;
import io.bop.aof.spring.testsupport.Snapshots;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;

class AofHealthTest {

  private static final Duration GRACE = Duration.ofSeconds(30);

  private final InMemoryStore store = new InMemoryStore();
  private final AtomicLong now = new AtomicLong(1_000_000_000_000L);
  private final CompositeHealthContributor health = AofHealth.of(store, GRACE, now::get);

  @ParameterizedTest
  @ValueSource(strings = {"residency", "backpressure", "flush", "tier2", "manifest", "storage"})
  void isUpWithoutTrouble(String name) {
    assertThat(health(name).getStatus()).isEqualTo(Status.UP);
  }

  @ParameterizedTest
  @ValueSource(strings = {"residency", "backpressure", "flush", "tier2", "manifest", "storage"})
  void isDownWhenTheStoreIsClosed(String name) {
    store.snapshot(new Snapshots().closed().build());

    assertThat(health(name).getStatus()).isEqualTo(Status.DOWN);
    assertThat(health(name).getDetails()).containsEntry("store", "closed");
  }

  @Test
  void isDownWhenTheStoreCannotSay() {
    AofHealth.Check broken =
        (snapshot, builder) -> {
          throw new StoreClosedException("./data/aof");
        };

    assertThat(new SnapshotHealthIndicator(store, broken).health().getStatus())
        .isEqualTo(Status.DOWN);
  }

  @Test
  void isDownWhileTheDiskHasNoRoomForAppends() {
    store.snapshot(
        new Snapshots()
            .storageFull(new AofSnapshot.StorageFull("/data/tier0", 17_825_792, 4_096, true))
            .build());

    Health down = health("storage");
    assertThat(down.getStatus()).isEqualTo(Status.DOWN);
    assertThat(down.getDetails().get("full"))
        .isEqualTo(
            List.of(
                Map.of(
                    "path",
                    "/data/tier0",
                    "neededBytes",
                    17_825_792L,
                    "freeBytes",
                    4_096L,
                    "refusesAppends",
                    true)));

    store.snapshot(new Snapshots().build());

    assertThat(health("storage").getStatus()).isEqualTo(Status.UP);
    assertThat(health("storage").getDetails()).doesNotContainKey("full");
  }

  @Test
  void isUpWhileOnlyBackgroundWorkWaitsForRoom() {
    store.snapshot(
        new Snapshots()
            .storageFull(new AofSnapshot.StorageFull("/data/tier1", 17_825_792, 4_096, false))
            .build());

    assertThat(health("storage").getStatus()).isEqualTo(Status.UP);
    assertThat(health("storage").getDetails()).containsKey("full");
  }

  @Test
  void showsWhereSegmentsLive() {
    store.snapshot(
        new Snapshots()
            .states(Map.of(SegmentState.SEALED, 2L, SegmentState.COMPRESSED, 3L))
            .build());

    assertThat(health("residency").getDetails())
        .containsEntry("tier0", Map.of("segments", 2L, "bytes", 100L, "limitBytes", 1000L))
        .containsEntry("staged", 5L)
        .containsEntry("needsRecovery", 0L);
  }

  @Test
  void doesNotCountCompressedSegmentsAsStagedWithoutAnObjectStore() {
    store.snapshot(
        new Snapshots()
            .breakers(null, null)
            .states(Map.of(SegmentState.SEALED, 2L, SegmentState.COMPRESSED, 3L))
            .build());

    assertThat(health("residency").getDetails()).containsEntry("staged", 2L);
    assertThat(health("tier2").getDetails()).containsExactly(Map.entry("type", "none"));
  }

  @Test
  void staysUpWithASegmentThatNobodyCanRead() {
    store.snapshot(
        new Snapshots()
            .needsRecovery(2)
            .repairs(new AofSnapshot.Repairs(3, 1, 1, 2, 4096))
            .streams(
                Snapshots.stream(
                    "orders",
                    0,
                    null,
                    Snapshots.segment(1, true),
                    Snapshots.segment(2, true, Tier.TIER2),
                    Snapshots.segment(3, false, Tier.TIER0)))
            .build());

    Health residency = health("residency");
    assertThat(residency.getStatus()).isEqualTo(Status.UP);
    assertThat(residency.getDetails())
        .containsEntry("needsRecovery", 2L)
        .containsEntry("unreadable", 1L)
        .containsEntry("quarantined", Map.of("files", 2L, "bytes", 4096L))
        .containsEntry("needingRecovery", List.of("orders/1", "orders/2"));
  }

  @Test
  void saysWhenAllCopiesWereLastVerified() {
    store.snapshot(Snapshots.healthy());
    assertThat(health("residency").getDetails()).doesNotContainKey("lastVerified");

    Instant last = Instant.ofEpochSecond(1_700_000_000);
    store.snapshot(
        new Snapshots().scrub(new AofSnapshot.Scrub(true, false, 7, 8, 0, 0, last)).build());
    assertThat(health("residency").getDetails()).containsEntry("lastVerified", last);
  }

  @Test
  void saysWhatTheNewestDrillProved() {
    Instant when = Instant.ofEpochSecond(1_700_000_000);
    DrillReport report =
        new DrillReport(when, Duration.ofSeconds(3), 9, 1, 8, 2, 100, 4096, List.of("damaged"));
    store.snapshot(
        new Snapshots().breakers(BreakerState.CLOSED, BreakerState.CLOSED).drill(report).build());
    assertThat(health("tier2").getDetails())
        .extractingByKey("drill")
        .isEqualTo(
            Map.of(
                "passed",
                false,
                "startedAt",
                when.toString(),
                "tookMillis",
                3000L,
                "failures",
                List.of("damaged")));
  }

  @Test
  void saysHowFarAFollowerIs() {
    store.snapshot(
        new Snapshots()
            .follower(new FollowerStatus(7, Duration.ofSeconds(2), 5, "away", null))
            .build());
    assertThat(health("manifest").getDetails())
        .containsEntry("followerLagMillis", 2000L)
        .containsEntry("followerError", "away");
  }

  @Test
  void isOutOfServiceOnlyAfterTheGrace() {
    blockedBy(0, 1);
    health("backpressure");
    assertThat(health("backpressure").getStatus()).isEqualTo(Status.UP);

    pass(GRACE);
    assertThat(health("backpressure").getStatus()).isEqualTo(Status.UP);

    pass(Duration.ofMillis(1));
    Health late = health("backpressure");
    assertThat(late.getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
    assertThat(late.getDetails())
        .containsEntry("admissionClosedForMillis", 30_001L)
        .containsEntry("waiting", Map.of(BackpressureKind.ADMISSION, 1));

    store.snapshot(Snapshots.healthy());
    assertThat(health("backpressure").getStatus()).isEqualTo(Status.UP);
  }

  @Test
  void countsRefusalsAsClosedAdmissionEvenWhenNobodyWaits() {
    health("backpressure");
    for (int refusals = 1; refusals <= 5; refusals++) {
      blockedBy(refusals, 0);
      health("backpressure");
      pass(Duration.ofSeconds(10));
    }
    blockedBy(6, 0);

    assertThat(health("backpressure").getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
  }

  @Test
  void staysUpWhileSegmentsAreAdmittedHoweverManyWait() {
    for (int segment = 1; segment <= 10; segment++) {
      store.snapshot(
          new Snapshots()
              .backpressure(BackpressureKind.ADMISSION, segment, 0, 4)
              .streams(
                  Snapshots.stream(
                      "orders", 0, null, Snapshots.segment(segment, false, Tier.TIER0)))
              .build());
      assertThat(health("backpressure").getStatus()).isEqualTo(Status.UP);
      pass(Duration.ofSeconds(20));
    }
  }

  @Test
  void staysUpWhenOtherResourcesHoldUpAppends() {
    store.snapshot(new Snapshots().backpressure(BackpressureKind.FLUSH, 9, 9, 9).build());
    health("backpressure");
    pass(GRACE.multipliedBy(3));

    assertThat(health("backpressure").getStatus()).isEqualTo(Status.UP);
    assertThat(health("flush").getDetails()).containsEntry("waitingAppends", 9);
  }

  @Test
  void countsTheLastMinuteOnly() {
    waits(10);
    assertThat(lastMinute()).containsEntry(BackpressureKind.ROLLOVER, 10L);
    for (int second = 0; second < 50; second++) {
      pass(Duration.ofSeconds(1));
      health("backpressure");
    }
    pass(Duration.ofSeconds(11));
    waits(13);
    assertThat(lastMinute()).containsEntry(BackpressureKind.ROLLOVER, 3L);

    pass(Duration.ofSeconds(61));
    assertThat(lastMinute()).isEmpty();
  }

  @Test
  void isDownAfterAFailedFlush() {
    store.snapshot(
        new Snapshots()
            .streams(
                Snapshots.stream("orders", 300, "flush failed: disk gone"),
                Snapshots.stream("clicks", 700, null))
            .build());

    Health flush = health("flush");
    assertThat(flush.getStatus()).isEqualTo(Status.DOWN);
    assertThat(flush.getDetails())
        .containsEntry("failedStreams", 1)
        .containsEntry("failures", Map.of("orders", "flush failed: disk gone"))
        .containsEntry("backlogBytes", 1000L)
        .containsEntry("largestBacklog", Map.of("stream", "clicks", "bytes", 700L));
  }

  @Test
  void staysUpWhenTheObjectStoreIsAwayAndSaysForHowLong() {
    store.snapshot(
        new Snapshots()
            .breakers(BreakerState.OPEN, BreakerState.CLOSED)
            .lastTier2Error("503 slow down")
            .build());

    Health tier2 = health("tier2");
    assertThat(tier2.getStatus()).isEqualTo(Status.UP);
    assertThat(tier2.getDetails())
        .containsEntry(
            "writes",
            Map.of(
                "breaker", "OPEN",
                "forMillis", 600_000L,
                "calls", 50L,
                "failures", 20L,
                "rejected", 10L,
                "retries", 5L,
                "lastFailure", "503 slow down",
                "lastFailureAgeMillis", 7_000L))
        .containsEntry(
            "reads",
            Map.of(
                "breaker", "CLOSED",
                "forMillis", 600_000L,
                "calls", 50L,
                "failures", 20L,
                "rejected", 10L,
                "retries", 5L))
        .containsEntry(
            "oldestUnarchived", Map.of("stream", "orders", "segment", 7L, "ageMillis", 1_500L))
        .containsEntry("stuckTransfers", 1)
        .containsEntry("lastError", "503 slow down")
        .containsEntry("oldestUnuploadedMillis", 1500L)
        .containsEntry("uploadLagBytes", 4096L);
  }

  @Test
  void isDownWhenTheManifestTakesNoRecords() {
    store.snapshot(new Snapshots().manifestFailure("disk gone").build());

    assertThat(health("manifest").getStatus()).isEqualTo(Status.DOWN);
    assertThat(health("manifest").getDetails())
        .containsEntry("failure", "disk gone")
        .containsEntry("chunk", 7L)
        .containsEntry("records", 42L);
  }

  private void blockedBy(long refusals, int waiting) {
    AofSnapshot blocked =
        new Snapshots()
            .pressure(1.0)
            .backpressure(BackpressureKind.ADMISSION, 0, refusals, waiting)
            .build();
    store.snapshot(blocked);
  }

  private void waits(long count) {
    store.snapshot(new Snapshots().backpressure(BackpressureKind.ROLLOVER, count, 0, 0).build());
  }

  private void pass(Duration time) {
    now.addAndGet(time.toNanos());
  }

  @SuppressWarnings("unchecked")
  private Map<BackpressureKind, Long> lastMinute() {
    return (Map<BackpressureKind, Long>) health("backpressure").getDetails().get("lastMinute");
  }

  private Health health(String name) {
    return ((HealthIndicator) health.getContributor(name)).health();
  }
}
