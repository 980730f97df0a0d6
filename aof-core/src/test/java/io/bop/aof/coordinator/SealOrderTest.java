package io.bop.aof.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.format.ManifestRecord.SegmentOpened;
import io.bop.aof.format.ManifestRecord.SegmentSealed;
import io.bop.aof.format.ManifestRecord.StreamCreated;
import io.bop.aof.format.ManifestRecord.StreamDeleted;
import io.bop.aof.format.SegmentFooter;
import io.bop.aof.manifest.Ledger;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SealOrderTest {

  private static final int STREAM = 1;

  private final Ledger ledger = new Ledger(new UUID(1, 2));
  private final SealOrder order = new SealOrder(ledger);
  private final List<Long> recorded = new ArrayList<>();

  @BeforeEach
  void threeSegmentsAreOpen() {
    ledger.apply(new StreamCreated(STREAM, 0, "s", new byte[0]));
    for (long id = 1; id <= 3; id++) {
      ledger.apply(new SegmentOpened(STREAM, id, 0, id, (id - 1) * 10, (id - 1) * 1_000, 1));
    }
  }

  private void sealed(long id) {
    order.inTurn(STREAM, id, () -> record(id));
  }

  private void record(long id) {
    recorded.add(id);
    ledger.apply(
        new SegmentSealed(STREAM, id, 0, id, 10, 5_096, 7, 1, 2, false, 0, SegmentFooter.SEALED));
  }

  @Test
  void recordsAtOnceWhatIsInItsTurn() {
    sealed(1);
    sealed(2);

    assertThat(recorded).containsExactly(1L, 2L);
  }

  @Test
  void holdsBackASealUntilAllBeforeItAreRecorded() {
    sealed(3);
    sealed(2);
    assertThat(recorded).isEmpty();

    sealed(1);

    assertThat(recorded).containsExactly(1L, 2L, 3L);
  }

  @Test
  void neverRecordsASealBehindASegmentThatCouldNotBeSealed() {
    sealed(1);
    sealed(3);

    assertThat(recorded).containsExactly(1L);
    assertThat(ledger.stream(STREAM).sealedOffset()).isEqualTo(10);
  }

  @Test
  void holdsBackNothingOfADeletedStream() {
    order.inTurn(STREAM, 3, () -> recorded.add(3L));
    ledger.apply(new StreamDeleted(STREAM, 0));
    assertThat(recorded).isEmpty();

    order.streamDeleted(STREAM);
    order.inTurn(STREAM, 2, () -> recorded.add(2L));

    assertThat(recorded).containsExactly(3L, 2L);
  }
}
