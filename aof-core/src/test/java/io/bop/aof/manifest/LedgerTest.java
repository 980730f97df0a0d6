package io.bop.aof.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bop.aof.SegmentState;
import io.bop.aof.Tier;
import io.bop.aof.format.ManifestChunkHeader;
import io.bop.aof.format.ManifestRecord;
import io.bop.aof.format.ManifestRecord.CompressionDone;
import io.bop.aof.format.ManifestRecord.CompressionStarted;
import io.bop.aof.format.ManifestRecord.LocalEvicted;
import io.bop.aof.format.ManifestRecord.NeedsRecovery;
import io.bop.aof.format.ManifestRecord.SegmentOpened;
import io.bop.aof.format.ManifestRecord.SegmentSealed;
import io.bop.aof.format.ManifestRecord.StreamCreated;
import io.bop.aof.format.ManifestRecord.StreamDeleted;
import io.bop.aof.format.ManifestRecord.StreamTruncated;
import io.bop.aof.format.ManifestRecord.TailCheckpoint;
import io.bop.aof.format.ManifestRecord.Tier2DeleteQueued;
import io.bop.aof.format.ManifestRecord.Tier2Deleted;
import io.bop.aof.format.ManifestRecord.UploadDone;
import io.bop.aof.format.ManifestRecord.UploadFailed;
import io.bop.aof.format.ManifestRecord.UploadStarted;
import io.bop.aof.format.ManifestRecord.WriterEpoch;
import io.bop.aof.format.ObjectKeys;
import io.bop.aof.format.SegmentFooter;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Segments of stream 1 hold ten records of 100 bytes each and sit in the slot of their id. */
class LedgerTest {

  private static final UUID STORE = new UUID(1, 2);

  private final Ledger ledger = new Ledger(STORE);

  @BeforeEach
  void createStream() {
    ledger.beginChunk(new ManifestChunkHeader(STORE, 4, 0, 1));
    add(new StreamCreated(1, 1, "orders", new byte[0]));
  }

  private void add(ManifestRecord record) {
    LedgerInvariants.check(ledger, record);
    ledger.apply(record);
    LedgerInvariants.checkAll(ledger);
  }

  private void refused(ManifestRecord record, Invariant invariant) {
    assertThatThrownBy(() -> LedgerInvariants.check(ledger, record))
        .isInstanceOfSatisfying(
            InvariantException.class, e -> assertThat(e.invariant()).isEqualTo(invariant));
  }

  private StreamLedger stream() {
    return ledger.stream("orders");
  }

  private SegmentEntry segment(long id) {
    return stream().get(id);
  }

  private static SegmentOpened opened(long id, long baseOffset) {
    return new SegmentOpened(1, id, 1, id, baseOffset, baseOffset * 100, 1);
  }

  private static SegmentSealed sealed(long id, long records, int flags) {
    long end = SegmentEntry.DATA_START + records * 100;
    return new SegmentSealed(1, id, 77, id, records, end, 5, 1, 2, true, 8, flags);
  }

  private static CompressionDone compressed(long id) {
    return new CompressionDone(1, id, 1, 300, 0xAB, 1, 1);
  }

  private static String key(long id) {
    return ObjectKeys.segment(1, id, 1, 0xAB);
  }

  private static UploadDone uploadDone(long id) {
    return new UploadDone(1, id, 1, key(id), "e", 0xAB, 300, 40);
  }

  private static LocalEvicted evicted(long id, int tier) {
    return new LocalEvicted(1, id, 1, tier, id, 100);
  }

  private void addSealed(long id) {
    add(opened(id, (id - 1) * 10));
    add(sealed(id, 10, SegmentFooter.SEALED));
  }

  private void addUploaded(long id) {
    addSealed(id);
    add(compressed(id));
    add(new UploadStarted(1, id, 1, key(id)));
    add(uploadDone(id));
  }

  @Test
  void followsASegmentThroughItsLife() {
    add(opened(1, 0));
    assertThat(segment(1).state()).isEqualTo(SegmentState.ACTIVE);
    assertThat(segment(1).residency()).containsExactly(Tier.TIER0);
    add(sealed(1, 10, SegmentFooter.SEALED));
    assertThat(segment(1).state()).isEqualTo(SegmentState.SEALED);
    assertThat(segment(1).nextOffset()).isEqualTo(10);
    assertThat(segment(1).bytes()).isEqualTo(1000);
    assertThat(segment(1).sealedAtMicros()).isEqualTo(77);
    add(compressed(1));
    assertThat(segment(1).state()).isEqualTo(SegmentState.COMPRESSED);
    add(evicted(1, 0));
    assertThat(segment(1).residency()).containsExactly(Tier.TIER1);
    add(new UploadStarted(1, 1, 1, key(1)));
    assertThat(ledger.pendingUploads()).containsOnlyKeys(key(1));
    add(uploadDone(1));
    assertThat(ledger.pendingUploads()).isEmpty();
    assertThat(segment(1).state()).isEqualTo(SegmentState.UPLOADED);
    assertThat(segment(1).objectKey()).isEqualTo(key(1));
    assertThat(segment(1).tailLength()).isEqualTo(40);
    assertThat(stream().archivedOffset()).isEqualTo(10);
    add(evicted(1, 1));
    assertThat(segment(1).residency()).containsExactly(Tier.TIER2);
    add(new StreamTruncated(1, 1, 10));
    assertThat(segment(1).state()).isEqualTo(SegmentState.RETIRED);
    add(new Tier2DeleteQueued(1, 1, 1, key(1)));
    assertThat(ledger.pendingDeletes().get(key(1)).chunkIndex()).isEqualTo(4);
    add(new Tier2Deleted(1, 1, 1, key(1)));
    assertThat(stream().segments()).isEmpty();
    assertThat(stream().sealedOffset()).isEqualTo(10);
    assertThat(stream().highestSegmentId()).isEqualTo(1);
    refused(opened(1, 10), Invariant.SEGMENT_IDS_RISE);
    add(opened(2, 10));
  }

  @Test
  void refusesWhatDoesNotFollow() {
    addSealed(1);
    refused(new StreamDeleted(9, 1), Invariant.STREAM_KNOWN);
    refused(new StreamCreated(2, 1, "orders", new byte[0]), Invariant.STREAM_NEW);
    refused(new StreamCreated(1, 1, "other", new byte[0]), Invariant.STREAM_NEW);
    refused(opened(2, 11), Invariant.SEGMENTS_CONTIGUOUS);
    refused(opened(2, 9), Invariant.SEGMENTS_CONTIGUOUS);
    refused(new SegmentOpened(1, 2, 1, 1, 10, 1000, 1), Invariant.SLOT_FREE);
    refused(new SegmentOpened(1, 2, 1, 2, 10, 1000, 2), Invariant.EPOCHS_RISE);
    refused(new SegmentOpened(1, 2, 1, 2, 10, 1000, 0), Invariant.EPOCHS_RISE);
    refused(sealed(1, 10, SegmentFooter.SEALED), Invariant.SEGMENT_ACTIVE);
    refused(sealed(9, 10, SegmentFooter.SEALED), Invariant.SEGMENT_KNOWN);
    refused(new TailCheckpoint(1, 1, 1, 5, 5000), Invariant.SEGMENT_ACTIVE);
    refused(uploadDone(1), Invariant.UPLOAD_ANNOUNCED);
    refused(new Tier2Deleted(1, 1, 1, key(1)), Invariant.DELETE_ANNOUNCED);
    String newer = ObjectKeys.segment(1, 1, 2, 0);
    refused(new UploadStarted(1, 1, 1, newer), Invariant.KEY_FITS);
    refused(new Tier2DeleteQueued(1, 1, 1, newer), Invariant.KEY_FITS);
    refused(new UploadStarted(1, 1, 1, key(2)), Invariant.KEY_FITS);
    refused(new StreamTruncated(1, 1, 11), Invariant.START_RISES);
    refused(new WriterEpoch(1, 0, STORE, Map.of()), Invariant.EPOCHS_RISE);
    add(opened(2, 10));
    refused(compressed(2), Invariant.SEGMENT_SEALED);
    refused(evicted(2, 0), Invariant.SEGMENT_SEALED);
  }

  @Test
  void neverLetsTheLastCopyGo() {
    addSealed(1);
    refused(evicted(1, 0), Invariant.NOT_THE_LAST_COPY);
    refused(evicted(1, 1), Invariant.COPY_HELD);
    refused(evicted(1, 2), Invariant.COPY_HELD);
    add(compressed(1));
    add(evicted(1, 0));
    refused(evicted(1, 1), Invariant.NOT_THE_LAST_COPY);
    add(new NeedsRecovery(1, 1, 1, 1, 1));
    assertThat(segment(1).in(Tier.TIER1)).isFalse();
    assertThat(segment(1).missing(Tier.TIER1)).isTrue();
    refused(evicted(1, 1), Invariant.NOT_THE_LAST_COPY);
    add(compressed(1));
    assertThat(segment(1).missing(Tier.TIER1)).isFalse();
    add(new StreamDeleted(1, 1));
    add(evicted(1, 1));
    assertThat(ledger.streams()).isEmpty();
  }

  @Test
  void doesNotDeleteAnObjectThatCounts() {
    addUploaded(1);
    refused(new Tier2DeleteQueued(1, 1, 1, key(1)), Invariant.OBJECT_NOT_NEEDED);
    String orphan = ObjectKeys.segment(1, 1, 0, 0xCD);
    add(new Tier2DeleteQueued(1, 1, 1, orphan));
    refused(new UploadStarted(1, 1, 1, orphan), Invariant.UPLOAD_ANNOUNCED);
    add(new Tier2Deleted(1, 1, 1, orphan));
    assertThat(segment(1).in(Tier.TIER2)).isTrue();
  }

  @Test
  void uploadsInOrderAlsoPastEmptySegments() {
    addSealed(1);
    add(opened(2, 10));
    add(sealed(2, 0, SegmentFooter.SEALED));
    add(opened(3, 10));
    add(sealed(3, 10, SegmentFooter.SEALED));
    add(new UploadStarted(1, 3, 1, key(3)));
    refused(uploadDone(3), Invariant.UPLOADS_IN_ORDER);
    add(new UploadStarted(1, 1, 1, key(1)));
    add(uploadDone(1));
    assertThat(stream().archivedOffset()).isEqualTo(10);
    add(uploadDone(3));
    assertThat(stream().archivedOffset()).isEqualTo(20);
    add(evicted(2, 0));
    assertThat(stream().size()).isEqualTo(2);
  }

  @Test
  void anUnsealedSegmentHoldsUpUploadsAlsoWhenItIsEmpty() {
    add(opened(1, 0));
    add(opened(2, 0));
    add(sealed(2, 10, SegmentFooter.SEALED));
    add(new UploadStarted(1, 2, 1, key(2)));
    refused(uploadDone(2), Invariant.UPLOADS_IN_ORDER);
    ledger.apply(uploadDone(2));
    assertThat(stream().archivedOffset()).isZero();
    ledger.apply(sealed(1, 0, SegmentFooter.SEALED));
    assertThat(stream().archivedOffset()).isEqualTo(10);
  }

  @Test
  void dropsWhatLiesBehindTheGapThatRecoveryFound() {
    addSealed(1);
    add(opened(2, 10));
    add(opened(3, 20));
    add(opened(4, 25));
    refused(sealed(2, 7, SegmentFooter.SEALED), Invariant.SEGMENTS_CONTIGUOUS);
    add(sealed(2, 7, SegmentFooter.SEALED | SegmentFooter.RECOVERED));
    assertThat(stream().size()).isEqualTo(2);
    assertThat(stream().sealedOffset()).isEqualTo(17);
    assertThat(stream().highestSegmentId()).isEqualTo(4);
    assertThat(ledger.slotInUse(4)).isFalse();
    assertThat(stream().find(17)).isNull();
    add(new SegmentOpened(1, 5, 1, 9, 17, 1700, 1));
    assertThat(stream().find(1_000_000).segmentId()).isEqualTo(5);
  }

  @Test
  void retiredSegmentsMayGoInAnyOrderBeforeASeal() {
    addSealed(1);
    addSealed(2);
    add(opened(3, 20));
    add(new StreamTruncated(1, 1, 20));
    add(evicted(2, 0));
    assertThat(stream().get(2)).isNull();
    assertThat(stream().get(1)).isNotNull();

    add(sealed(3, 10, SegmentFooter.SEALED));

    assertThat(segment(3).nextOffset()).isEqualTo(30);
  }

  @Test
  void takeoverDropsWhatNeverReachedTier2() {
    addUploaded(1);
    addSealed(2);
    add(opened(3, 20));
    add(new WriterEpoch(9, 2, STORE, Map.of(1L, 10L)));
    assertThat(stream().size()).isEqualTo(1);
    assertThat(stream().sealedOffset()).isEqualTo(10);
    assertThat(stream().archivedOffset()).isEqualTo(10);
    assertThat(stream().divergesAt(1)).isEqualTo(10);
    assertThat(stream().divergesAt(2)).isEqualTo(Long.MAX_VALUE);
    add(evicted(1, 0));
    add(evicted(1, 1));
    add(new SegmentOpened(1, 4, 1, 1, 10, 1000, 2));
  }

  @Test
  void aReopenKeepsEverything() {
    addUploaded(1);
    addSealed(2);
    add(new WriterEpoch(9, 2, STORE, Map.of(1L, 20L)));
    assertThat(stream().size()).isEqualTo(2);
    assertThat(stream().sealedOffset()).isEqualTo(20);
    assertThat(ledger.epoch()).isEqualTo(2);
  }

  @Test
  void sealMovesASegmentToAnotherSlot() {
    add(opened(1, 0));
    int flags = SegmentFooter.SEALED | SegmentFooter.FLUSH_FAILED;
    add(new SegmentSealed(1, 1, 7, 50, 1, 4196, 0, 1, 1, false, 0, flags));
    assertThat(segment(1).slot()).isEqualTo(50);
    assertThat(ledger.slotInUse(1)).isFalse();
    assertThat(ledger.slotInUse(50)).isTrue();
  }

  @Test
  void keepsTheCheckpointWhileTheSegmentIsActive() {
    add(opened(1, 0));
    add(new TailCheckpoint(1, 1, 1, 5, 4600));
    assertThat(stream().checkpoint()).isEqualTo(new StreamLedger.TailMark(1, 5, 4600));
    add(sealed(1, 10, SegmentFooter.SEALED));
    assertThat(stream().checkpoint()).isNull();
  }

  @Test
  void neverUsesIdsAgain() {
    addSealed(1);
    add(new CompressionStarted(1, 1, 1, 6, 1));
    assertThat(ledger.nextJobId()).isEqualTo(7);
    add(new StreamDeleted(1, 1));
    assertThat(ledger.stream("orders")).isNull();
    assertThat(ledger.stream(1)).isNotNull();
    add(evicted(1, 0));
    assertThat(ledger.stream(1)).isNull();
    assertThat(ledger.nextStreamId()).isEqualTo(2);
    add(new StreamCreated(2, 1, "orders", new byte[0]));
    assertThat(ledger.stream("orders").streamId()).isEqualTo(2);
  }

  @Test
  void recompressionOfAnUploadedSegmentKeepsTheObjectsFacts() {
    addUploaded(1);
    add(evicted(1, 1));
    add(new CompressionDone(1, 1, 1, 999, 0xFFFF, 9, 3));
    assertThat(segment(1).in(Tier.TIER1)).isTrue();
    assertThat(segment(1).state()).isEqualTo(SegmentState.UPLOADED);
    assertThat(segment(1).objectKey()).isEqualTo(key(1));
    assertThat(segment(1).compressedBytes()).isEqualTo(300);
  }

  @Test
  void aDamagedObjectIsUploadedAgain() {
    addUploaded(1);
    add(new NeedsRecovery(1, 1, 1, 2, 4));
    assertThat(segment(1).missing(Tier.TIER2)).isTrue();
    assertThat(stream().archivedOffset()).isEqualTo(10);
    String again = ObjectKeys.segment(1, 1, 1, 0xCC);
    add(new UploadStarted(1, 1, 1, again));
    add(new UploadDone(1, 1, 1, again, "e", 0xCC, 310, 40));
    assertThat(segment(1).missing(Tier.TIER2)).isFalse();
    assertThat(segment(1).objectKey()).isEqualTo(again);
  }

  @Test
  void neverGivesOutAKeyAgainOnceItIsToBeDeleted() {
    addUploaded(1);
    add(new NeedsRecovery(1, 1, 1, 2, 1));
    assertThat(segment(1).hasLostObject()).isTrue();
    add(new Tier2DeleteQueued(1, 1, 1, key(1)));
    String second = segment(1).objectKey();
    assertThat(second).isNotEqualTo(key(1));
    assertThat(segment(1).tailLength()).isZero();
    add(new UploadStarted(1, 1, 1, second));
    add(new UploadFailed(1, 1, 1, second, 3));
    assertThat(segment(1).objectKey()).isEqualTo(second);
    add(new Tier2DeleteQueued(1, 1, 1, second));
    assertThat(segment(1).objectKey()).isNotIn(key(1), second);
    add(new Tier2Deleted(1, 1, 1, key(1)));
    add(new UploadStarted(1, 1, 1, segment(1).objectKey()));
    add(new UploadDone(1, 1, 1, segment(1).objectKey(), "e", 0xAB, 300, 40));
    assertThat(segment(1).in(Tier.TIER2)).isTrue();
    assertThat(segment(1).objectGeneration()).isEqualTo(2);
    assertThat(segment(1).tailLength()).isEqualTo(40);
  }

  @Test
  void aSegmentWithoutAnyCopyHoldsUpNoOtherUpload() {
    addSealed(1);
    addSealed(2);
    addSealed(3);
    add(compressed(3));
    add(new UploadStarted(1, 3, 1, key(3)));
    assertThat(stream().mayArchive(segment(3))).isFalse();
    add(new NeedsRecovery(1, 1, 1, 0, 1));
    add(new NeedsRecovery(1, 2, 1, 0, 1));
    assertThat(segment(1).hasNoCopy()).isTrue();
    assertThat(ledger.counts().withoutCopy()).isEqualTo(2);
    assertThat(stream().mayArchive(segment(3))).isTrue();
    add(uploadDone(3));
    assertThat(stream().archivedOffset()).isZero();
    add(compressed(1));
    assertThat(ledger.counts().withoutCopy()).isEqualTo(1);
    add(new UploadStarted(1, 1, 1, key(1)));
    add(uploadDone(1));
    assertThat(stream().archivedOffset()).isEqualTo(10);
    add(new StreamTruncated(1, 1, 20));
    assertThat(stream().archivedOffset()).isEqualTo(30);
    assertThat(ledger.counts().withoutCopy()).isZero();
  }

  @Test
  void sealsWhatIsLeftOfADeletedStreamInAnyOrder() {
    addSealed(1);
    add(opened(2, 10));
    add(opened(3, 20));
    add(new StreamDeleted(1, 1));
    add(evicted(2, 0));
    assertThat(ledger.segment(1, 2)).isNull();
    add(sealed(3, 10, SegmentFooter.SEALED));
    add(evicted(3, 0));
    add(evicted(1, 0));
    assertThat(ledger.streams()).isEmpty();
  }

  @Test
  void twentyThousandSegmentsAreCheap() {
    for (long id = 1; id <= 20_000; id++) {
      ledger.apply(opened(id, (id - 1) * 10));
      ledger.apply(sealed(id, 10, SegmentFooter.SEALED));
      ledger.apply(compressed(id));
      ledger.apply(new UploadStarted(1, id, 1, key(id)));
      ledger.apply(uploadDone(id));
    }
    assertThat(stream().archivedOffset()).isEqualTo(200_000);
    assertThat(stream().find(123_456).segmentId()).isEqualTo(12_346);
    ledger.apply(new StreamDeleted(1, 1));
    for (long id = 20_000; id >= 1; id--) {
      ledger.apply(evicted(id, 0));
      ledger.apply(evicted(id, 1));
      ledger.apply(new Tier2Deleted(1, id, 1, key(id)));
    }
    assertThat(ledger.streams()).isEmpty();
    LedgerInvariants.checkAll(ledger);
  }
}
