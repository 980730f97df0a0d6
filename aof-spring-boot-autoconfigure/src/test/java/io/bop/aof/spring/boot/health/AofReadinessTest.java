package io.bop.aof.spring.boot.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.bop.aof.AofSnapshot;
import io.bop.aof.BackpressureKind;
import io.bop.aof.FollowerStatus;
import io.bop.aof.spring.testsupport.InMemoryStore;
import io.bop.aof.spring.testsupport.Snapshots;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;

class AofReadinessTest {

  private static final AofSnapshot FULL =
      new Snapshots()
          .storageFull(new AofSnapshot.StorageFull("/data/tier0", 17_825_792, 4_096, true))
          .build();

  private final InMemoryStore store = new InMemoryStore();
  private final List<Object> published = new CopyOnWriteArrayList<>();
  private final AofReadiness readiness =
      new AofReadiness(
          event -> published.add(((AvailabilityChangeEvent<?>) event).getState()), Duration.ZERO);

  @AfterEach
  void close() {
    readiness.close();
  }

  private void awaitPublished(Object... states) {
    await().untilAsserted(() -> assertThat(published).containsExactly(states));
  }

  @Test
  void refusesTrafficWhileTheDiskIsFullAndComesBackByItself() {
    readiness.follow(store);
    store.snapshot(FULL);
    readiness.storageFull("/data/tier0", 17_825_792, 4_096);
    awaitPublished(ReadinessState.REFUSING_TRAFFIC);
    store.snapshot(Snapshots.healthy());
    awaitPublished(ReadinessState.REFUSING_TRAFFIC, ReadinessState.ACCEPTING_TRAFFIC);
  }

  @Test
  void refusesTrafficWhenTheManifestHasFailed() {
    readiness.follow(store);
    store.snapshot(new Snapshots().manifestFailure("another writer has taken over").build());
    readiness.failed("", 0, "coordinate", new IllegalStateException());
    awaitPublished(ReadinessState.REFUSING_TRAFFIC);
  }

  @Test
  void refusesTrafficWhenNothingIsAdmittedForLongerThanTheGrace() {
    readiness.follow(store);
    store.snapshot(new Snapshots().backpressure(BackpressureKind.ADMISSION, 9, 1, 2).build());
    readiness.backpressure("s", BackpressureKind.ADMISSION, Duration.ofSeconds(10), true);
    awaitPublished(ReadinessState.REFUSING_TRAFFIC);
  }

  @Test
  void looksAtAStoreThatWasInTroubleWhenItWasOpened() {
    store.snapshot(FULL);
    readiness.follow(store);
    awaitPublished(ReadinessState.REFUSING_TRAFFIC);
  }

  /* Boot says that the application accepts traffic when it has started. */
  @Test
  void takesBackWhatSomebodyElseSaidTooSoon() {
    store.snapshot(FULL);
    readiness.follow(store);
    awaitPublished(ReadinessState.REFUSING_TRAFFIC);
    readiness.onApplicationEvent(
        new AvailabilityChangeEvent<>("boot", ReadinessState.ACCEPTING_TRAFFIC));
    awaitPublished(ReadinessState.REFUSING_TRAFFIC, ReadinessState.REFUSING_TRAFFIC);
  }

  @Test
  void aFollowerStaysInTraffic() {
    AofSnapshot follower =
        new Snapshots()
            .manifestFailure("no manifest is written here")
            .follower(new FollowerStatus(3, Duration.ZERO, 1, null, null))
            .build();
    store.snapshot(follower);
    readiness.follow(store);
    readiness.failed("", 0, "follow", new IllegalStateException());
    await().during(Duration.ofMillis(500)).until(published::isEmpty);
  }
}
