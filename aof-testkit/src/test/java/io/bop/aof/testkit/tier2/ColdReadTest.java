package io.bop.aof.testkit.tier2;

import static io.bop.aof.testkit.tier2.CountedMachine.payload;
import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.AofReader;
import io.bop.aof.AofRecord;
import io.bop.aof.EngineListener;
import io.bop.aof.ReadFrom;
import io.bop.aof.ReadOptions;
import io.bop.aof.ReadOptions.ColdPolicy;
import io.bop.aof.RequestKind;
import io.bop.aof.Tier;
import io.bop.aof.testkit.SeededRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What it takes to read records that only the bucket has; each request is counted. */
class ColdReadTest {

  private static final int SIZE = 4_000;
  private static final long RECORDS = 4_000;
  private static final long STEP_MICROS = 10;

  private final AtomicInteger hydrations = new AtomicInteger();

  /** Frames of 64 KiB hold 16 of these records, so a segment has about 16 frames. */
  private final CountedMachine machine =
      new CountedMachine(
          3, c -> c.tier1(t -> t.withFrameSize(64 * 1024)).listener(new HydrationCount()));

  @AfterEach
  void close() {
    machine.close();
  }

  @Test
  void readsARecordByItsOffsetWithTwoGets() {
    fill();
    machine.assertCold(700);
    Map<RequestKind, Long> before = machine.requests();

    read(ReadFrom.offset(700), 700);

    assertThat(machine.requestsSince(before)).isEqualTo(Map.of(RequestKind.GET, 2L));
  }

  @Test
  void readsARecordByItsTimestampWithTwoGets() {
    fill();
    machine.assertCold(700);
    Map<RequestKind, Long> before = machine.requests();

    read(at(699 * STEP_MICROS + 1), 700);

    assertThat(machine.requestsSince(before)).isEqualTo(Map.of(RequestKind.GET, 2L));
  }

  @Test
  void readsAnotherRecordOfTheFrameWithoutARequestAndOfTheSegmentWithOne() {
    fill();
    machine.assertCold(700);
    read(ReadFrom.offset(700), 700);
    Map<RequestKind, Long> before = machine.requests();

    read(ReadFrom.offset(700), 700);
    read(at(700 * STEP_MICROS), 700);
    assertThat(machine.requestsSince(before)).isEmpty();

    long first = machine.segmentOf(700).baseOffset();
    read(ReadFrom.offset(first), first);
    assertThat(machine.requestsSince(before)).isEqualTo(Map.of(RequestKind.GET, 1L));
  }

  @Test
  void findsTheLowestOffsetOfATimeAmongTimestampsThatDoNotRise() {
    long[] micros = new long[(int) RECORDS];
    SeededRandom random = new SeededRandom(5);
    for (int n = 0; n < RECORDS; n++) {
      micros[n] = n * STEP_MICROS + random.nextInt(4_000);
    }
    machine.append(RECORDS, SIZE, n -> micros[(int) n]);
    machine.settle();
    machine.assertCold(0);

    for (int i = 0; i < 60; i++) {
      long wanted = random.nextInt((int) (RECORDS * STEP_MICROS) + 4_500);
      int expected = 0;
      while (expected < RECORDS && micros[expected] < wanted) {
        expected++;
      }
      read(at(wanted), expected);
    }
  }

  @Test
  void goesOnFromTheRecordThatATimestampFound() {
    fill();

    long next =
        machine.host.call(
            () -> {
              try (AofReader reader = machine.stream.reader(at(650 * STEP_MICROS))) {
                assertThat(reader.nextOffset()).isEqualTo(650);
                for (long n = 650; n < 1_400; n++) {
                  check(reader.next(), n);
                }
                return reader.nextOffset();
              }
            });

    assertThat(next).isEqualTo(1_400);
  }

  @Test
  void bringsNothingBackForAReaderThatWantsRangesOnly() {
    fill();
    ReadOptions rangesOnly = ReadOptions.defaults().withColdPolicy(ColdPolicy.FETCH_ONLY);

    for (int pass = 0; pass < 3; pass++) {
      readAll(rangesOnly);
      machine.rest();
    }

    assertThat(hydrations).hasValue(0);
  }

  // ---- what the tests are made of

  private void fill() {
    machine.append(RECORDS, SIZE, n -> n * STEP_MICROS);
    machine.settle();
  }

  private static ReadFrom at(long micros) {
    return ReadFrom.timestamp(Instant.EPOCH.plus(micros, ChronoUnit.MICROS));
  }

  /** Reads the one record that it begins with; the end when that is behind the last. */
  private void read(ReadFrom from, long offset) {
    machine.host.call(
        () -> {
          try (AofReader reader = machine.stream.reader(from)) {
            assertThat(reader.nextOffset()).isEqualTo(offset);
            AofRecord record = reader.next();
            if (offset == RECORDS) {
              assertThat(record).isNull();
            } else {
              check(record, offset);
            }
            return offset;
          }
        });
  }

  private void readAll(ReadOptions options) {
    machine.host.call(
        () -> {
          try (AofReader reader = machine.stream.reader(ReadFrom.earliest(), options)) {
            for (long n = 0; n < RECORDS; n++) {
              check(reader.next(), n);
            }
            assertThat(reader.next()).isNull();
            return options;
          }
        });
  }

  private static void check(AofRecord record, long offset) {
    assertThat(record).as("record %d", offset).isNotNull();
    assertThat(record.offset()).isEqualTo(offset);
    assertThat(record.payloadBytes()).isEqualTo(payload(offset, SIZE));
  }

  private final class HydrationCount implements EngineListener {
    @Override
    public void hydrated(
        String stream, long segment, Tier from, Tier to, long bytes, Duration duration) {
      hydrations.incrementAndGet();
    }
  }
}
