package io.bop.aof.testkit.tier2;

import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.AofConfig;
import io.bop.aof.AofSnapshot;
import io.bop.aof.AofStore;
import io.bop.aof.AofStream;
import io.bop.aof.RequestKind;
import io.bop.aof.store.Engine;
import io.bop.aof.testkit.SeededRandom;
import io.bop.aof.testkit.objectstore.MemoryBucket;
import io.bop.aof.testkit.simulation.SimulatedHost;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A store that nobody uses, for hours of a simulated clock: it must not cost a cent. */
class IdleStoreTest {

  private static final long MIB = 1024 * 1024;
  private static final Duration IDLE = Duration.ofHours(24);
  private static final Duration LONG_ENOUGH = Duration.ofMinutes(10);

  private final SimulatedHost host = new SimulatedHost(11);
  private final MemoryBucket bucket = new MemoryBucket();

  @AfterEach
  void release() {
    host.release();
  }

  @Test
  void sendsNothingForADayOnceEverythingIsArchived() {
    AofStore store = open();
    AofStream stream = host.call(() -> store.stream("s"));
    append(stream, 400);
    host.call(
        () -> {
          stream.seal();
          return stream;
        });
    assertThat(host.runUntil(() -> stream.archivedOffset() >= 400, LONG_ENOUGH)).isTrue();
    host.run(Long.MAX_VALUE, LONG_ENOUGH);

    sendsNothingWhileIdle(store);

    append(stream, 10);
    host.call(
        () -> {
          stream.seal();
          return stream;
        });
    assertThat(host.runUntil(() -> stream.archivedOffset() >= 410, LONG_ENOUGH)).isTrue();
    assertThat(requests(store).get(RequestKind.PUT)).isGreaterThan(0);
    close(store);
  }

  @Test
  void sendsNothingForADayWhileRecordsWaitInTheirSegment() {
    AofStore store = open();
    AofStream stream = host.call(() -> store.stream("s"));
    append(stream, 3);
    host.run(Long.MAX_VALUE, LONG_ENOUGH);

    sendsNothingWhileIdle(store);

    assertThat(stream.nextOffset()).isEqualTo(3);
    close(store);
  }

  @Test
  void sendsNothingForADayWithDefaultSettings() {
    AofConfig config = AofConfig.builder(Path.of("/data/store")).build();
    AofStore store =
        host.call(() -> Engine.open(config, host, bucket.on(host, Duration.ofMillis(3))));
    AofStream stream = host.call(() -> store.stream("s"));
    append(stream, 200);
    host.run(Long.MAX_VALUE, LONG_ENOUGH);

    Map<RequestKind, Long> before = requests(store);
    assertThat(before.get(RequestKind.PUT)).isPositive();
    host.run(Long.MAX_VALUE, IDLE);

    assertThat(requests(store)).isEqualTo(before);
    close(store);
  }

  /** Runs the machine for a day and compares the bill. */
  private void sendsNothingWhileIdle(AofStore store) {
    Map<RequestKind, Long> before = requests(store);
    assertThat(before.get(RequestKind.PUT)).as("what the open sent was counted").isPositive();
    long began = host.nanos();

    host.run(Long.MAX_VALUE, IDLE);

    // The clock stands at the last thing that happened within that time.
    assertThat(host.nanos() - began).isGreaterThan(IDLE.minusHours(1).toNanos());
    assertThat(requests(store)).isEqualTo(before);
  }

  private static Map<RequestKind, Long> requests(AofStore store) {
    AofSnapshot.Tier2Usage usage = store.snapshot().tier2();
    assertThat(usage).isNotNull();
    Map<RequestKind, Long> counts = new EnumMap<>(RequestKind.class);
    usage.requests().forEach((kind, requests) -> counts.put(kind, requests.count()));
    assertThat(counts).containsOnlyKeys(RequestKind.values());
    return counts;
  }

  private AofStore open() {
    AofConfig config =
        AofConfig.builder(Path.of("/data/store"))
            .maxRecordSize(64 * 1024)
            .segment(s -> s.withMinSize(MIB).withMaxSize(MIB))
            .tier0(t -> t.withMaxBytes(4 * MIB))
            .tier1(t -> t.withMaxBytes(2 * MIB))
            .retention(r -> r.withMaxAge(Duration.ofDays(365)))
            .build();
    return host.call(() -> Engine.open(config, host, bucket.on(host, Duration.ofMillis(3))));
  }

  private void append(AofStream stream, int count) {
    host.call(
        () -> {
          for (int i = 0; i < count; i++) {
            stream.append(new SeededRandom(i).bytes(8_000));
          }
          return count;
        });
  }

  private void close(AofStore store) {
    host.call(
        () -> {
          store.close();
          return store;
        });
  }
}
