package io.bop.aof.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.bop.aof.SalvageRange;
import io.bop.aof.Tier;
import io.bop.aof.format.ManifestChunkHeader;
import io.bop.aof.format.ManifestRecord;
import io.bop.aof.format.ManifestRecord.CompressionDone;
import io.bop.aof.format.ManifestRecord.NeedsRecovery;
import io.bop.aof.format.ManifestRecord.SegmentOpened;
import io.bop.aof.format.ManifestRecord.SegmentSealed;
import io.bop.aof.format.ManifestRecord.StreamCreated;
import io.bop.aof.format.ManifestRecord.StreamTruncated;
import io.bop.aof.format.ManifestRecord.UploadDone;
import io.bop.aof.format.ManifestRecord.UploadStarted;
import io.bop.aof.format.ObjectKeys;
import io.bop.aof.format.ReasonCode;
import io.bop.aof.format.SegmentFooter;
import io.bop.aof.manifest.Ledger;
import io.bop.aof.manifest.LedgerInvariants;
import io.bop.aof.manifest.SegmentEntry;
import io.bop.aof.manifest.StreamLedger;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What a root holds alone. Segments hold ten records each and sit in the slot of their id. */
class SalvageRangesTest {

  private static final UUID STORE = new UUID(1, 2);

  /* What of it the chain knows is what this root wrote into it. */
  private final Ledger ledger = new Ledger(STORE);

  SalvageRangesTest() {
    ledger.beginChunk(new ManifestChunkHeader(STORE, 4, 0, 1));
    add(new StreamCreated(1, 1, "s", new byte[0]));
  }

  private void add(ManifestRecord record) {
    LedgerInvariants.check(ledger, record);
    ledger.apply(record);
  }

  private void addSealed(long id) {
    long end = SegmentEntry.DATA_START + 1_000;
    add(new SegmentOpened(1, id, 1, id, (id - 1) * 10, (id - 1) * 1_000, 1));
    add(new SegmentSealed(1, id, 77, id, 10, end, 5, 1, 2, false, 0, SegmentFooter.SEALED));
  }

  private void addUploaded(long id) {
    addSealed(id);
    String key = ObjectKeys.segment(1, id, 1, 0xAB);
    add(new CompressionDone(1, id, 1, 300, 0xAB, 1, 1));
    add(new UploadStarted(1, id, 1, key));
    add(new UploadDone(1, id, 1, key, "e", 0xAB, 300, 40));
  }

  private void lose(long id, Tier tier) {
    add(new NeedsRecovery(1, id, 1, tier.ordinal(), ReasonCode.CORRUPT));
  }

  private StreamLedger stream() {
    StreamLedger stream = ledger.stream("s");
    assertThat(stream).isNotNull();
    return stream;
  }

  private static SalvageRange range(long from, long to) {
    return new SalvageRange("s", from, to);
  }

  @Test
  void isAllThatFollowsWhatIsInTier2() {
    addUploaded(1);
    addUploaded(2);
    addSealed(3);
    assertThat(Salvage.ranges(stream(), stream(), 34)).containsExactly(range(20, 34));
  }

  @Test
  void isNothingWhenAllIsInTier2() {
    addUploaded(1);
    assertThat(Salvage.ranges(stream(), stream(), 10)).isEmpty();
  }

  @Test
  void isAllOfAStreamThatTheChainDoesNotKnow() {
    addSealed(1);
    assertThat(Salvage.ranges(stream(), null, 12)).containsExactly(range(0, 12));
  }

  @Test
  void leavesOutWhatIsInTier2BehindASegmentThatIsNot() {
    addUploaded(1);
    addSealed(2);
    lose(2, Tier.TIER0);
    addUploaded(3);
    addSealed(4);
    assertThat(stream().archivedOffset()).isEqualTo(10);
    assertThat(Salvage.ranges(stream(), stream(), 45))
        .containsExactly(range(10, 20), range(30, 45));
  }

  @Test
  void namesASegmentWhoseObjectIsLost() {
    addUploaded(1);
    lose(1, Tier.TIER2);
    addUploaded(2);
    assertThat(Salvage.ranges(stream(), stream(), 20)).containsExactly(range(0, 10));
  }

  @Test
  void joinsWhatFollowsEachOther() {
    addUploaded(1);
    addSealed(2);
    addSealed(3);
    lose(2, Tier.TIER0);
    lose(3, Tier.TIER0);
    addUploaded(4);
    assertThat(Salvage.ranges(stream(), stream(), 40)).containsExactly(range(10, 30));
  }

  @Test
  void beginsWhereTheStreamBegins() {
    addUploaded(1);
    addSealed(2);
    lose(2, Tier.TIER0);
    addUploaded(3);
    add(new StreamTruncated(1, 3, 15));
    assertThat(Salvage.ranges(stream(), stream(), 30)).containsExactly(range(15, 20));
  }
}
