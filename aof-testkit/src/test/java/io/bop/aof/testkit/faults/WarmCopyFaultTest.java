package io.bop.aof.testkit.faults;

import static io.bop.aof.testkit.faults.SimulatedStore.MIB;
import static io.bop.aof.testkit.faults.SimulatedStore.ROOT;
import static io.bop.aof.testkit.faults.SimulatedStore.append;
import static io.bop.aof.testkit.faults.SimulatedStore.verify;
import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.AofConfig;
import io.bop.aof.AofStore;
import io.bop.aof.AofStream;
import io.bop.aof.EngineListener;
import io.bop.aof.SegmentState;
import io.bop.aof.Tier;
import io.bop.aof.Tier2Type;
import io.bop.aof.store.Engine;
import io.bop.aof.testkit.simulation.DiskOperation.Kind;
import io.bop.aof.testkit.simulation.SimulatedDisk;
import io.bop.aof.testkit.simulation.SimulatedHost;
import io.bop.aof.tier1.ReadBackException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A disk that stores another bit than it was given, in a file that is copied into Tier 1. */
@Timeout(120)
class WarmCopyFaultTest {

  private static final int SIZE = 10_000;

  private final SimulatedHost machine = new SimulatedHost(11);
  private final SimulatedDisk disk = machine.simulatedDisk();
  private final List<Throwable> failures = new ArrayList<>();
  private final EngineListener listener =
      new EngineListener() {
        @Override
        public void failed(String stream, long segment, String operation, Throwable failure) {
          failures.add(failure);
        }
      };

  @AfterEach
  void endProcess() {
    machine.release();
  }

  private AofStore open(Tier2Type tier2) {
    AofConfig config =
        AofConfig.builder(ROOT)
            .maxRecordSize(256 * 1024)
            .reserveBytes(0)
            .segment(s -> s.withMaxSize(MIB))
            .tier2(t -> t.withType(tier2))
            .listener(listener)
            .build();
    return machine.call(() -> Engine.open(config, machine));
  }

  private void close(AofStore store) {
    machine.call(
        () -> {
          store.close();
          return true;
        });
  }

  private AofStream filled(AofStore store) {
    AofStream stream = machine.call(() -> store.stream("s"));
    machine.call(
        () -> {
          append(stream, 50, SIZE);
          stream.seal();
          return true;
        });
    machine.runUntil(() -> false, Duration.ofMinutes(1));
    return stream;
  }

  private void storeOneWrongBit() {
    disk.faults().on(Kind.WRITE).where(file -> file.startsWith(ROOT.resolve("tier1"))).flipBit();
  }

  private Path only(String folder, String ending) {
    List<Path> found =
        disk.files().stream()
            .filter(file -> file.startsWith(ROOT.resolve(folder)))
            .filter(file -> file.toString().endsWith(ending))
            .toList();
    assertThat(found).hasSize(1);
    return found.get(0);
  }

  private void deleteSealedSlot(AofStream stream) throws IOException {
    assertThat(stream.snapshot().segments()).hasSize(1);
    for (Path file : disk.files()) {
      if (SimulatedStore.isSlot(file)) {
        assertThat(disk.deleteIfExists(file)).isTrue();
      }
    }
  }

  @Test
  void aCompressedFileThatDoesNotReadBackNeverCountsAndIsMadeAgain() throws IOException {
    AofStore store = open(Tier2Type.NONE);
    storeOneWrongBit();
    AofStream stream = filled(store);
    assertThat(disk.faults().hits()).hasSize(1);
    assertThat(failures).hasSize(1);
    assertThat(failures.get(0))
        .isInstanceOf(ReadBackException.class)
        .hasMessageContaining("warm file does not read back: file=");
    assertThat(stream.snapshot().segments().get(0).state()).isEqualTo(SegmentState.COMPRESSED);
    close(store);
    deleteSealedSlot(stream);
    AofStore again = open(Tier2Type.NONE);
    assertThat(machine.call(() -> verify(again.stream("s")))).isEqualTo(50);
    close(again);
  }

  @Test
  void aFetchedFileThatDoesNotReadBackNeverCountsAndIsFetchedAgain() throws IOException {
    AofStore store = open(Tier2Type.FILESYSTEM);
    AofStream stream = filled(store);
    assertThat(stream.archivedOffset()).isEqualTo(50);
    close(store);
    deleteSealedSlot(stream);
    Path warm = only("tier1", ".zst");
    assertThat(disk.deleteIfExists(warm)).isTrue();
    storeOneWrongBit();
    AofStore again = open(Tier2Type.FILESYSTEM);
    AofStream found = machine.call(() -> again.stream("s"));
    assertThat(machine.call(() -> verify(found))).isEqualTo(50);
    machine.runUntil(() -> false, Duration.ofMinutes(5));
    assertThat(disk.faults().hits()).hasSize(1);
    assertThat(failures).as("hit: %s", disk.faults().hits()).hasSize(1);
    assertThat(failures.get(0)).isInstanceOf(ReadBackException.class);
    assertThat(found.snapshot().segments().get(0).residency()).contains(Tier.TIER1);
    assertThat(disk.content(warm)).isEqualTo(disk.content(only("tier2/segments", ".zst")));
    assertThat(again.snapshot().needsRecovery()).isZero();
    close(again);
  }
}
