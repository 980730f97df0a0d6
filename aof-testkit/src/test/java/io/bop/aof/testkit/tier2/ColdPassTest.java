package io.bop.aof.testkit.tier2;

import static io.bop.aof.testkit.tier2.CountedMachine.MIB;
import static io.bop.aof.testkit.tier2.CountedMachine.payload;
import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.AofConfig;
import io.bop.aof.AofReader;
import io.bop.aof.AofRecord;
import io.bop.aof.AofSnapshot;
import io.bop.aof.EngineListener;
import io.bop.aof.ReadFrom;
import io.bop.aof.RequestKind;
import io.bop.aof.StreamSnapshot.Segment;
import io.bop.aof.Tier;
import io.bop.aof.objectstore.ObjectStoreException;
import io.bop.aof.testkit.objectstore.SlowNetwork.Link;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A reader that goes through a history which only the bucket has. Time is the simulated machine's:
 * only the network takes any, so that what is measured is what the reader has on its way.
 */
@Timeout(600)
class ColdPassTest {

  private static final int SIZE = 4_000;
  private static final long RECORDS = 12_000;
  private static final int FRAME = 64 * 1024;
  private static final Link LINK = Link.ofConnections(Duration.ofMillis(20), 5_000_000);

  private final AtomicInteger hydrations = new AtomicInteger();
  private CountedMachine machine;

  @AfterEach
  void close() {
    machine.close();
  }

  /* Some orders of the threads once left the reader waiting for one object after another. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void isNearlyAsFastAsParallelReadsOfTheSameObjects(long seed) {
    start(seed, c -> c);
    List<Segment> cold = coldOnes();

    long gets = nanosOf(() -> getAll(cold));
    long replay = nanosOf(() -> machine.host.call(() -> read(cold)));

    System.out.printf(
        "cold pass: seed=%d objects=%d gets=%d ms replay=%d ms ratio=%.2f%n",
        seed, cold.size(), gets / 1_000_000, replay / 1_000_000, (double) gets / replay);
    assertThat(replay).isLessThan(gets * 5 / 4);
  }

  @Test
  void fetchesEachByteOnceWithFewRequests() {
    start(c -> c);
    List<Segment> cold = coldOnes();
    long bytes = cold.stream().mapToLong(Segment::compressedBytes).sum();
    Map<RequestKind, Long> before = machine.requests();
    long received = received();

    machine.host.call(() -> read(cold));

    assertThat(machine.requestsSince(before)).containsOnlyKeys(RequestKind.GET);
    assertThat(machine.requestsSince(before).get(RequestKind.GET))
        .isLessThan(2L * cold.size() + 20);
    assertThat(received() - received).isBetween(bytes * 98 / 100, bytes * 102 / 100);
  }

  @Test
  void bringsSegmentsBackForTheSecondPassAndNotForTheFirst() {
    start(c -> c);
    List<Segment> cold = coldOnes().subList(0, 8);

    machine.host.call(() -> read(cold));
    machine.rest();
    assertThat(hydrations).hasValue(0);

    machine.host.call(() -> read(cold));
    machine.rest();
    assertThat(hydrations).hasPositiveValue();
  }

  @Test
  void hasNoMoreOnItsWayThanTheBudget() {
    start(c -> c.hydration(h -> h.withFetchAhead(3 * MIB)));
    List<Segment> cold = coldOnes();

    machine.host.call(() -> read(cold));

    assertThat(machine.network.mostOnTheWay()).isBetween(MIB, 3 * MIB / 2 + FRAME);
  }

  @Test
  void readsFrameByFrameWithoutABudget() {
    start(c -> c.hydration(h -> h.withFetchAhead(0)));
    List<Segment> cold = coldOnes().subList(0, 4);

    machine.host.call(() -> read(cold));

    assertThat(machine.network.mostOnTheWay()).isLessThan(3 * FRAME);
  }

  @Test
  void fetchesLittleForALookAtAFewRecords() {
    start(c -> c);
    long received = received();
    machine.host.call(
        () -> {
          try (AofReader reader = machine.stream.reader(ReadFrom.earliest())) {
            for (long n = 0; n < 40; n++) {
              check(reader.next(), n);
            }
            return reader;
          }
        });
    machine.rest();

    assertThat(received() - received).isLessThan(20 * FRAME);
  }

  // ---- what the tests are made of

  private void start(UnaryOperator<AofConfig.Builder> settings) {
    start(1, settings);
  }

  private void start(long seed, UnaryOperator<AofConfig.Builder> settings) {
    UnaryOperator<AofConfig.Builder> all =
        c -> settings.apply(c.tier1(t -> t.withFrameSize(FRAME)).listener(new HydrationCount()));
    machine = new CountedMachine(seed, all, LINK);
    machine.append(RECORDS, SIZE, n -> n);
    machine.settle();
  }

  private List<Segment> coldOnes() {
    List<Segment> cold =
        machine.stream.snapshot().segments().stream()
            .takeWhile(s -> s.residency().equals(Set.of(Tier.TIER2)))
            .toList();
    assertThat(cold.size()).isGreaterThan(30);
    return cold;
  }

  private long nanosOf(Runnable work) {
    long began = machine.host.nanos();
    work.run();
    return machine.host.nanos() - began;
  }

  /** As many at once as the store fetches at once, whole bodies. */
  private void getAll(List<Segment> cold) {
    AtomicInteger next = new AtomicInteger();
    AtomicInteger ended = new AtomicInteger();
    int threads = 8;
    for (int t = 0; t < threads; t++) {
      machine.host.start(
          "get-" + t,
          () -> {
            for (int i = next.getAndIncrement(); i < cold.size(); i = next.getAndIncrement()) {
              get(String.valueOf(cold.get(i).objectKey()));
            }
            ended.incrementAndGet();
          });
    }
    assertThat(machine.host.runUntil(() -> ended.get() == threads, CountedMachine.LONG_ENOUGH))
        .isTrue();
  }

  private void get(String key) {
    try {
      assertThat(machine.network.get(key)).isNotEmpty();
    } catch (ObjectStoreException e) {
      throw new AssertionError(e);
    }
  }

  private long read(List<Segment> cold) {
    long end = cold.get(cold.size() - 1).nextOffset();
    try (AofReader reader = machine.stream.reader(ReadFrom.earliest())) {
      for (long n = 0; n < end; n++) {
        check(reader.next(), n);
      }
    }
    return end;
  }

  private static void check(AofRecord record, long offset) {
    assertThat(record).as("record %d", offset).isNotNull();
    assertThat(record.payloadBytes()).isEqualTo(payload(offset, SIZE));
  }

  private long received() {
    AofSnapshot.Tier2Usage usage = machine.store.snapshot().tier2();
    assertThat(usage).isNotNull();
    return usage.bytesReceived();
  }

  private final class HydrationCount implements EngineListener {
    @Override
    public void hydrated(
        String stream, long segment, Tier from, Tier to, long bytes, Duration took) {
      hydrations.incrementAndGet();
    }
  }
}
