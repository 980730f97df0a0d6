package io.bop.aof.segment;

import static io.bop.aof.segment.SegmentFixture.BASE;
import static io.bop.aof.segment.SegmentFixture.append;
import static io.bop.aof.segment.SegmentFixture.record;
import static io.bop.aof.segment.SegmentFixture.scan;
import static io.bop.aof.segment.SegmentFixture.segment;
import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.format.RecordLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class HotSegmentTest {

  private static final int SIZE = 1 << 20;

  private static RecordBytes ofSize(int payload) {
    return record(0, payload, new byte[payload]);
  }

  @Test
  void givesManyThreadsPlacesThatStandBehindEachOther() throws Exception {
    HotSegment segment = segment(SIZE);
    AtomicBoolean running = new AtomicBoolean(true);
    ExecutorService threads = Executors.newFixedThreadPool(5);
    List<Future<Integer>> appended = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      int size = 10 + t * 7;
      appended.add(
          threads.submit(
              () -> {
                int count = 0;
                while (append(segment, ofSize(size)) >= 0) {
                  count++;
                }
                return count;
              }));
    }
    Future<Integer> watcher = threads.submit(() -> watch(segment, running));
    int total = 0;
    for (Future<Integer> each : appended) {
      total += each.get(20, TimeUnit.SECONDS);
    }
    running.set(false);
    assertThat(watcher.get(20, TimeUnit.SECONDS)).isNotNegative();
    threads.shutdownNow();
    assertThat(segment.isTripped()).isTrue();
    assertThat(segment.isComplete()).isTrue();
    assertThat(segment.committedOffset()).isEqualTo(BASE + total);
    SegmentScan.Result scan = scan(segment, HotSegment.positionOf(segment.committed()));
    assertThat(scan.reason()).isNull();
    assertThat(scan.recordCount()).isEqualTo(total);
  }

  /* The committed prefix only rises, and every record below it is whole. */
  private static int watch(HotSegment segment, AtomicBoolean running) throws Exception {
    int looks = 0;
    long last = 0;
    while (running.get()) {
      long committed = segment.committed();
      int count = HotSegment.indexOf(committed);
      assertThat((long) count).isGreaterThanOrEqualTo(last);
      last = count;
      if (looks % 16 == 0) {
        SegmentScan.Result scan = scan(segment, HotSegment.positionOf(committed));
        assertThat(scan.reason()).isNull();
        assertThat(scan.recordCount()).isEqualTo(count);
      }
      looks++;
    }
    return looks;
  }

  @Test
  void movesThePrefixOnlyOverRecordsWithoutAHole() {
    HotSegment segment = segment(SIZE);
    RecordBytes record = ofSize(100);
    long[] claims = new long[3];
    for (int i = 0; i < 3; i++) {
      claims[i] = segment.claim(1, record.paddedSize(), -1);
    }
    commit(segment, record, claims[2]);
    commit(segment, record, claims[1]);
    assertThat(segment.committedOffset()).isEqualTo(BASE);
    commit(segment, record, claims[0]);
    assertThat(segment.committedOffset()).isEqualTo(BASE + 3);
    assertThat(segment.startOf(2)).isEqualTo(HotSegment.positionOf(claims[2]));
  }

  private static void commit(HotSegment segment, RecordBytes record, long claim) {
    int index = HotSegment.indexOf(claim);
    segment.write(record, index, HotSegment.positionOf(claim));
    segment.commit(index, HotSegment.positionOf(claim) + record.paddedSize());
  }

  @Test
  void showsABatchAsAWholeOrNotAtAll() {
    HotSegment segment = segment(SIZE);
    int size = ofSize(50).paddedSize();
    long claim = segment.claim(3, 3 * size, -1);
    int at = HotSegment.positionOf(claim);
    append(segment, ofSize(50));
    segment.commitLater(2, at + 3 * size);
    segment.commitLater(1, at + 2 * size);
    assertThat(segment.committedOffset()).isEqualTo(BASE);
    segment.commit(0, at + size);
    assertThat(segment.committedOffset()).isEqualTo(BASE + 4);
  }

  @Test
  void tripsWhenARecordDoesNotFitAndMovesNothing() {
    HotSegment segment = segment(SIZE);
    append(segment, ofSize(600_000));
    long before = segment.tail();
    assertThat(append(segment, ofSize(600_000))).isEqualTo(HotSegment.NO_ROOM);
    assertThat(segment.isTripped()).isTrue();
    assertThat(HotSegment.indexOf(segment.tail())).isEqualTo(HotSegment.indexOf(before));
    assertThat(HotSegment.positionOf(segment.tail())).isEqualTo(HotSegment.positionOf(before));
    assertThat(append(segment, ofSize(1))).isEqualTo(HotSegment.NO_ROOM);
    assertThat(segment.isComplete()).isTrue();
  }

  @Test
  void isNotCompleteBeforeTheLastClaimIsCommitted() {
    HotSegment segment = segment(SIZE);
    RecordBytes record = ofSize(100);
    long claim = segment.claim(1, record.paddedSize(), -1);
    segment.trip();
    assertThat(segment.isComplete()).isFalse();
    commit(segment, record, claim);
    assertThat(segment.isComplete()).isTrue();
  }

  @Test
  void refusesAClaimAtAnotherOffsetThanExpected() {
    HotSegment segment = segment(SIZE);
    int size = ofSize(10).paddedSize();
    assertThat(segment.claim(1, size, BASE + 1)).isEqualTo(HotSegment.CONFLICT);
    assertThat(segment.claim(1, size, BASE)).isNotNegative();
    assertThat(segment.claim(1, size, BASE)).isEqualTo(HotSegment.CONFLICT);
    segment.trip();
    assertThat(segment.claim(1, size, BASE + 1)).isEqualTo(HotSegment.NO_ROOM);
  }

  @Test
  void doesNotTripWhileItIsEmptyIfAskedNotTo() {
    HotSegment segment = segment(SIZE);
    assertThat(segment.tripUnlessEmpty()).isFalse();
    assertThat(segment.isTripped()).isFalse();
    append(segment, ofSize(0));
    assertThat(segment.tripUnlessEmpty()).isTrue();
    assertThat(segment.isTripped()).isTrue();
  }

  @Test
  void endsOnlyAfterTheLastLease() {
    HotSegment segment = segment(SIZE);
    AtomicBoolean ended = new AtomicBoolean();
    assertThat(segment.tryLease()).isTrue();
    segment.retire(() -> ended.set(true));
    assertThat(ended).isFalse();
    assertThat(segment.tryLease()).isFalse();
    segment.release();
    assertThat(ended).isTrue();
  }

  @Test
  void fillsAClaimThatFailedWithPaddingThatTakesItsOffset() throws Exception {
    HotSegment segment = segment(SIZE);
    append(segment, ofSize(10));
    int size = ofSize(77).paddedSize();
    long claim = segment.claim(1, size, -1);
    int at = HotSegment.positionOf(claim);
    segment.writePadding(HotSegment.indexOf(claim), at, size);
    segment.commit(HotSegment.indexOf(claim), at + size);
    append(segment, record(RecordLayout.FLAG_BATCH_MORE, 1, new byte[10]));
    append(segment, ofSize(10));
    SegmentScan.Result scan = scan(segment, HotSegment.positionOf(segment.committed()));
    assertThat(scan.reason()).isNull();
    assertThat(scan.recordCount()).isEqualTo(4);
  }
}
