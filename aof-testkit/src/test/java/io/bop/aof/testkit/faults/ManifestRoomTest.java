package io.bop.aof.testkit.faults;

import static io.bop.aof.testkit.faults.SimulatedStore.MIB;
import static io.bop.aof.testkit.faults.SimulatedStore.ROOT;
import static io.bop.aof.testkit.faults.SimulatedStore.append;
import static io.bop.aof.testkit.faults.SimulatedStore.verify;
import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.AofConfig;
import io.bop.aof.AofStore;
import io.bop.aof.AofStream;
import io.bop.aof.StorageFullException;
import io.bop.aof.Tier2Type;
import io.bop.aof.store.Engine;
import io.bop.aof.testkit.simulation.DiskOperation.Kind;
import io.bop.aof.testkit.simulation.SimulatedDisk;
import io.bop.aof.testkit.simulation.SimulatedHost;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The manifest finds no room, at each of its writes in turn, while snapshots are due. */
@Timeout(120)
class ManifestRoomTest {

  private static final int SIZE = 10_000;
  private static final AofConfig CONFIG =
      AofConfig.builder(ROOT)
          .appendTimeout(Duration.ofSeconds(5))
          .reserveBytes(0)
          .maxRecordSize(256 * 1024)
          .segment(s -> s.withMaxSize(MIB))
          .tier0(t -> t.withMaxBytes(16 * MIB))
          .tier2(t -> t.withType(Tier2Type.NONE))
          .manifest(m -> m.withSnapshotEvery(8))
          .build();

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void goesOnWhenThereIsRoomAgain(int write) {
    SimulatedHost machine = new SimulatedHost(write);
    SimulatedHost next = machine;
    try {
      AofStore store = machine.call(() -> Engine.open(CONFIG, machine));
      AofStream stream = machine.call(() -> store.stream("s"));
      SimulatedDisk disk = machine.simulatedDisk();
      disk.faults()
          .on(Kind.WRITE, Kind.CREATE)
          .where(ManifestRoomTest::isManifest)
          .nth(write)
          .lasting()
          .noSpace();
      // Segments open and are sealed whether there is room to record it or not.
      appendAll(machine, stream, 300);
      machine.runUntil(() -> false, Duration.ofSeconds(3));
      disk.faults().heal();
      machine.runUntil(() -> false, Duration.ofSeconds(3));
      assertThat(store.snapshot().manifest().failure()).isNull();
      appendAll(machine, stream, 600);
      machine.call(() -> store.stream("after"));
      next = machine.crash(write);
      SimulatedHost last = next;
      AofStore again = last.call(() -> Engine.open(CONFIG, last));
      assertThat(again.streamNames()).containsExactly("after", "s");
      assertThat(last.call(() -> verify(again.stream("s")))).isEqualTo(stream.nextOffset());
    } finally {
      next.release();
    }
  }

  private static boolean isManifest(Path path) {
    return path.startsWith(ROOT.resolve("manifest"));
  }

  private static void appendAll(SimulatedHost machine, AofStream stream, long to) {
    machine.call(
        () -> {
          try {
            append(stream, to, SIZE);
          } catch (StorageFullException e) {
            assertThat(e.path()).isNotEmpty();
          }
          return true;
        });
  }
}
