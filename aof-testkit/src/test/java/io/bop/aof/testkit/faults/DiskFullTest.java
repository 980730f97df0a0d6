package io.bop.aof.testkit.faults;

import static io.bop.aof.testkit.faults.SimulatedStore.MIB;
import static io.bop.aof.testkit.faults.SimulatedStore.ROOT;
import static io.bop.aof.testkit.faults.SimulatedStore.append;
import static io.bop.aof.testkit.faults.SimulatedStore.payload;
import static io.bop.aof.testkit.faults.SimulatedStore.verify;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bop.aof.AofConfig;
import io.bop.aof.AofException;
import io.bop.aof.AofSnapshot;
import io.bop.aof.AofStore;
import io.bop.aof.AofStream;
import io.bop.aof.AppendResult;
import io.bop.aof.EngineListener;
import io.bop.aof.SegmentState;
import io.bop.aof.StorageFullException;
import io.bop.aof.Tier;
import io.bop.aof.Tier2Type;
import io.bop.aof.store.Engine;
import io.bop.aof.testkit.simulation.SimulatedDisk;
import io.bop.aof.testkit.simulation.SimulatedHost;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A disk that fills up, in simulated time. */
@Timeout(180)
class DiskFullTest {

  private static final int SIZE = 10_000;
  private static final long RESERVE = 2 * MIB;
  private static final long PLENTY = 1L << 40;

  private final SimulatedHost machine = new SimulatedHost(5);
  private final SimulatedDisk disk = machine.simulatedDisk();
  private final List<String> told = new ArrayList<>();
  private final EngineListener listener =
      new EngineListener() {
        @Override
        public void storageFull(String path, long neededBytes, long freeBytes) {
          told.add("full " + Path.of(path).getFileName());
        }

        @Override
        public void storageAvailable(String path) {
          told.add("available " + Path.of(path).getFileName());
        }
      };

  @AfterEach
  void endProcess() {
    machine.release();
  }

  private AofConfig.Builder config() {
    return AofConfig.builder(ROOT)
        .appendTimeout(Duration.ofSeconds(5))
        .reserveBytes(RESERVE)
        .maxRecordSize(256 * 1024)
        .segment(s -> s.withMaxSize(MIB))
        .tier0(t -> t.withMaxBytes(16 * MIB))
        .tier1(t -> t.withMaxBytes(64 * MIB))
        .tier2(t -> t.withType(Tier2Type.NONE))
        .listener(listener);
  }

  private AofStore open(AofConfig.Builder config) {
    return machine.call(() -> Engine.open(config.build(), machine));
  }

  private void idle(Duration time) {
    machine.runUntil(() -> false, time);
  }

  private void close(AofStore store) {
    call(() -> store.close());
  }

  /** Appends until it is refused; returns with what. */
  private AofException appendUntilRefused(AofStream stream) {
    return machine.call(
        () -> {
          while (true) {
            long next = stream.nextOffset();
            try {
              stream.append(payload(next, SIZE));
            } catch (AofException e) {
              return e;
            }
          }
        });
  }

  private static AofSnapshot.StorageFull at(AofStore store, String directory) {
    return store.snapshot().storageFull().stream()
        .filter(full -> Path.of(full.path()).getFileName().toString().equals(directory))
        .findFirst()
        .orElseThrow();
  }

  // ---- slots

  @Test
  void refusesAppendsWithTheFactsAndResumesByItself() {
    AofStore store = open(config());
    AofStream stream = machine.call(() -> store.stream("s"));
    disk.capacity(disk.usedBytes() + RESERVE + 5 * MIB);
    AofException refused = appendUntilRefused(stream);
    assertThat(refused)
        .isInstanceOfSatisfying(
            StorageFullException.class,
            full -> {
              assertThat(full.path()).isEqualTo(ROOT.resolve("tier0").toString());
              assertThat(full.needed()).isEqualTo(RESERVE + MIB);
              assertThat(full.free()).isLessThan(full.needed());
              assertThat(full.getMessage())
                  .contains("storage full: path=" + full.path() + " needed=" + full.needed());
            });
    long written = stream.nextOffset();
    assertThat(written).isGreaterThan(200);
    assertThat(stream.durableOffset()).isEqualTo(written);
    assertThat(machine.call(() -> verify(stream))).isEqualTo(written);
    assertThat(at(store, "tier0").refusesAppends()).isTrue();
    assertThat(at(store, "tier0").neededBytes()).isEqualTo(RESERVE + MIB);
    assertThat(at(store, "tier0").freeBytes()).isEqualTo(((StorageFullException) refused).free());
    AppendResult tried = machine.call(() -> stream.tryAppend(payload(written, SIZE)));
    assertThat(tried).isInstanceOf(AppendResult.Refused.class);
    for (int i = 0; i < 5; i++) {
      assertThat(appendUntilRefused(stream)).isInstanceOf(StorageFullException.class);
    }
    assertThat(told).containsOnlyOnce("full tier0").doesNotContain("available tier0");
    assertThat(store.snapshot().manifest().failure()).isNull();

    disk.capacity(PLENTY);
    idle(Duration.ofSeconds(3));
    assertThat(told).contains("available tier0");
    assertThat(store.snapshot().storageFull()).isEmpty();
    call(() -> append(stream, written + 500, SIZE));
    assertThat(machine.call(() -> verify(stream))).isEqualTo(written + 500);
    close(store);
  }

  @Test
  void whatCanBeEvictedMakesRoomOnAFullDisk() {
    AofStore store = open(config());
    AofStream stream = machine.call(() -> store.stream("s"));
    call(
        () -> {
          for (long n = 0; n < 800; n++) {
            stream.append(new byte[SIZE]);
          }
          stream.seal();
        });
    idle(Duration.ofSeconds(5));
    assertThat(stream.snapshot().segments())
        .allMatch(segment -> segment.state() == SegmentState.COMPRESSED);
    disk.capacity(disk.usedBytes() + RESERVE + 20_000);
    call(
        () -> {
          for (long n = 0; n < 400; n++) {
            stream.append(new byte[SIZE]);
          }
        });
    assertThat(stream.durableOffset()).isEqualTo(1_200);
    close(store);
  }

  @Test
  void looksForRoomNowAndThenAndIsQuietWhenNobodyNeedsAny() {
    AofStore store = open(config());
    AofStream stream = machine.call(() -> store.stream("s"));
    disk.capacity(disk.usedBytes() + RESERVE + 3 * MIB);
    appendUntilRefused(stream);
    long records = store.snapshot().manifest().records();
    long operations = disk.operations();
    idle(Duration.ofMinutes(10));
    assertThat(disk.operations() - operations)
        .as("one look a second at most for slots, warm files and manifest each")
        .isLessThan(10 * 60 * 4);
    assertThat(store.snapshot().manifest().records() - records).isLessThan(10);
    disk.capacity(PLENTY);
    idle(Duration.ofMinutes(1));
    assertThat(store.snapshot().storageFull()).isEmpty();
    operations = disk.operations();
    idle(Duration.ofMinutes(10));
    assertThat(disk.operations()).isEqualTo(operations);
    close(store);
  }

  // ---- manifest

  @Test
  void sealsAndRecordsByTheSpareChunkWhenNotAByteIsFree() {
    AofStore store = open(config());
    AofStream stream = machine.call(() -> store.stream("s"));
    call(() -> append(stream, 50, SIZE));
    idle(Duration.ofSeconds(2));
    disk.capacity(disk.usedBytes());
    call(
        () -> {
          stream.seal();
          store.stream("other");
        });
    assertThat(stream.snapshot().segments().get(0).state()).isEqualTo(SegmentState.SEALED);
    SimulatedHost next = machine.crash(8);
    AofStore again = next.call(() -> Engine.open(config().build(), next));
    assertThat(again.streamNames()).containsExactly("other", "s");
    assertThat(next.call(() -> verify(again.stream("s")))).isEqualTo(50);
  }

  @Test
  void refusesChangesWithTheFactsWhenTheManifestHasNoRoomAndGoesOnByItself() {
    AofStore store = open(config().manifest(m -> m.withChunkSize(16 * 1024)));
    AofStream stream = machine.call(() -> store.stream("s"));
    machine.call(() -> stream.append(payload(0, SIZE)));
    idle(Duration.ofSeconds(2));
    disk.capacity(disk.usedBytes());
    AofException refused = createStreamsUntilRefused(store);
    assertThat(refused)
        .isInstanceOfSatisfying(
            StorageFullException.class,
            full -> {
              assertThat(full.path()).isEqualTo(ROOT.resolve("manifest").toString());
              assertThat(full.free()).isLessThan(full.needed());
            });
    assertThatThrownBy(() -> machine.call(() -> store.stream("one more")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> machine.call(() -> store.stream("another")))
        .isInstanceOf(StorageFullException.class);
    assertThatThrownBy(() -> deleteStream(store, "s")).isInstanceOf(StorageFullException.class);
    assertThat(at(store, "manifest").refusesAppends()).isFalse();
    call(() -> append(stream, 20, SIZE));
    assertThat(machine.call(() -> verify(stream))).isEqualTo(20);
    assertThat(told).containsOnlyOnce("full manifest");

    disk.capacity(PLENTY);
    idle(Duration.ofSeconds(3));
    assertThat(store.snapshot().storageFull()).isEmpty();
    assertThat(store.snapshot().manifest().failure()).isNull();
    machine.call(() -> store.stream("another"));
    deleteStream(store, "s");
    assertThat(store.streamNames()).contains("another").doesNotContain("s");
    close(store);
  }

  private void deleteStream(AofStore store, String name) {
    call(() -> store.deleteStream(name));
  }

  private AofException createStreamsUntilRefused(AofStore store) {
    return machine.call(
        () -> {
          for (int i = 0; ; i++) {
            try {
              store.stream("stream" + i);
            } catch (AofException e) {
              return e;
            }
          }
        });
  }

  // ---- tiers

  @Test
  void compressesLaterWhenThereIsNoRoomForWarmFiles() {
    AofStore store = open(config());
    AofStream stream = machine.call(() -> store.stream("s"));
    call(() -> append(stream, 50, SIZE));
    idle(Duration.ofSeconds(2));
    disk.capacity(disk.usedBytes() + RESERVE - 1);
    call(stream::seal);
    idle(Duration.ofMinutes(5));
    assertThat(stream.snapshot().segments().get(0).state()).isEqualTo(SegmentState.SEALED);
    assertThat(at(store, "tier1").refusesAppends()).isFalse();
    assertThat(told).containsOnlyOnce("full tier1");
    long records = store.snapshot().manifest().records();
    idle(Duration.ofMinutes(30));
    assertThat(store.snapshot().manifest().records() - records).isLessThan(5);
    assertThat(machine.call(() -> verify(stream))).isEqualTo(50);

    disk.capacity(PLENTY);
    idle(Duration.ofMinutes(1));
    assertThat(stream.snapshot().segments().get(0).state()).isEqualTo(SegmentState.COMPRESSED);
    assertThat(store.snapshot().storageFull()).isEmpty();
    close(store);
  }

  @Test
  void namesTheFullDiskWhenNothingCanLeaveTier0ForWantOfRoomInTier1() {
    AofStore store = open(config().tier0(t -> t.withMaxBytes(4 * MIB)));
    AofStream stream = machine.call(() -> store.stream("s"));
    call(() -> append(stream, 1_000, SIZE));
    idle(Duration.ofSeconds(5));
    disk.capacity(disk.usedBytes() + RESERVE - 1);

    AofException refused = appendUntilRefused(stream);

    assertThat(refused).isInstanceOf(StorageFullException.class).hasMessageContaining("tier1");
    assertThat(at(store, "tier1").refusesAppends()).isTrue();
    long kept = stream.nextOffset();
    assertThat(machine.call(() -> verify(stream))).isEqualTo(kept);
    disk.capacity(PLENTY);
    idle(Duration.ofMinutes(1));
    call(() -> append(stream, kept + 1_000, SIZE));
    assertThat(store.snapshot().storageFull()).isEmpty();
    assertThat(machine.call(() -> verify(stream))).isEqualTo(kept + 1_000);
    close(store);
  }

  @Test
  void uploadsLaterWhenTheFolderOfTier2HasNoRoom() {
    AofStore store =
        open(
            config()
                .tier2(t -> t.withType(Tier2Type.FILESYSTEM))
                .manifest(m -> m.withRotateAfter(Duration.ofMillis(100))));
    AofStream stream = machine.call(() -> store.stream("s"));
    call(() -> append(stream, 50, SIZE));
    idle(Duration.ofSeconds(2));
    disk.capacity(disk.usedBytes() + RESERVE + 600_000);
    call(stream::seal);
    idle(Duration.ofMinutes(5));
    assertThat(stream.snapshot().segments().get(0).state()).isEqualTo(SegmentState.COMPRESSED);
    assertThat(told).containsOnlyOnce("full tier2");
    long records = store.snapshot().manifest().records();
    idle(Duration.ofMinutes(30));
    assertThat(store.snapshot().manifest().records() - records).isLessThan(5);
    assertThat(machine.call(() -> verify(stream))).isEqualTo(50);

    disk.capacity(PLENTY);
    idle(Duration.ofMinutes(1));
    assertThat(stream.snapshot().segments().get(0).state()).isEqualTo(SegmentState.UPLOADED);
    assertThat(stream.archivedOffset()).isEqualTo(50);
    assertThat(store.snapshot().storageFull()).isEmpty();
    close(store);
  }

  @Test
  void readsFromTier2WhenThereIsNoRoomToHydrate() {
    AofStore store =
        open(
            config()
                .tier0(t -> t.withMaxBytes(2 * MIB))
                .tier1(t -> t.withMaxBytes(2 * MIB))
                .tier2(t -> t.withType(Tier2Type.FILESYSTEM)));
    AofStream stream = machine.call(() -> store.stream("s"));
    call(
        () -> {
          append(stream, 1_000, SIZE);
          stream.seal();
        });
    idle(Duration.ofMinutes(2));
    assertThat(stream.snapshot().segments())
        .anyMatch(segment -> segment.residency().equals(Set.of(Tier.TIER2)));
    disk.capacity(disk.usedBytes());
    for (int i = 0; i < 3; i++) {
      assertThat(machine.call(() -> verify(stream))).isEqualTo(1_000);
    }
    disk.capacity(PLENTY);
    idle(Duration.ofMinutes(1));
    assertThat(machine.call(() -> verify(stream))).isEqualTo(1_000);
    assertThat(store.snapshot().storageFull()).isEmpty();
    close(store);
  }

  private void call(Runnable action) {
    machine.call(
        () -> {
          action.run();
          return true;
        });
  }

  // ---- open

  @Test
  void refusesToCreateAStoreWithoutRoomAndLeavesNoHalfOfOne() {
    disk.capacity(RESERVE);
    assertThatThrownBy(() -> open(config()))
        .isInstanceOfSatisfying(
            StorageFullException.class,
            full -> {
              assertThat(full.path()).isEqualTo(ROOT.toString());
              assertThat(full.needed()).isEqualTo(RESERVE + MIB);
              assertThat(full.free()).isBetween(0L, RESERVE);
            });
    assertThat(disk.files()).allMatch(file -> file.getFileName().toString().startsWith("store."));
    assertThat(disk.files()).doesNotContain(ROOT.resolve("store.json"));
    disk.capacity(PLENTY);
    AofStore store = open(config());
    AofStream stream = machine.call(() -> store.stream("s"));
    machine.call(() -> stream.append(payload(0, SIZE)));
    close(store);
  }

  @Test
  void opensAndReadsWhenNotAByteIsFreeAndAppendsWhenThereIsRoom() {
    AofStore store = open(config());
    AofStream stream = machine.call(() -> store.stream("s"));
    call(() -> append(stream, 250, SIZE));
    idle(Duration.ofSeconds(2));
    disk.capacity(disk.usedBytes());
    SimulatedHost next = machine.crash(8);
    AofStore again = next.call(() -> Engine.open(config().build(), next));
    AofStream found = next.call(() -> again.stream("s"));
    assertThat(next.call(() -> verify(found))).isEqualTo(250);
    next.simulatedDisk().capacity(PLENTY);
    next.runUntil(() -> false, Duration.ofSeconds(3));
    next.call(
        () -> {
          append(found, 500, SIZE);
          return true;
        });
    assertThat(next.call(() -> verify(found))).isEqualTo(500);
  }
}
