package io.bop.aof.testkit.tier2;

import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.RequestKind;
import io.bop.aof.SegmentState;
import io.bop.aof.Tier;
import io.bop.aof.format.ManifestRecord.UploadDone;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One append and then silence: with a maximum age the record gets into the bucket all the same. */
class QuietStreamTest {

  private static final Duration MAX_AGE = Duration.ofMinutes(5);
  private static final Duration ROTATE_AFTER = Duration.ofSeconds(10);

  /** To look at the age, seal, compress and send: seconds, whatever the age is. */
  private static final Duration WORK = Duration.ofSeconds(5);

  private final CountedMachine machine =
      new CountedMachine(
          13,
          c ->
              c.segment(s -> s.withMaxAge(MAX_AGE)).manifest(m -> m.withRotateAfter(ROTATE_AFTER)));

  @AfterEach
  void close() {
    machine.close();
  }

  @Test
  void reachesTheBucketAndItsChainWithinItsAgeAndThenSendsNothing() {
    machine.host.call(() -> machine.stream.append(CountedMachine.payload(0, 1_000)));
    long appended = machine.host.nanos();

    machine.host.run(Long.MAX_VALUE, MAX_AGE.minus(WORK));
    assertThat(machine.segmentOf(0).state()).isEqualTo(SegmentState.ACTIVE);
    Map<RequestKind, Long> before = machine.requests();

    Duration due = MAX_AGE.plus(ROTATE_AFTER).plus(WORK);
    assertThat(machine.host.runUntil(() -> machine.stream.archivedOffset() == 1, due)).isTrue();
    assertThat(machine.host.nanos() - appended).isBetween(MAX_AGE.toNanos(), due.toNanos());
    assertThat(machine.segmentOf(0).residency()).contains(Tier.TIER2);
    assertThat(machine.chainRecords(machine.bucket.keys(), UploadDone.class)).hasSize(1);
    // The segment, and the chunk that says so.
    assertThat(machine.requestsSince(before)).isEqualTo(Map.of(RequestKind.PUT, 2L));

    Map<RequestKind, Long> archived = machine.requests();
    machine.host.run(Long.MAX_VALUE, Duration.ofHours(24));
    assertThat(machine.requestsSince(archived)).isEmpty();
    assertThat(machine.stream.snapshot().segments()).hasSize(1);
  }

  @Test
  void sealsNothingThatHoldsNothing() {
    Map<RequestKind, Long> before = machine.requests();

    machine.host.run(Long.MAX_VALUE, Duration.ofHours(24));

    assertThat(machine.requestsSince(before)).isEmpty();
    assertThat(machine.stream.nextOffset()).isZero();
  }
}
