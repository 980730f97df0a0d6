package io.bop.aof.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.format.SegmentRow;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class SegmentListTest {

  private static SegmentEntry entry(long id) {
    SegmentRow row = new SegmentRow();
    row.segmentId = id;
    row.baseOffset = id * 10;
    return SegmentEntry.of(1, row);
  }

  @Test
  void staysInOrderThroughAddsAndRemovesOfAllKinds() {
    SegmentList list = new SegmentList();
    List<Long> ids = new ArrayList<>();
    for (long id = 1; id <= 500; id++) {
      list.add(entry(id));
      ids.add(id);
    }
    for (long id : List.of(1L, 2L, 500L, 250L, 3L, 499L, 77L)) {
      list.remove(id);
      ids.remove(id);
    }
    while (ids.size() > 30) {
      list.remove(ids.remove(0));
    }
    assertThat(list.asList()).extracting(SegmentEntry::segmentId).isEqualTo(ids);
    assertThat(list.size()).isEqualTo(30);
    list.add(entry(501));
    assertThat(list.last()).isEqualTo(entry(501));
    assertThat(list.after(498)).isEqualTo(entry(501));
  }

  @Test
  void readersSeeWholeListsWhileOneThreadWrites() throws InterruptedException {
    SegmentList list = new SegmentList();
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Thread reader =
        new Thread(
            () -> {
              try {
                while (list.last() == null || list.last().segmentId() < 50_000) {
                  readOnce(list);
                }
              } catch (Throwable e) {
                failure.set(e);
              }
            });
    reader.start();
    for (long id = 1; id <= 50_000; id++) {
      list.add(entry(id));
      if (id > 40) {
        list.remove(id - 40);
      }
      if (id % 7 == 0 && id > 20) {
        list.remove(id - 10);
      }
    }
    reader.join();
    assertThat(failure.get()).isNull();
  }

  private static void readOnce(SegmentList list) {
    SegmentEntry last = list.last();
    if (last != null) {
      SegmentEntry found = list.floor(last.baseOffset());
      assertThat(found == null || found.segmentId() <= last.segmentId()).isTrue();
    }
    long previous = 0;
    for (SegmentEntry each : list.asList()) {
      assertThat(each.segmentId()).isGreaterThan(previous);
      previous = each.segmentId();
    }
  }
}
