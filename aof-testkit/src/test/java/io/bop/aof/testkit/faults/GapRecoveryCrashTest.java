package io.bop.aof.testkit.faults;

import static io.bop.aof.testkit.faults.SimulatedStore.MIB;
import static io.bop.aof.testkit.faults.SimulatedStore.ROOT;
import static io.bop.aof.testkit.faults.SimulatedStore.payload;
import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.AofConfig;
import io.bop.aof.AofStore;
import io.bop.aof.AofStream;
import io.bop.aof.AppendRequest;
import io.bop.aof.Durability;
import io.bop.aof.SegmentState;
import io.bop.aof.StreamSnapshot;
import io.bop.aof.Tier2Type;
import io.bop.aof.store.Engine;
import io.bop.aof.testkit.simulation.ProcessEndedError;
import io.bop.aof.testkit.simulation.SimulatedDisk;
import io.bop.aof.testkit.simulation.SimulatedHost;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Two segments of a stream that are not sealed, and the first ends early: the second lies behind a
 * gap. The open that finds that ends at each of its operations in turn.
 */
@Timeout(120)
class GapRecoveryCrashTest {

  private static final int RECORDS = 3;
  private static final int SIZE = 10_000;
  private static final List<SegmentState> TWO = List.of(SegmentState.SEALING, SegmentState.ACTIVE);
  private static final AofConfig CONFIG =
      AofConfig.builder(ROOT)
          .maxRecordSize(256 * 1024)
          .reserveBytes(0)
          .segment(s -> s.withMaxSize(MIB))
          .flush(f -> f.withInterval(Duration.ofHours(1)))
          .tier2(t -> t.withType(Tier2Type.NONE))
          .build();

  @Test
  void theStreamGoesOnWhateverOperationOfTheOpenIsTheLastOne() throws IOException {
    long operations = 0;
    boolean ended = true;
    while (ended) {
      SimulatedHost first = new SimulatedHost(3);
      try {
        leaveTwoUnsealed(first);
        SimulatedHost opening = first.kill(operations);
        cutFirst(opening.simulatedDisk());
        opening.endAfterOperations(operations);
        ended = opensAndEnds(opening);
        goOn(opening.crash(operations));
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("power failure at operation " + operations + " of the open", e);
      } finally {
        first.release();
      }
      operations++;
    }
    assertThat(operations).isGreaterThan(30);
  }

  @Test
  void aSlotThatWasCutShortIsLostHoweverOftenTheStoreIsOpened() throws IOException {
    SimulatedHost machine = new SimulatedHost(3);
    try {
      leaveTwoUnsealed(machine);
      machine = machine.kill(1);
      SimulatedDisk disk = machine.simulatedDisk();
      List<Path> slots = disk.files().stream().filter(SimulatedStore::isSlot).toList();
      disk.damage().truncate(slots.get(0), 8192);
      for (int open = 0; open < 3; open++) {
        SimulatedHost now = machine;
        AofStore store = now.call(() -> Engine.open(CONFIG, now));
        AofStream stream = now.call(() -> store.stream("s"));
        assertThat(stream.snapshot().failure()).as("open %s", open).isNotNull();
        machine = now.kill(open);
      }
    } finally {
      machine.release();
    }
  }

  /* The forces take so long that nothing is sealed; a kill leaves what the page cache has. */
  private static void leaveTwoUnsealed(SimulatedHost machine) {
    AofStore store = machine.call(() -> Engine.open(CONFIG, machine));
    AofStream stream = machine.call(() -> store.stream("s"));
    machine.call(() -> append(stream, Durability.MEMORY));
    // The next slot is ready by then.
    machine.run(Long.MAX_VALUE, Duration.ofSeconds(1));
    machine.forcesTake(Duration.ofSeconds(2));
    machine.start("sealing", stream::seal);
    machine.call(() -> append(stream, Durability.MEMORY));
    assertThat(stream.nextOffset()).isEqualTo(2 * RECORDS);
    assertThat(machine.runUntil(() -> states(stream).equals(TWO), Duration.ofSeconds(1)))
        .as("two segments: %s", states(stream))
        .isTrue();
  }

  private static List<SegmentState> states(AofStream stream) {
    return stream.snapshot().segments().stream().map(StreamSnapshot.Segment::state).toList();
  }

  private static boolean append(AofStream stream, Durability level) {
    for (int i = 0; i < RECORDS; i++) {
      byte[] payload = payload(stream.nextOffset(), SIZE);
      stream.append(AppendRequest.builder(payload).durability(level).build());
    }
    return true;
  }

  /* Its last record is not whole. */
  private static void cutFirst(SimulatedDisk disk) throws IOException {
    List<Path> slots = disk.files().stream().filter(SimulatedStore::isSlot).toList();
    assertThat(slots).hasSizeGreaterThan(1);
    disk.damage().flipBit(slots.get(0), 4096 + (RECORDS - 1) * SIZE + SIZE / 2, 1);
  }

  private static boolean opensAndEnds(SimulatedHost machine) {
    try {
      machine.call(() -> Engine.open(CONFIG, machine));
      return false;
    } catch (ProcessEndedError e) {
      return true;
    }
  }

  private static void goOn(SimulatedHost machine) {
    AofStore store = machine.call(() -> Engine.open(CONFIG, machine));
    AofStream stream = machine.call(() -> store.stream("s"));
    assertThat(stream.snapshot().failure()).isNull();
    assertThat(stream.nextOffset()).isEqualTo(RECORDS - 1);
    machine.call(() -> append(stream, Durability.FLUSHED));
    assertThat(machine.call(() -> SimulatedStore.verify(stream))).isEqualTo(2 * RECORDS - 1);
  }
}
