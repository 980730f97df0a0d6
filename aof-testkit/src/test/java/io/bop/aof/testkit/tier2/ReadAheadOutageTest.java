package io.bop.aof.testkit.tier2;

import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.AofConfig;
import io.bop.aof.AofReader;
import io.bop.aof.AofRecord;
import io.bop.aof.AofStore;
import io.bop.aof.AofStream;
import io.bop.aof.AppendRequest;
import io.bop.aof.Durability;
import io.bop.aof.ReadFrom;
import io.bop.aof.store.Engine;
import io.bop.aof.testkit.objectstore.Fault;
import io.bop.aof.testkit.objectstore.FaultyObjectStore;
import io.bop.aof.testkit.objectstore.FaultyObjectStore.ObjectCall;
import io.bop.aof.testkit.objectstore.MemoryBucket;
import io.bop.aof.testkit.simulation.SimulatedHost;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A reader that has ranges fetched ahead of it while Tier 2 is away for a while. */
@Timeout(300)
class ReadAheadOutageTest {

  private static final long MIB = 1024 * 1024;
  private static final int SIZE = 4_000;
  private static final long RECORDS = 6_000;
  private static final Duration LONG_ENOUGH = Duration.ofMinutes(10);

  private final SimulatedHost host = new SimulatedHost(7);
  private final FaultyObjectStore objects =
      new FaultyObjectStore(host, new MemoryBucket().on(host, Duration.ofMillis(20)), 7);
  private final AofStore store = host.call(() -> Engine.open(config(), host, objects));
  private final AofStream stream = host.call(() -> store.stream("s"));
  private long next;

  @AfterEach
  void release() {
    host.release();
  }

  @Test
  void hearsNothingOfAnOutageThatWasOverBeforeItNeededAnything() {
    archive();
    AofReader reader = host.call(() -> stream.reader(ReadFrom.earliest()));
    read(reader, 1_500);
    host.run(Long.MAX_VALUE, LONG_ENOUGH);

    objects.down(Fault.UNREACHABLE);
    int before = objects.calls(ObjectCall.GET_RANGE);
    while (objects.calls(ObjectCall.GET_RANGE) == before) {
      read(reader, 1);
    }
    idle();
    objects.heal();
    idle();

    read(reader, RECORDS - next);
    assertThat(next).isEqualTo(RECORDS);
  }

  private static AofConfig config() {
    return AofConfig.builder(Path.of("/data/store"))
        .maxRecordSize(64 * 1024)
        .segment(s -> s.withMinSize(MIB).withMaxSize(MIB))
        .tier0(t -> t.withMaxBytes(4 * MIB))
        .tier1(t -> t.withMaxBytes(2 * MIB).withFrameSize(64 * 1024))
        .build();
  }

  private void archive() {
    host.call(
        () -> {
          for (long n = 0; n < RECORDS; n++) {
            stream.append(
                AppendRequest.builder(CountedMachine.payload(n, SIZE))
                    .durability(Durability.MEMORY)
                    .build());
          }
          stream.seal();
          return stream;
        });
    assertThat(host.runUntil(() -> stream.archivedOffset() == RECORDS, LONG_ENOUGH)).isTrue();
    host.run(Long.MAX_VALUE, LONG_ENOUGH);
  }

  private void read(AofReader reader, long count) {
    host.call(
        () -> {
          for (long i = 0; i < count; i++) {
            AofRecord record = reader.next();
            assertThat(record).isNotNull();
            assertThat(record.offset()).isEqualTo(next);
            assertThat(record.payloadBytes()).isEqualTo(CountedMachine.payload(next, SIZE));
            next++;
          }
          return reader;
        });
  }

  private void idle() {
    host.runUntil(() -> false, Duration.ofMinutes(2));
  }
}
