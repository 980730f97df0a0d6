package io.bop.aof.format;

import java.util.List;
import java.util.SortedMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The state of a store after one sealed chunk, as a snapshot holds it. The lists are not to be
 * changed.
 *
 * @param storeId the store
 * @param chunkIndex the chunk it is the state after
 * @param chunkEpoch epoch in that chunk's header
 * @param chunkCrc the CRC in that chunk's {@code ChunkSealed}
 * @param totals numbers of the whole store
 * @param streams by rising id
 * @param pendingDeletes objects to be deleted, oldest first
 * @param pendingUploads uploads begun and not ended, oldest first
 * @param extras bytes of others by number (cursors); kept as they are
 */
public record LedgerImage(
    UUID storeId,
    long chunkIndex,
    long chunkEpoch,
    int chunkCrc,
    Totals totals,
    List<StreamImage> streams,
    List<PendingImage> pendingDeletes,
    List<PendingImage> pendingUploads,
    SortedMap<Integer, byte[]> extras) {

  /**
   * Numbers of the whole store.
   *
   * @param epoch highest epoch seen, in a chunk header or a {@code WriterEpoch}
   * @param announcedEpoch highest epoch of a {@code WriterEpoch}
   * @param records records in all chunks so far
   */
  public record Totals(
      long epoch, long announcedEpoch, long records, long nextStreamId, long nextJobId) {}

  /**
   * One stream.
   *
   * @param sealedOffset first offset after the newest sealed segment
   * @param sealedBytes record bytes of all segments sealed so far
   * @param checkpoint newest tail checkpoint, null when none counts
   * @param epochStarts pairs of epoch and first offset under it, both rising
   * @param segments by rising id
   */
  public record StreamImage(
      long id,
      String name,
      byte[] settings,
      long createdAtMicros,
      boolean deleted,
      long startOffset,
      long archivedOffset,
      long highestSegmentId,
      long sealedOffset,
      long sealedBytes,
      @Nullable CheckpointImage checkpoint,
      long[] epochStarts,
      List<SegmentRow> segments) {}

  /** How far an active segment was durable. */
  public record CheckpointImage(long segmentId, long durableOffset, long durablePosition) {}

  /** An object with an intent, and the chunk that holds the intent. */
  public record PendingImage(
      long streamId, long segmentId, String key, long chunkIndex, long timestampMicros) {}
}
