package io.bop.aof.testkit.faults;

import static io.bop.aof.testkit.faults.SimulatedStore.MIB;
import static io.bop.aof.testkit.faults.SimulatedStore.ROOT;
import static io.bop.aof.testkit.faults.SimulatedStore.payload;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bop.aof.AofConfig;
import io.bop.aof.AofReader;
import io.bop.aof.AofRecord;
import io.bop.aof.AofStore;
import io.bop.aof.AofStream;
import io.bop.aof.ReadFrom;
import io.bop.aof.SegmentState;
import io.bop.aof.Tier;
import io.bop.aof.Tier2Type;
import io.bop.aof.store.Engine;
import io.bop.aof.testkit.simulation.ProcessEndedError;
import io.bop.aof.testkit.simulation.SimulatedHost;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * One short history that takes segments through everything there is: append, seal, compress,
 * upload, evict from both local tiers, read from Tier 2, truncate, delete the object. It is ended
 * at each operation of the disk in turn, by a power failure and by a kill. Tier 2 is a folder on
 * the same disk, so each step of an upload and of a delete is such an operation too.
 *
 * <p>{@code -Daof.soak=n} loses power n times at each operation, with other bytes lost each time.
 */
@Timeout(600)
class SegmentLifeCrashTest {

  private static final int SEEDS = Integer.getInteger("aof.soak", 1);

  /* The simulation does the same on every Java: the newer one, beside the baseline, tries a few. */
  private static final int STEP = Runtime.version().feature() < 25 ? 1 : 4;

  private static final int SEGMENTS = 4;
  private static final int RECORDS = 3;
  private static final int SIZE = 200_000;
  private static final Duration HOUR = Duration.ofHours(1);
  private static final long RETIRED = 2 * RECORDS;
  private static final List<byte[]> PAYLOADS =
      LongStream.rangeClosed(0, SEGMENTS * RECORDS + 2)
          .mapToObj(number -> payload(number, SIZE))
          .toList();
  private static final AofConfig CONFIG =
      AofConfig.builder(ROOT)
          .maxRecordSize(256 * 1024)
          .reserveBytes(0)
          .segment(s -> s.withMaxSize(MIB))
          .tier0(t -> t.withMaxBytes(2 * MIB))
          .tier1(t -> t.withMaxBytes(2 * MIB))
          .tier2(t -> t.withType(Tier2Type.FILESYSTEM).withDeleteGrace(Duration.ZERO))
          .manifest(
              m ->
                  m.withChunkSize(16 * 1024)
                      .withRotateAfter(Duration.ofMillis(20))
                      .withSnapshotEvery(10))
          .build();

  /** What clients were told. */
  private static final class Told {
    private long acknowledged;
    private boolean truncating;
    private boolean truncated;
    private boolean readCold;
  }

  // ---- the history

  private static void live(SimulatedHost machine, Told told) {
    AofStore store = machine.call(() -> Engine.open(CONFIG, machine));
    AofStream stream = machine.call(() -> store.stream("s"));
    for (int segment = 0; segment < SEGMENTS; segment++) {
      machine.call(
          () -> {
            for (int i = 0; i < RECORDS; i++) {
              assertThat(stream.append(PAYLOADS.get((int) told.acknowledged)))
                  .isEqualTo(told.acknowledged);
              told.acknowledged++;
            }
            stream.seal();
            return true;
          });
      settle(machine, () -> isArchived(stream, told.acknowledged));
    }
    told.readCold |= stream.snapshot().segments().get(0).residency().equals(Set.of(Tier.TIER2));
    machine.call(() -> verify(stream, 0));
    told.truncating = true;
    machine.call(
        () -> {
          stream.truncateBefore(RETIRED);
          return true;
        });
    told.truncated = true;
    settle(machine, () -> objects(machine).size() == SEGMENTS - RETIRED / RECORDS);
    machine.call(
        () -> {
          store.close();
          return true;
        });
  }

  private static boolean isArchived(AofStream stream, long offset) {
    return stream.archivedOffset() == offset
        && stream.snapshot().segments().stream()
            .allMatch(segment -> segment.state() == SegmentState.UPLOADED);
  }

  private static void settle(SimulatedHost machine, BooleanSupplier done) {
    boolean settled = machine.runUntil(() -> machine.ended() || done.getAsBoolean(), HOUR);
    if (machine.ended()) {
      // Says so by an error.
      machine.call(() -> true);
    }
    assertThat(settled).as("settles; threads: %s", machine.describe()).isTrue();
  }

  private static List<Path> objects(SimulatedHost machine) {
    return files(machine, "tier2/segments", ".zst");
  }

  private static List<Path> files(SimulatedHost machine, String folder, String ending) {
    return machine.simulatedDisk().files().stream()
        .filter(file -> file.startsWith(ROOT.resolve(folder)))
        .filter(file -> file.toString().endsWith(ending))
        .toList();
  }

  private static long verify(AofStream stream, long from) {
    long next = from;
    try (AofReader reader = stream.reader(ReadFrom.earliest())) {
      for (AofRecord record = reader.next(); record != null; record = reader.next()) {
        assertThat(record.offset()).isEqualTo(next);
        assertThat(record.payloadBytes()).isEqualTo(PAYLOADS.get((int) next));
        next++;
      }
    }
    return next;
  }

  // ---- its ends

  @Test
  void losesNothingWhateverOperationIsTheLastOne() {
    long operations = 0;
    boolean ended = true;
    while (ended) {
      for (int seed = 0; seed < SEEDS; seed++) {
        ended = endAt(operations, 1_000 * operations + seed, true);
      }
      ended |= endAt(operations, operations, false);
      operations += STEP;
    }
    System.out.println("life of a segment: operations=" + operations + " seeds=" + SEEDS);
    assertThat(operations).isGreaterThan(500);
  }

  /* False: the history is over before that operation. */
  private static boolean endAt(long operation, long seed, boolean powerFails) {
    SimulatedHost machine = new SimulatedHost(1);
    Told told = new Told();
    machine.endAfterOperations(operation);
    boolean ended = false;
    try {
      live(machine, told);
      assertThat(told.readCold).as("the first segment is in Tier 2 only").isTrue();
    } catch (ProcessEndedError e) {
      ended = true;
    }
    try {
      SimulatedHost next = powerFails ? machine.crash(seed) : machine.kill(seed);
      goOn(next, told);
    } catch (AssertionError | RuntimeException e) {
      String end = powerFails ? "power failure" : "kill";
      throw new AssertionError(end + " at operation " + operation + " seed=" + seed, e);
    } finally {
      machine.release();
    }
    return ended;
  }

  /*
   * What a killed process has left is seen by the next one, whether it is on the disk or not, and
   * what that one builds on it must be there after a power failure.
   */
  @Test
  void losesNothingWhenThePowerFailsSoonAfterAKill() {
    long operations = 0;
    boolean ended = true;
    while (ended) {
      SimulatedHost machine = new SimulatedHost(1);
      Told told = new Told();
      machine.endAfterOperations(operations);
      ended = false;
      try {
        live(machine, told);
      } catch (ProcessEndedError e) {
        ended = true;
      }
      try {
        SimulatedHost killed = machine.kill(operations);
        appendOne(killed, told);
        goOn(killed.crash(operations), told);
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("kill at operation " + operations, e);
      } finally {
        machine.release();
      }
      operations += STEP;
    }
    assertThat(operations).isGreaterThan(500);
  }

  private static void appendOne(SimulatedHost machine, Told told) {
    AofStore store = machine.call(() -> Engine.open(CONFIG, machine));
    AofStream stream = machine.call(() -> store.stream("s"));
    told.acknowledged = stream.nextOffset();
    machine.call(
        () -> {
          assertThat(stream.append(PAYLOADS.get((int) told.acknowledged)))
              .isEqualTo(told.acknowledged);
          told.acknowledged++;
          return true;
        });
    told.truncated |= stream.startOffset() > 0;
  }

  /* While segments are active, on their way, evicted, retired: each open after that ends too. */
  @ParameterizedTest
  @ValueSource(longs = {150, 400, 550})
  void losesNothingWhateverOperationOfTheRecoveryIsTheLastOne(long lastOfHistory) {
    long operations = 0;
    boolean ended = true;
    while (ended) {
      SimulatedHost machine = new SimulatedHost(1);
      Told told = new Told();
      machine.endAfterOperations(lastOfHistory);
      try {
        assertThatThrownBy(() -> live(machine, told)).isInstanceOf(ProcessEndedError.class);
        SimulatedHost opening = machine.crash(operations);
        opening.endAfterOperations(operations);
        ended = opensAndEnds(opening);
        goOn(opening.crash(operations + 1), told);
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("power failure at operation " + operations + " of the open", e);
      } finally {
        machine.release();
      }
      operations++;
    }
    assertThat(operations).isGreaterThan(30);
  }

  private static boolean opensAndEnds(SimulatedHost machine) {
    try {
      machine.call(() -> Engine.open(CONFIG, machine));
      return false;
    } catch (ProcessEndedError e) {
      return true;
    }
  }

  private static void goOn(SimulatedHost machine, Told told) {
    AofStore store = machine.call(() -> Engine.open(CONFIG, machine));
    AofStream stream = machine.call(() -> store.stream("s"));
    long start = stream.startOffset();
    assertThat(start).isIn(told.truncated ? List.of(RETIRED) : startsBefore(told));
    long found = machine.call(() -> verify(stream, start));
    assertThat(found).isBetween(told.acknowledged, told.acknowledged + 1);
    assertThat(stream.nextOffset()).isEqualTo(found);
    machine.call(
        () -> {
          assertThat(stream.append(PAYLOADS.get((int) found))).isEqualTo(found);
          stream.seal();
          stream.truncateBefore(found);
          return true;
        });
    settle(machine, () -> isArchived(stream, found + 1) && objects(machine).size() == 1);
    assertThat(stream.startOffset()).isEqualTo(found);
    assertThat(machine.call(() -> verify(stream, found))).isEqualTo(found + 1);
    machine.call(
        () -> {
          store.close();
          return true;
        });
    assertThat(files(machine, "", ".tmp")).isEmpty();
    assertThat(files(machine, "tier0/quarantine", "")).isEmpty();
    assertThat(files(machine, "tier1", ".zst")).hasSizeLessThanOrEqualTo(1);
  }

  private static List<Long> startsBefore(Told told) {
    return told.truncating ? List.of(0L, RETIRED) : List.of(0L);
  }
}
