package io.bop.aof.testkit.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.AofConfig;
import io.bop.aof.AofReader;
import io.bop.aof.AofRecord;
import io.bop.aof.AofStore;
import io.bop.aof.AofStream;
import io.bop.aof.ReadFrom;
import io.bop.aof.store.Engine;
import io.bop.aof.testkit.Property;
import io.bop.aof.testkit.SeededRandom;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A whole store on a simulated disk, with the system's threads. */
class SimulatedStoreTest {

  private static final AofConfig CONFIG =
      AofConfig.builder(Path.of("/data/store"))
          .maxRecordSize(64 * 1024)
          .segment(segment -> segment.withMaxSize(segment.minSize()))
          .build();

  @Test
  void acknowledgedRecordsSurvivePowerLoss() {
    Property.forAll("FLUSHED records survive power loss", 50, this::appendAndCrash);
  }

  private void appendAndCrash(SeededRandom random) {
    DiskHost host = new DiskHost(random.nextLong());
    List<byte[]> acknowledged = new ArrayList<>();
    for (int boot = 0; boot < 3; boot++) {
      AofStore store = Engine.open(CONFIG, host);
      AofStream stream = store.stream("events");
      assertThat(stream.nextOffset()).isEqualTo(acknowledged.size());
      assertRecords(stream, acknowledged);
      for (int i = random.nextInt(60); i > 0; i--) {
        byte[] payload = random.bytes(random.length(20_000));
        stream.append(payload);
        acknowledged.add(payload);
        if (random.oneIn(40)) {
          stream.seal();
        }
      }
      DiskHost dead = host;
      host = dead.crash(random.nextLong());
      // The threads of the dead process run into DiskGoneError; closing ends them.
      closeQuietly(store);
      dead.simulatedDisk().release();
    }
    try (AofStore store = Engine.open(CONFIG, host)) {
      assertRecords(store.stream("events"), acknowledged);
    }
    assertThat(host.simulatedDisk().open()).isEmpty();
    host.simulatedDisk().release();
  }

  private static void closeQuietly(AofStore store) {
    try {
      store.close();
    } catch (RuntimeException | DiskGoneError e) {
      assertThat(e).isNotNull();
    }
  }

  private static void assertRecords(AofStream stream, List<byte[]> expected) {
    int count = 0;
    try (AofReader reader = stream.reader(ReadFrom.earliest())) {
      for (AofRecord record = reader.next(); record != null; record = reader.next()) {
        assertThat(record.offset()).isEqualTo(count);
        assertThat(record.payloadBytes()).isEqualTo(expected.get(count));
        count++;
      }
    }
    assertThat(count).isEqualTo(expected.size());
  }
}
