package io.bop.aof.testkit.tier2;

import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.AofConfig;
import io.bop.aof.AofException;
import io.bop.aof.AofReader;
import io.bop.aof.AofRecord;
import io.bop.aof.AofStore;
import io.bop.aof.AofStream;
import io.bop.aof.ReadFrom;
import io.bop.aof.Tier;
import io.bop.aof.store.Engine;
import io.bop.aof.testkit.SeededRandom;
import io.bop.aof.testkit.objectstore.Fault;
import io.bop.aof.testkit.objectstore.FaultyObjectStore;
import io.bop.aof.testkit.objectstore.FaultyObjectStore.ObjectCall;
import io.bop.aof.testkit.objectstore.MemoryBucket;
import io.bop.aof.testkit.simulation.SimulatedHost;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The last copy of a segment is an object, and what arrives of it is damaged. */
@Timeout(120)
class LostObjectTest {

  private static final long MIB = 1024 * 1024;
  private static final int RECORDS = 900;
  private static final Duration LONG_ENOUGH = Duration.ofMinutes(30);

  private final SimulatedHost host = new SimulatedHost(21);
  private final MemoryBucket bucket = new MemoryBucket();
  private final FaultyObjectStore objects =
      new FaultyObjectStore(host, bucket.on(host, Duration.ofMillis(3)), 21);
  private final AofStore store = host.call(() -> Engine.open(config(), host, objects));
  private final AofStream stream = host.call(() -> store.stream("s"));

  @AfterEach
  void release() {
    host.release();
  }

  @Test
  void healsAloneWhenOnlyTheWayWasDamaged() {
    fill();
    corruptEveryAnswer();
    loseTheFirstObject();

    objects.heal();

    assertThat(host.runUntil(() -> store.snapshot().needsRecovery() == 0, LONG_ENOUGH)).isTrue();
    assertThat(host.call(this::readFirst)).isEqualTo(payload(0));
  }

  @Test
  void asksLessAndLessForAnObjectThatStaysDamaged() {
    fill();
    corruptEveryAnswer();
    loseTheFirstObject();
    host.runUntil(() -> false, Duration.ofHours(1));
    int before = objects.calls(ObjectCall.GET_RANGE);

    host.runUntil(() -> false, Duration.ofDays(30));

    assertThat(store.snapshot().needsRecovery()).isPositive();
    assertThat(objects.calls(ObjectCall.GET_RANGE) - before).isBetween(1, 300);
  }

  private void corruptEveryAnswer() {
    objects.chance(ObjectCall.GET_RANGE, 1, new Fault.BodyCorrupted());
    objects.chance(ObjectCall.GET, 1, new Fault.BodyCorrupted());
  }

  /** Has somebody stumble over it. */
  private void loseTheFirstObject() {
    host.call(
        () -> {
          try {
            return readFirst().length;
          } catch (AofException e) {
            return 0;
          }
        });
    assertThat(host.runUntil(() -> store.snapshot().needsRecovery() > 0, LONG_ENOUGH)).isTrue();
  }

  private static AofConfig config() {
    return AofConfig.builder(Path.of("/data/store"))
        .maxRecordSize(64 * 1024)
        .segment(s -> s.withMinSize(MIB).withMaxSize(MIB))
        .tier0(t -> t.withMaxBytes(4 * MIB))
        .tier1(t -> t.withMaxBytes(2 * MIB).withFrameCache(0))
        .scrub(s -> s.withEnabled(false))
        .build();
  }

  private void fill() {
    host.call(
        () -> {
          for (int i = 0; i < RECORDS; i++) {
            stream.append(payload(i));
          }
          stream.seal();
          return stream;
        });
    assertThat(
            host.runUntil(
                () ->
                    stream.archivedOffset() == RECORDS
                        && stream
                            .snapshot()
                            .segments()
                            .get(0)
                            .residency()
                            .equals(Set.of(Tier.TIER2)),
                LONG_ENOUGH))
        .isTrue();
  }

  private byte[] readFirst() {
    try (AofReader reader = stream.reader(ReadFrom.earliest())) {
      AofRecord record = reader.next();
      assertThat(record).isNotNull();
      return record.payloadBytes();
    }
  }

  private static byte[] payload(long number) {
    return new SeededRandom(number).bytes(10_000);
  }
}
