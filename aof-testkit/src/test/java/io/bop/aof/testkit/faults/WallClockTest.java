package io.bop.aof.testkit.faults;

import static io.bop.aof.testkit.faults.SimulatedStore.MIB;
import static io.bop.aof.testkit.faults.SimulatedStore.ROOT;
import static io.bop.aof.testkit.faults.SimulatedStore.append;
import static io.bop.aof.testkit.faults.SimulatedStore.verify;
import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.AofConfig;
import io.bop.aof.AofReader;
import io.bop.aof.AofStore;
import io.bop.aof.AofStream;
import io.bop.aof.ReadFrom;
import io.bop.aof.Tier2Type;
import io.bop.aof.store.Engine;
import io.bop.aof.testkit.simulation.SimulatedHost;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A wall clock that somebody sets while the store is open. */
@Timeout(120)
class WallClockTest {

  private static final int SIZE = 1_000;
  private static final Duration TEN_DAYS = Duration.ofDays(10);
  private static final AofConfig CONFIG =
      AofConfig.builder(ROOT)
          .maxRecordSize(256 * 1024)
          .reserveBytes(0)
          .segment(s -> s.withMaxSize(MIB))
          .tier2(t -> t.withType(Tier2Type.NONE))
          .retention(r -> r.withMaxAge(Duration.ofHours(6)))
          .build();

  private final SimulatedHost machine = new SimulatedHost(3);
  private final AofStore store = machine.call(() -> Engine.open(CONFIG, machine));
  private final AofStream stream = machine.call(() -> store.stream("s"));

  @AfterEach
  void endProcess() {
    machine.release();
  }

  private void appendSegment(long to) {
    machine.call(
        () -> {
          append(stream, to, SIZE);
          stream.seal();
          return true;
        });
  }

  private void idle(Duration time) {
    machine.runUntil(() -> false, time);
  }

  private Instant timestampOf(long offset) {
    return machine.call(
        () -> {
          try (AofReader reader = stream.reader(ReadFrom.offset(offset))) {
            return reader.next().timestamp();
          }
        });
  }

  @ParameterizedTest
  @CsvSource({"10, 10", "-10, 20"})
  void retiresNothingWhileTheClockIsWrongAndGoesOnWhenItIsBack(long days, long keptFrom) {
    appendSegment(10);
    idle(Duration.ofHours(1));
    machine.setWallClock(Duration.ofDays(days));
    idle(Duration.ofMinutes(10));
    appendSegment(20);
    idle(Duration.ofHours(8));
    assertThat(stream.startOffset()).isZero();
    assertThat(machine.call(() -> verify(stream))).isEqualTo(20);

    machine.setWallClock(Duration.ofDays(-days));
    idle(Duration.ofMinutes(1));
    assertThat(stream.startOffset()).as("six hours old by the right clock").isEqualTo(keptFrom);
    appendSegment(21);
    assertThat(stream.nextOffset()).isEqualTo(21);
  }

  @Test
  void believesAClockThatIsSetByMinutes() {
    appendSegment(10);
    for (int i = 0; i < 10; i++) {
      machine.setWallClock(Duration.ofMinutes(4));
      idle(Duration.ofMinutes(1));
    }
    assertThat(stream.startOffset()).isZero();
    idle(Duration.ofHours(5).plusMinutes(15));
    assertThat(stream.startOffset()).isEqualTo(10);
  }

  @Test
  void timestampsFollowTheClockAndOffsetsDoNot() {
    appendSegment(10);
    machine.setWallClock(TEN_DAYS);
    appendSegment(20);
    machine.setWallClock(TEN_DAYS.negated().multipliedBy(2));
    appendSegment(30);

    Instant first = timestampOf(0);
    assertThat(timestampOf(10)).isBetween(first.plus(TEN_DAYS), first.plus(TEN_DAYS.plusHours(1)));
    assertThat(timestampOf(20)).isBefore(first);
    assertThat(machine.call(() -> verify(stream))).isEqualTo(30);
    long found =
        machine.call(
            () -> {
              try (AofReader reader = stream.reader(ReadFrom.timestamp(first.plusSeconds(3_600)))) {
                return reader.next().offset();
              }
            });
    assertThat(found).as("the lowest offset that is not older").isEqualTo(10);
  }

  @Test
  void opensWithAClockThatWentBack() {
    appendSegment(10);
    machine.setWallClock(TEN_DAYS.negated());
    SimulatedHost next = machine.crash(4);
    AofStore again = next.call(() -> Engine.open(CONFIG, next));
    AofStream found = next.call(() -> again.stream("s"));
    next.call(
        () -> {
          append(found, 20, SIZE);
          again.close();
          return true;
        });
    AofStore last = next.call(() -> Engine.open(CONFIG, next));
    assertThat(next.call(() -> verify(last.stream("s")))).isEqualTo(20);
  }
}
