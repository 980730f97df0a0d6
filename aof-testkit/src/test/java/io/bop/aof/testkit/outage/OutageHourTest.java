package io.bop.aof.testkit.outage;

import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.AofSnapshot;
import io.bop.aof.BackpressureKind;
import io.bop.aof.BreakerState;
import io.bop.aof.format.ObjectKeys;
import io.bop.aof.objectstore.ObjectStoreException.Reason;
import io.bop.aof.testkit.objectstore.Fault;
import io.bop.aof.testkit.objectstore.FaultyObjectStore.ObjectCall;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The bucket is away for an hour of a simulated clock while writers never rest. */
@Timeout(300)
class OutageHourTest {

  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration LONG_ENOUGH = Duration.ofMinutes(10);

  /** Enough that the first record is in Tier 2 only. */
  private static final int SOME = 1_200;

  static Stream<Arguments> outages() {
    return Stream.of(
        Arguments.of("not there", Fault.UNREACHABLE),
        Arguments.of("answers 503", Fault.THROTTLED),
        Arguments.of("hangs", new Fault.Hangs(true)),
        Arguments.of("loses its answers", new Fault.AnswerLost(Reason.UNAVAILABLE)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("outages")
  void refusesInTimeAndDrainsAfterwardsWithoutAStorm(String name, Fault fault) {
    OutageHour o = new OutageHour(1);
    try {
      assertThat(o.awaitArchived()).isTrue();
      long threads = o.threads();
      o.startWriters();
      assertThat(o.awaitAcknowledged(SOME, LONG_ENOUGH)).isTrue();
      assertThat(o.refused).as("refused while all is well").isZero();
      long acknowledged = o.acknowledged;
      long requests = o.requests();
      long records = o.manifestRecords();

      o.down(fault);
      o.pass(HOUR);

      long sent = o.requests() - requests;
      long recorded = o.manifestRecords() - records;
      System.out.printf(
          "outage of an hour, bucket %s: accepted=%d requests=%d manifestRecords=%d%n",
          name, o.acknowledged - acknowledged, sent, recorded);
      refusedInTime(o);
      assertThat(sent).as("requests in the hour").isLessThan(10_000);
      assertThat(recorded).as("manifest records in the hour").isLessThan(2_000);
      heals(o);
      assertThat(o.threads()).as("threads: %s", o.host.describe()).isEqualTo(threads);
      o.close();
    } finally {
      o.host.release();
    }
  }

  private static void refusedInTime(OutageHour o) {
    assertThat(o.kinds).containsExactly(BackpressureKind.ADMISSION);
    assertThat(Duration.ofNanos(o.longestRefusalNanos))
        .isBetween(OutageHour.APPEND_TIMEOUT, OutageHour.APPEND_TIMEOUT.plusSeconds(1));
    assertThat(o.localReads).isGreaterThan(700);
    assertThat(Duration.ofNanos(o.longestLocalReadNanos)).isLessThan(Duration.ofSeconds(1));
    assertThat(o.coldReadsFailedFast).isPositive();
    assertThat(o.mostTier0).isLessThanOrEqualTo(OutageHour.TIER0);
    assertThat(o.mostTier1).isLessThanOrEqualTo(OutageHour.TIER1);
    assertThat(o.writeStates).contains(BreakerState.OPEN, BreakerState.HALF_OPEN);
    assertThat(o.mostRequestsInASecond).isLessThan(100);
    AofSnapshot.Tier2Usage usage = o.store.snapshot().tier2();
    assertThat(usage).isNotNull();
    assertThat(usage.oldestUnarchived()).isNotNull();
    assertThat(usage.oldestUnarchived().age()).isGreaterThan(HOUR.minusMinutes(5));
    System.out.printf(
        "  refused=%d longestRefusal=%s mostInASecond=%d coldReads=%d failedFast=%d localReads=%d"
            + " longestLocalRead=%s%n",
        o.refused,
        Duration.ofNanos(o.longestRefusalNanos),
        o.mostRequestsInASecond,
        o.coldReads,
        o.coldReadsFailedFast,
        o.localReads,
        Duration.ofNanos(o.longestLocalReadNanos));
  }

  private static void heals(OutageHour o) {
    int queue = o.store.snapshot().uploadQueue();
    int putsBefore = o.objects.calls(ObjectCall.PUT);
    int keysBefore = o.bucket.keys().size();
    long healed = o.host.nanos();
    o.heal();
    assertThat(o.awaitAcknowledged(SOME, LONG_ENOUGH)).as("appends resume").isTrue();
    Duration resumed = Duration.ofNanos(o.host.nanos() - healed);
    o.stopWriters();
    assertThat(o.awaitArchived()).as("everything drains").isTrue();
    int puts = o.objects.calls(ObjectCall.PUT) - putsBefore;
    int created = o.bucket.keys().size() - keysBefore;
    System.out.printf(
        "  queue=%d resumed=%s putsAfter=%d created=%d%n", queue, resumed, puts, created);

    // Each of those that waited, and the chunk of the manifest that was on its way.
    assertThat(puts - created).as("objects sent twice").isLessThanOrEqualTo(queue + 1);
    assertThat(o.store.snapshot().tier2Writes()).isEqualTo(BreakerState.CLOSED);
    assertThat(o.store.snapshot().uploadQueue()).isZero();
    assertThat(o.objects.calls(ObjectCall.DELETE)).as("keys given up").isZero();
    assertThat(o.bucket.keys().stream().filter(k -> ObjectKeys.parseSegment(k).isPresent()))
        .hasSize(o.stream.snapshot().segments().size());
    assertThat(o.readAll()).isEqualTo(o.stream.nextOffset()).isGreaterThanOrEqualTo(o.acknowledged);
  }
}
