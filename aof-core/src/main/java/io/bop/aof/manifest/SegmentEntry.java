package io.bop.aof.manifest;

import io.bop.aof.SegmentState;
import io.bop.aof.Tier;
import io.bop.aof.format.ManifestRecord.CompressionDone;
import io.bop.aof.format.ManifestRecord.SegmentOpened;
import io.bop.aof.format.ManifestRecord.SegmentSealed;
import io.bop.aof.format.ManifestRecord.UploadDone;
import io.bop.aof.format.ObjectKeys;
import io.bop.aof.format.ObjectKeys.SegmentKey;
import io.bop.aof.format.SegmentFooter;
import io.bop.aof.format.SegmentRow;
import io.bop.aof.format.TierBits;
import java.util.Set;

/**
 * What the manifest knows of one segment. Immutable; about 150 bytes, because there is one for
 * every segment of every stream.
 *
 * @param residencyBits tiers that hold a copy, as {@link TierBits}
 * @param missingBits tiers whose copy is missing or damaged, as {@link TierBits}
 * @param slot the Tier 0 file, while {@code in(TIER0)}
 * @param baseOffset its first offset
 * @param baseBytes record bytes in all earlier segments of the stream
 * @param epoch of the writer that opened it
 * @param recordCount 0 until it is sealed
 * @param dataEnd position after the last record; 0 until it is sealed
 * @param recordsCrc CRC32C of all record bytes
 * @param lastExtId counts only if {@code hasLastExtId}
 * @param sealFlags as {@link SegmentFooter}
 * @param sealedAtMicros 0 until it is sealed
 * @param compressedBytes size of warm file and object; 0 until known
 * @param objectCrc CRC32C of warm file or object
 * @param tailLength bytes behind the object's data frames; 0 while no object of {@link #objectKey}
 *     was confirmed
 * @param uploadStarted whether an upload was ever begun
 * @param objectEpoch epoch in the object's key
 * @param objectGeneration how many keys were given up before
 */
public record SegmentEntry(
    long streamId,
    long segmentId,
    SegmentState state,
    int residencyBits,
    int missingBits,
    long slot,
    long baseOffset,
    long baseBytes,
    long epoch,
    long recordCount,
    long dataEnd,
    int recordsCrc,
    long minTimestamp,
    long maxTimestamp,
    boolean hasLastExtId,
    long lastExtId,
    int sealFlags,
    long sealedAtMicros,
    long compressedBytes,
    int objectCrc,
    int tailLength,
    boolean uploadStarted,
    long objectEpoch,
    int objectGeneration) {

  /** Position of the first record in a segment file. */
  public static final int DATA_START = 4096;

  /** From a row; the row can be used again. */
  public static SegmentEntry of(long streamId, SegmentRow row) {
    return new SegmentEntry(
        streamId,
        row.segmentId,
        row.state,
        row.residency,
        row.missing,
        row.slot,
        row.baseOffset,
        row.baseBytes,
        row.epoch,
        row.recordCount,
        row.dataEnd,
        row.recordsCrc,
        row.minTimestamp,
        row.maxTimestamp,
        row.hasLastExtId,
        row.lastExtId,
        row.sealFlags,
        row.sealedAtMicros,
        row.compressedBytes,
        row.objectCrc,
        row.tailLength,
        row.uploadStarted,
        row.objectEpoch,
        row.objectGeneration);
  }

  /** A copy to be changed or encoded. */
  public SegmentRow toRow() {
    SegmentRow row = new SegmentRow();
    row.segmentId = segmentId;
    row.state = state;
    row.residency = residencyBits;
    row.missing = missingBits;
    row.slot = slot;
    row.baseOffset = baseOffset;
    row.baseBytes = baseBytes;
    row.epoch = epoch;
    row.recordCount = recordCount;
    row.dataEnd = dataEnd;
    row.recordsCrc = recordsCrc;
    row.minTimestamp = minTimestamp;
    row.maxTimestamp = maxTimestamp;
    row.hasLastExtId = hasLastExtId;
    row.lastExtId = lastExtId;
    row.sealFlags = sealFlags;
    row.sealedAtMicros = sealedAtMicros;
    row.compressedBytes = compressedBytes;
    row.objectCrc = objectCrc;
    row.tailLength = tailLength;
    row.uploadStarted = uploadStarted;
    row.objectEpoch = objectEpoch;
    row.objectGeneration = objectGeneration;
    return row;
  }

  /** Whether the tier holds a copy that can be used. */
  public boolean in(Tier tier) {
    return (residencyBits & TierBits.bit(tier)) != 0;
  }

  /** The tiers that hold a copy that can be used. */
  public Set<Tier> residency() {
    return TierBits.set(residencyBits);
  }

  /** Whether the copy in the tier is missing or damaged and waits for recovery. */
  public boolean missing(Tier tier) {
    return (missingBits & TierBits.bit(tier)) != 0;
  }

  /** Whether it was sealed; a retired segment may never have been. */
  public boolean isSealed() {
    return dataEnd != 0;
  }

  /** Whether it was sealed and nothing is in it. */
  public boolean isEmpty() {
    return isSealed() && recordCount == 0;
  }

  /** Whether every record of it is in Tier 2, or none needs to be. */
  public boolean isSettled() {
    return state == SegmentState.UPLOADED || state == SegmentState.RETIRED || isEmpty();
  }

  /** Whether it has records and no tier holds a copy that can be used: nothing can be done. */
  public boolean hasNoCopy() {
    return isSealed() && recordCount > 0 && residencyBits == 0 && state != SegmentState.RETIRED;
  }

  /** Whether its object is known to be lost, so that another one is needed. */
  public boolean hasLostObject() {
    return state == SegmentState.UPLOADED && missing(Tier.TIER2);
  }

  /** First offset after it; {@code baseOffset} until it is sealed. */
  public long nextOffset() {
    return baseOffset + recordCount;
  }

  /**
   * The footer of its slot, as far as it is in the manifest: without the place of the index.
   *
   * @param salt of the slot
   */
  public SegmentFooter footer(long salt) {
    return new SegmentFooter(
        segmentId,
        salt,
        baseOffset,
        recordCount,
        dataEnd,
        0,
        0,
        minTimestamp,
        maxTimestamp,
        recordsCrc,
        hasLastExtId,
        hasLastExtId ? lastExtId : 0,
        sealedAtMicros,
        SegmentFooter.SEALED | (sealFlags & SegmentFooter.RECOVERED));
  }

  /** Bytes of its records; 0 until it is sealed. */
  public long bytes() {
    return isSealed() ? dataEnd - DATA_START : 0;
  }

  /**
   * Key of the object of its newest upload.
   *
   * @throws IllegalStateException when no upload was ever begun
   */
  public String objectKey() {
    if (!uploadStarted) {
      throw new IllegalStateException(
          "segment has no object: stream=" + streamId + " segment=" + segmentId);
    }
    return ObjectKeys.segment(
        new SegmentKey(streamId, segmentId, objectEpoch, objectCrc, objectGeneration));
  }

  /** Whether {@link #objectKey} is this key. */
  public boolean hasObject(String key) {
    return uploadStarted && objectKey().equals(key);
  }

  static SegmentEntry opened(SegmentOpened record) {
    SegmentRow row = new SegmentRow();
    row.segmentId = record.segmentId();
    row.residency = TierBits.bit(Tier.TIER0);
    row.slot = record.slot();
    row.baseOffset = record.baseOffset();
    row.baseBytes = record.baseBytes();
    row.epoch = record.epoch();
    return of(record.streamId(), row);
  }

  SegmentEntry sealed(SegmentSealed record) {
    SegmentRow row = toRow();
    if (state != SegmentState.RETIRED) {
      row.state = SegmentState.SEALED;
    }
    if (record.recordCount() > 0) {
      hold(row, Tier.TIER0);
    }
    row.slot = record.slot();
    row.recordCount = record.recordCount();
    row.dataEnd = record.dataEnd();
    row.recordsCrc = record.recordsCrc();
    row.minTimestamp = record.minTimestamp();
    row.maxTimestamp = record.maxTimestamp();
    row.hasLastExtId = record.hasLastExtId();
    row.lastExtId = record.lastExtId();
    row.sealFlags = record.flags();
    row.sealedAtMicros = record.timestampMicros();
    return of(streamId, row);
  }

  SegmentEntry compressed(CompressionDone record) {
    SegmentRow row = toRow();
    hold(row, Tier.TIER1);
    /* An object's facts are not those of a warm file that was made again. */
    if (state == SegmentState.SEALED || state == SegmentState.COMPRESSED) {
      row.state = SegmentState.COMPRESSED;
      row.compressedBytes = record.compressedBytes();
      row.objectCrc = record.crc32c();
    }
    return of(streamId, row);
  }

  SegmentEntry uploading(SegmentKey key) {
    if (state == SegmentState.UPLOADED && !missing(Tier.TIER2)) {
      return this;
    }
    SegmentRow row = toRow();
    row.uploadStarted = true;
    row.objectEpoch = key.epoch();
    row.objectCrc = key.crc32c();
    row.objectGeneration = key.generation();
    row.tailLength = 0;
    return of(streamId, row);
  }

  /** The object under the key is to be deleted although the segment needs one: never that key. */
  SegmentEntry withKeyGivenUp() {
    SegmentRow row = toRow();
    row.objectGeneration = Math.min(objectGeneration, Integer.MAX_VALUE - 1) + 1;
    row.tailLength = 0;
    return of(streamId, row);
  }

  /** Whether a delete of that key gives it up for good. */
  boolean givesUp(String key) {
    return state != SegmentState.RETIRED && !in(Tier.TIER2) && hasObject(key);
  }

  SegmentEntry uploaded(UploadDone record, SegmentKey key) {
    SegmentRow row = toRow();
    hold(row, Tier.TIER2);
    if (state != SegmentState.RETIRED) {
      row.state = SegmentState.UPLOADED;
    }
    row.uploadStarted = true;
    row.objectEpoch = key.epoch();
    row.objectCrc = key.crc32c();
    row.objectGeneration = key.generation();
    row.compressedBytes = record.bytes();
    row.tailLength = record.tailLength();
    return of(streamId, row);
  }

  SegmentEntry without(int tierBit) {
    SegmentRow row = toRow();
    row.residency &= ~tierBit;
    row.missing &= ~tierBit;
    return of(streamId, row);
  }

  SegmentEntry needingRecovery(int tierBit) {
    SegmentRow row = toRow();
    row.residency &= ~tierBit;
    row.missing |= tierBit;
    return of(streamId, row);
  }

  /** The same, retired. */
  public SegmentEntry retired() {
    SegmentRow row = toRow();
    row.state = SegmentState.RETIRED;
    return of(streamId, row);
  }

  /** Whether nothing is left of it that the ledger must remember. */
  boolean isGone() {
    return residencyBits == 0 && (state == SegmentState.RETIRED || (isEmpty() && missingBits == 0));
  }

  private static void hold(SegmentRow row, Tier tier) {
    row.residency |= TierBits.bit(tier);
    row.missing &= ~TierBits.bit(tier);
  }
}
