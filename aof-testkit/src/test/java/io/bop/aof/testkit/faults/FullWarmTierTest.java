package io.bop.aof.testkit.faults;

import static io.bop.aof.testkit.faults.SimulatedStore.MIB;
import static io.bop.aof.testkit.faults.SimulatedStore.ROOT;
import static io.bop.aof.testkit.faults.SimulatedStore.append;
import static io.bop.aof.testkit.faults.SimulatedStore.verify;
import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.AofConfig;
import io.bop.aof.AofStore;
import io.bop.aof.AofStream;
import io.bop.aof.Tier;
import io.bop.aof.Tier2Type;
import io.bop.aof.store.Engine;
import io.bop.aof.testkit.simulation.SimulatedDisk;
import io.bop.aof.testkit.simulation.SimulatedHost;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A damaged copy is made again although the files of Tier 1 leave no room for it. */
@Timeout(120)
class FullWarmTierTest {

  private static final int RECORDS = 9;
  private static final int SIZE = 100_000;

  private final SimulatedHost machine = new SimulatedHost(5);
  private final SimulatedDisk disk = machine.simulatedDisk();

  @AfterEach
  void endProcess() {
    machine.release();
  }

  private AofStore open() {
    AofConfig config =
        AofConfig.builder(ROOT)
            .maxRecordSize(256 * 1024)
            .reserveBytes(0)
            .segment(s -> s.withMaxSize(MIB))
            .tier1(t -> t.withMaxBytes(2 * MIB))
            .tier2(t -> t.withType(Tier2Type.FILESYSTEM))
            .scrub(s -> s.withInterval(Duration.ofSeconds(1)).withBytesPerSecond(64 * MIB))
            .build();
    return machine.call(() -> Engine.open(config, machine));
  }

  @Test
  void theDamagedFileIsNotWhatMakesRoomForItsOwnCopy() throws IOException {
    AofStore store = open();
    AofStream stream = machine.call(() -> store.stream("s"));
    for (int segment = 1; segment <= 2; segment++) {
      long end = (long) segment * RECORDS;
      machine.call(
          () -> {
            append(stream, end, SIZE);
            stream.seal();
            return true;
          });
    }
    assertThat(machine.runUntil(() -> isArchived(stream), Duration.ofMinutes(5))).isTrue();
    machine.call(
        () -> {
          store.close();
          return true;
        });
    List<Path> warm =
        disk.files().stream()
            .filter(file -> file.startsWith(ROOT.resolve("tier1")))
            .filter(file -> file.toString().endsWith(".zst"))
            .toList();
    assertThat(warm).hasSize(2);
    disk.damage().flipBit(warm.get(0), SIZE, 3);

    AofStore again = open();
    AofStream found = machine.call(() -> again.stream("s"));
    machine.runUntil(() -> again.snapshot().repairs().repaired() > 0, Duration.ofMinutes(5));

    assertThat(again.snapshot().scrub().damaged()).isEqualTo(1);
    assertThat(again.snapshot().repairs().repaired()).isEqualTo(1);
    assertThat(again.snapshot().needsRecovery()).isZero();
    assertThat(found.snapshot().segments().get(0).residency()).contains(Tier.TIER1);
    assertThat(machine.call(() -> verify(found))).isEqualTo(2 * RECORDS);
  }

  private static boolean isArchived(AofStream stream) {
    return stream.archivedOffset() == 2 * RECORDS;
  }
}
