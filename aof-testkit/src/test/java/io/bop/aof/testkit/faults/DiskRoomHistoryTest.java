package io.bop.aof.testkit.faults;

import static io.bop.aof.testkit.faults.SimulatedStore.MIB;
import static io.bop.aof.testkit.faults.SimulatedStore.ROOT;
import static io.bop.aof.testkit.faults.SimulatedStore.append;
import static io.bop.aof.testkit.faults.SimulatedStore.payload;
import static io.bop.aof.testkit.faults.SimulatedStore.verify;
import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.AofConfig;
import io.bop.aof.AofStore;
import io.bop.aof.AofStream;
import io.bop.aof.BackpressureException;
import io.bop.aof.StorageFullException;
import io.bop.aof.store.Engine;
import io.bop.aof.testkit.Property;
import io.bop.aof.testkit.SeededRandom;
import io.bop.aof.testkit.simulation.SimulatedDisk;
import io.bop.aof.testkit.simulation.SimulatedHost;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A disk that fills up and empties at random, in simulated time. */
@Timeout(180)
class DiskRoomHistoryTest {

  private static final int SIZE = 10_000;
  private static final long PLENTY = 1L << 40;

  @Test
  void losesNothingAndRecoversHoweverTheRoomChanges() {
    Property.forAll("a disk that fills and empties", 25, DiskRoomHistoryTest::fillAndEmpty);
  }

  private static void fillAndEmpty(SeededRandom random) {
    SimulatedHost machine = new SimulatedHost(random.nextLong());
    AofConfig config =
        AofConfig.builder(ROOT)
            .appendTimeout(Duration.ofSeconds(1))
            .reserveBytes(random.nextInt(3) * MIB)
            .maxRecordSize(256 * 1024)
            .segment(s -> s.withMaxSize(MIB))
            .tier0(t -> t.withMaxBytes(4 * MIB))
            .tier1(t -> t.withMaxBytes(8 * MIB))
            .manifest(m -> m.withChunkSize(16 * 1024).withRotateAfter(Duration.ofMillis(50)))
            .build();
    AofStore store = machine.call(() -> Engine.open(config, machine));
    AofStream stream = machine.call(() -> store.stream("s"));
    SimulatedHost now = machine;
    long acknowledged = 0;
    for (int round = 0; round < 6; round++) {
      SimulatedDisk disk = now.simulatedDisk();
      disk.capacity(disk.usedBytes() + random.nextInt((int) (5 * MIB)));
      AofStream target = stream;
      int wanted = random.nextInt(300);
      boolean seal = random.oneIn(3);
      acknowledged = now.call(appends(target, acknowledged, wanted, seal));
      long expected = acknowledged;
      assertThat(now.call(() -> verify(target))).isBetween(expected, expected + 1);
      acknowledged = target.nextOffset();
      now.run(100_000, Duration.ofSeconds(random.nextInt(20)));
    }
    now.simulatedDisk().capacity(PLENTY);
    now.runUntil(() -> false, Duration.ofMinutes(2));
    AofStream target = stream;
    long before = acknowledged;
    now.call(
        () -> {
          append(target, before + 300, SIZE);
          target.seal();
          return true;
        });
    now.runUntil(() -> false, Duration.ofMinutes(2));
    assertThat(store.snapshot().storageFull()).isEmpty();
    assertThat(store.snapshot().manifest().failure()).isNull();
    assertThat(stream.archivedOffset()).isEqualTo(before + 300);
    SimulatedHost next = now.crash(random.nextLong());
    AofStore again = next.call(() -> Engine.open(config, next));
    assertThat(next.call(() -> verify(again.stream("s")))).isEqualTo(before + 300);
    next.release();
  }

  private static Callable<Long> appends(AofStream stream, long from, int count, boolean seal) {
    return () -> {
      long next = from;
      try {
        for (int i = 0; i < count; i++) {
          next = stream.append(payload(stream.nextOffset(), SIZE)) + 1;
        }
        if (seal) {
          stream.seal();
        }
      } catch (StorageFullException | BackpressureException e) {
        assertThat(e.getMessage()).isNotEmpty();
      }
      return next;
    };
  }
}
