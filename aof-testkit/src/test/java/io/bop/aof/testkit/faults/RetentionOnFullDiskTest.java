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
import io.bop.aof.StorageFullException;
import io.bop.aof.Tier2Type;
import io.bop.aof.store.Engine;
import io.bop.aof.testkit.simulation.SimulatedHost;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A disk without a free byte, and old segments on it that are due to go. */
@Timeout(180)
class RetentionOnFullDiskTest {

  private static final int SIZE = 10_000;
  private static final int RECORDS = 1_000;
  private static final long SPARE = 16 * 1024 + 64 * 1024;
  private static final Path SPARE_FILE = ROOT.resolve("manifest").resolve("spare");
  private static final Duration AGE = Duration.ofHours(1);
  private static final Duration SOON = Duration.ofMinutes(2);
  private static final AofConfig CONFIG =
      AofConfig.builder(ROOT)
          .appendTimeout(Duration.ofSeconds(5))
          .reserveBytes(2 * MIB)
          .maxRecordSize(256 * 1024)
          .segment(s -> s.withMaxSize(MIB))
          .tier0(t -> t.withMaxBytes(4 * MIB))
          .tier1(t -> t.withMaxBytes(64 * MIB))
          .tier2(t -> t.withType(Tier2Type.NONE))
          .manifest(m -> m.withChunkSize(16 * 1024))
          .retention(r -> r.withMaxAge(AGE))
          .build();

  private SimulatedHost machine = new SimulatedHost(5);
  private AofStore store = open();
  private AofStream stream = machine.call(() -> store.stream("s"));

  private AofStore open() {
    return machine.call(() -> Engine.open(CONFIG, machine));
  }

  @AfterEach
  void endProcess() {
    machine.release();
  }

  private void append(int records) {
    machine.call(
        () -> {
          for (int n = 0; n < records; n++) {
            stream.append(payload(stream.nextOffset(), SIZE));
          }
          stream.seal();
          return true;
        });
  }

  /** Fills the disk to the last byte, and uses up what the manifest keeps for that. */
  private void fill() {
    append(RECORDS);
    machine.runUntil(() -> false, Duration.ofSeconds(10));
    assertThat(stream.snapshot().segments())
        .allMatch(segment -> segment.state() == SegmentState.COMPRESSED);
    machine.simulatedDisk().capacity(machine.simulatedDisk().usedBytes());
  }

  private void useUpTheSpareChunk() {
    assertThatThrownBy(
            () ->
                machine.call(
                    () -> {
                      for (int n = 0; n < 10_000; n++) {
                        store.stream("stream" + n);
                      }
                      return true;
                    }))
        .isInstanceOf(StorageFullException.class)
        .hasMessageContaining(ROOT.resolve("manifest").toString());
  }

  private void assertHealsByItself() {
    assertThat(machine.runUntil(() -> stream.startOffset() == RECORDS, AGE.plus(SOON))).isTrue();
    machine.runUntil(() -> false, SOON);
    assertThat(store.snapshot().storageFull()).isEmpty();
    assertThat(store.snapshot().manifest().failure()).isNull();
    append(100);
    verifyFrom(RECORDS, RECORDS + 100);
    assertThat(machine.call(() -> store.stream("another").name())).isEqualTo("another");
    assertThat(machine.call(() -> machine.disk().size(SPARE_FILE))).isEqualTo(SPARE);
    restart();
    assertThat(stream.startOffset()).isEqualTo(RECORDS);
    verifyFrom(RECORDS, RECORDS + 100);
  }

  private void verifyFrom(long from, long to) {
    machine.call(
        () -> {
          try (AofReader reader = stream.reader(ReadFrom.earliest())) {
            for (long offset = from; offset < to; offset++) {
              AofRecord record = reader.next();
              assertThat(record).isNotNull();
              assertThat(record.offset()).isEqualTo(offset);
              assertThat(record.payloadBytes()).isEqualTo(payload(offset, SIZE));
            }
            assertThat(reader.next()).isNull();
          }
          return true;
        });
  }

  private void restart() {
    machine = machine.crash(8);
    reopen();
  }

  private void reopen() {
    store = open();
    stream = machine.call(() -> store.stream("s"));
  }

  @Test
  void makesRoomByTheSpareChunk() {
    fill();

    assertHealsByItself();
  }

  @Test
  void makesRoomByTheLastOfTheSpareChunk() {
    fill();
    useUpTheSpareChunk();

    assertHealsByItself();
  }

  @Test
  void makesRoomWhenTheStoreWasOpenedOnTheFullDisk() {
    fill();
    useUpTheSpareChunk();
    machine = machine.crash(8);
    machine.simulatedDisk().capacity(machine.simulatedDisk().usedBytes());
    assertThat(machine.simulatedDisk().files()).contains(SPARE_FILE);
    reopen();

    assertHealsByItself();
  }
}
