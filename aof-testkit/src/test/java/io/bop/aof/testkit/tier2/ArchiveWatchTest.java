package io.bop.aof.testkit.tier2;

import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.AofConfig;
import io.bop.aof.AofSnapshot;
import io.bop.aof.AofStore;
import io.bop.aof.AofStream;
import io.bop.aof.BreakerState;
import io.bop.aof.EngineListener;
import io.bop.aof.Tier2Direction;
import io.bop.aof.store.Engine;
import io.bop.aof.testkit.SeededRandom;
import io.bop.aof.testkit.objectstore.Fault;
import io.bop.aof.testkit.objectstore.FaultyObjectStore;
import io.bop.aof.testkit.objectstore.FaultyObjectStore.ObjectCall;
import io.bop.aof.testkit.objectstore.MemoryBucket;
import io.bop.aof.testkit.simulation.SimulatedHost;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Uploads that do not come to their end: who hears of it, and what becomes of them. */
@Timeout(120)
class ArchiveWatchTest {

  private static final long MIB = 1024 * 1024;
  private static final Duration LONG_ENOUGH = Duration.ofMinutes(10);
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final SimulatedHost host = new SimulatedHost(5);
  private final FaultyObjectStore objects =
      new FaultyObjectStore(host, new MemoryBucket().on(host, Duration.ofMillis(3)), 5);
  private final List<String> told = new ArrayList<>();
  private final AofStore store = host.call(() -> Engine.open(config(), host, objects));
  private final AofStream stream = host.call(() -> store.stream("s"));

  @AfterEach
  void release() {
    host.release();
  }

  @Test
  void tellsOnceWhenTheOldestSegmentIsLateAndOnceWhenItHasCaughtUp() {
    objects.down(Fault.UNREACHABLE);
    appendSegment();
    idle(Duration.ofMinutes(4));
    assertThat(lagEvents()).isEmpty();
    assertThat(oldest()).isNotNull();
    assertThat(oldest().stream()).isEqualTo("s");
    assertThat(oldest().segment()).isEqualTo(1);
    assertThat(oldest().age()).isBetween(Duration.ofMinutes(3), Duration.ofMinutes(4));

    idle(Duration.ofMinutes(2));
    assertThat(lagEvents()).containsExactly("lagging s 1 PT5M");
    appendSegment();
    idle(Duration.ofMinutes(20));
    assertThat(lagEvents()).hasSize(1);
    assertThat(oldest().segment()).isEqualTo(1);

    objects.heal();
    assertThat(host.runUntil(() -> stream.archivedOffset() == 20, LONG_ENOUGH)).isTrue();
    idle(SECOND.multipliedBy(2));
    assertThat(lagEvents()).hasSize(2);
    assertThat(lagEvents().get(1)).startsWith("caught up after PT21M");
    assertThat(oldest()).isNull();

    objects.down(Fault.UNREACHABLE);
    appendSegment();
    idle(Duration.ofMinutes(6));
    assertThat(lagEvents()).hasSize(3);
  }

  @Test
  void tellsNothingWhenTheWallClockIsSet() {
    objects.down(Fault.UNREACHABLE);
    appendSegment();
    idle(SECOND);

    host.setWallClock(Duration.ofDays(3));
    idle(Duration.ofMinutes(20));

    assertThat(lagEvents()).isEmpty();
  }

  @Test
  void archivesASegmentWhosePutsNeverEnd() {
    objects.next(ObjectCall.PUT, new Fault.Hangs(false), new Fault.Hangs(false));
    appendSegment();
    appendSegment();

    assertThat(host.runUntil(() -> stream.archivedOffset() == 20, LONG_ENOUGH)).isTrue();

    assertThat(usage().abandonedTransfers()).isEqualTo(2);
    assertThat(usage().stuckTransfers()).isEqualTo(2);
    appendSegment();
    assertThat(host.runUntil(() -> stream.archivedOffset() == 30, LONG_ENOUGH)).isTrue();
    close();
  }

  @Test
  void beginsATransferAgainThatHangs() {
    objects.next(ObjectCall.PUT, new Fault.Hangs(true));
    appendSegment();

    assertThat(host.runUntil(() -> stream.archivedOffset() == 10, LONG_ENOUGH)).isTrue();

    assertThat(usage().abandonedTransfers()).isEqualTo(1);
    assertThat(usage().stuckTransfers()).isZero();
    close();
  }

  @Test
  void tellsOfTheBreakersAndWhatMadeThemOpen() {
    objects.down(Fault.UNREACHABLE);
    for (int i = 0; i < 5; i++) {
      appendSegment();
    }
    assertThat(
            host.runUntil(() -> store.snapshot().tier2Writes() == BreakerState.OPEN, LONG_ENOUGH))
        .isTrue();
    AofSnapshot.Tier2Calls writes = usage().calls().get(Tier2Direction.WRITE);
    assertThat(writes.breaker()).isEqualTo(BreakerState.OPEN);
    assertThat(writes.breakerAge()).isLessThan(SECOND);
    assertThat(writes.failures()).isBetween(3L, writes.calls());
    assertThat(writes.retries()).isPositive();
    assertThat(writes.lastFailure()).isNotNull();
    assertThat(writes.lastFailure().reason()).contains("injected");
    assertThat(usage().calls().get(Tier2Direction.READ).breaker()).isEqualTo(BreakerState.CLOSED);

    objects.heal();
    assertThat(host.runUntil(() -> stream.archivedOffset() == 50, LONG_ENOUGH)).isTrue();

    assertThat(told)
        .filteredOn(event -> event.startsWith("WRITE"))
        .containsSubsequence(
            "WRITE CLOSED OPEN injected: call=HEAD",
            "WRITE OPEN HALF_OPEN null",
            "WRITE HALF_OPEN CLOSED null");
    close();
  }

  private AofConfig config() {
    return AofConfig.builder(Path.of("/data/store"))
        .maxRecordSize(64 * 1024)
        .segment(s -> s.withMinSize(MIB).withMaxSize(MIB))
        .tier0(t -> t.withMaxBytes(8 * MIB))
        .tier1(t -> t.withMaxBytes(16 * MIB))
        .tier2(t -> t.withArchiveLagWarning(Duration.ofMinutes(5)))
        .listener(new Ears())
        .build();
  }

  private void appendSegment() {
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

  private AofSnapshot.Tier2Usage usage() {
    AofSnapshot.Tier2Usage usage = store.snapshot().tier2();
    assertThat(usage).isNotNull();
    return usage;
  }

  private AofSnapshot.@Nullable Unarchived oldest() {
    return usage().oldestUnarchived();
  }

  private List<String> lagEvents() {
    return told.stream().filter(e -> e.startsWith("lagging") || e.startsWith("caught")).toList();
  }

  private void close() {
    host.call(
        () -> {
          store.close();
          return store;
        });
  }

  /** Writes down what it hears. */
  private final class Ears implements EngineListener {
    @Override
    public void archiveLagging(String name, long segment, Duration age) {
      told.add("lagging " + name + " " + segment + " " + Duration.ofSeconds(age.toSeconds()));
    }

    @Override
    public void archiveCaughtUp(Duration lasted) {
      told.add("caught up after " + lasted);
    }

    @Override
    public void breakerChanged(
        Tier2Direction direction, BreakerState from, BreakerState to, @Nullable String reason) {
      told.add(direction + " " + from + " " + to + " " + reason);
    }
  }
}
