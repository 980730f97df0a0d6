package io.bop.aof.format;

import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

/**
 * One line of the manifest log: what happened to a segment, a stream or the store. Immutable; byte
 * arrays are shared with the caller and must not be changed.
 *
 * <p>Stream ids and segment ids begin at 1; 0 stands for none. Timestamps are microseconds since
 * the epoch. Tiers are numbers as in {@code TierBits}. The types and their payloads are listed in
 * {@code docs/reference/formats/manifest.md}.
 */
public sealed interface ManifestRecord {

  /** The number of the type in the file. */
  int type();

  /** The stream it is about; 0 when it is about the store. */
  long streamId();

  /** The segment it is about; 0 when it is about a stream or the store. */
  default long segmentId() {
    return 0;
  }

  /** When it was written. */
  long timestampMicros();

  /** Tier 0 started a segment; {@code epoch} is that of the writer. */
  record SegmentOpened(
      long streamId,
      long segmentId,
      long timestampMicros,
      long slot,
      long baseOffset,
      long baseBytes,
      long epoch)
      implements ManifestRecord {
    @Override
    public int type() {
      return ManifestRecordType.SEGMENT_OPENED;
    }
  }

  /**
   * A segment became immutable, all its bytes durable in {@code slot}; the timestamp is the seal
   * time, {@code dataEnd} the position after its last record, {@code flags} as in {@link
   * SegmentFooter}. Without records both record timestamps are 0.
   */
  record SegmentSealed(
      long streamId,
      long segmentId,
      long timestampMicros,
      long slot,
      long recordCount,
      long dataEnd,
      int recordsCrc,
      long minTimestamp,
      long maxTimestamp,
      boolean hasLastExtId,
      long lastExtId,
      int flags)
      implements ManifestRecord {
    @Override
    public int type() {
      return ManifestRecordType.SEGMENT_SEALED;
    }
  }

  /** A compression job was admitted. */
  record CompressionStarted(
      long streamId, long segmentId, long timestampMicros, long jobId, int profile)
      implements ManifestRecord {
    @Override
    public int type() {
      return ManifestRecordType.COMPRESSION_STARTED;
    }
  }

  /** The warm file is durable under its final name and was read back. */
  record CompressionDone(
      long streamId,
      long segmentId,
      long timestampMicros,
      long compressedBytes,
      int crc32c,
      int frameCount,
      int profile)
      implements ManifestRecord {
    @Override
    public int type() {
      return ManifestRecordType.COMPRESSION_DONE;
    }
  }

  /** A compression job gave up, for a {@link ReasonCode}. */
  record CompressionFailed(long streamId, long segmentId, long timestampMicros, int reason)
      implements ManifestRecord {
    @Override
    public int type() {
      return ManifestRecordType.COMPRESSION_FAILED;
    }
  }

  /** An upload is about to send its first byte. */
  record UploadStarted(long streamId, long segmentId, long timestampMicros, String key)
      implements ManifestRecord {
    @Override
    public int type() {
      return ManifestRecordType.UPLOAD_STARTED;
    }
  }

  /** The object store confirmed the object. */
  record UploadDone(
      long streamId,
      long segmentId,
      long timestampMicros,
      String key,
      String etag,
      int crc32c,
      long bytes,
      int tailLength)
      implements ManifestRecord {
    @Override
    public int type() {
      return ManifestRecordType.UPLOAD_DONE;
    }
  }

  /** An upload gave up, for a {@link ReasonCode}. */
  record UploadFailed(long streamId, long segmentId, long timestampMicros, String key, int reason)
      implements ManifestRecord {
    @Override
    public int type() {
      return ManifestRecordType.UPLOAD_FAILED;
    }
  }

  /** An object will be deleted; never taken back. */
  record Tier2DeleteQueued(long streamId, long segmentId, long timestampMicros, String key)
      implements ManifestRecord {
    @Override
    public int type() {
      return ManifestRecordType.TIER2_DELETE_QUEUED;
    }
  }

  /** An object is gone. */
  record Tier2Deleted(long streamId, long segmentId, long timestampMicros, String key)
      implements ManifestRecord {
    @Override
    public int type() {
      return ManifestRecordType.TIER2_DELETED;
    }
  }

  /** A local copy may be dropped; {@code slot} counts only for Tier 0. */
  record LocalEvicted(
      long streamId, long segmentId, long timestampMicros, int tier, long slot, long reclaimedBytes)
      implements ManifestRecord {
    @Override
    public int type() {
      return ManifestRecordType.LOCAL_EVICTED;
    }
  }

  /** Something of an extension's own; kept and skipped. */
  record CustomEvent(
      long streamId, long segmentId, long timestampMicros, int schemaId, byte[] bytes)
      implements ManifestRecord {
    @Override
    public int type() {
      return ManifestRecordType.CUSTOM_EVENT;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof CustomEvent that
          && streamId == that.streamId
          && segmentId == that.segmentId
          && timestampMicros == that.timestampMicros
          && schemaId == that.schemaId
          && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
      return Objects.hash(streamId, segmentId, timestampMicros, schemaId, Arrays.hashCode(bytes));
    }
  }

  /** A stream exists from now on; its id is never used again. */
  record StreamCreated(long streamId, long timestampMicros, String name, byte[] settings)
      implements ManifestRecord {
    @Override
    public int type() {
      return ManifestRecordType.STREAM_CREATED;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof StreamCreated that
          && streamId == that.streamId
          && timestampMicros == that.timestampMicros
          && name.equals(that.name)
          && Arrays.equals(settings, that.settings);
    }

    @Override
    public int hashCode() {
      return Objects.hash(streamId, timestampMicros, name, Arrays.hashCode(settings));
    }
  }

  /** A stream and all its segments go. */
  record StreamDeleted(long streamId, long timestampMicros) implements ManifestRecord {
    @Override
    public int type() {
      return ManifestRecordType.STREAM_DELETED;
    }
  }

  /** Records below {@code newStartOffset} are no longer part of the stream. */
  record StreamTruncated(long streamId, long timestampMicros, long newStartOffset)
      implements ManifestRecord {
    @Override
    public int type() {
      return ManifestRecordType.STREAM_TRUNCATED;
    }
  }

  /** How far an active segment was durable. */
  record TailCheckpoint(
      long streamId, long segmentId, long timestampMicros, long durableOffset, long durablePosition)
      implements ManifestRecord {
    @Override
    public int type() {
      return ManifestRecordType.TAIL_CHECKPOINT;
    }
  }

  /** A writer took the store; per stream id the first offset that it may write. */
  record WriterEpoch(
      long timestampMicros, long epoch, UUID owner, SortedMap<Long, Long> firstOffsets)
      implements ManifestRecord {

    /** Takes a copy. */
    public WriterEpoch {
      firstOffsets = Collections.unmodifiableSortedMap(new TreeMap<>(firstOffsets));
    }

    /** From a map in any order. */
    public WriterEpoch(long timestampMicros, long epoch, UUID owner, Map<Long, Long> firstOffsets) {
      this(timestampMicros, epoch, owner, new TreeMap<>(firstOffsets));
    }

    @Override
    public int type() {
      return ManifestRecordType.WRITER_EPOCH;
    }

    @Override
    public long streamId() {
      return 0;
    }
  }

  /** The copy of a segment in a tier is missing or damaged, for a {@link ReasonCode}. */
  record NeedsRecovery(long streamId, long segmentId, long timestampMicros, int tier, int reason)
      implements ManifestRecord {
    @Override
    public int type() {
      return ManifestRecordType.NEEDS_RECOVERY;
    }
  }

  /** Last record of a chunk: length and CRC32C of all bytes before it. Only the log writes it. */
  record ChunkSealed(long timestampMicros, long length, int crc32c) implements ManifestRecord {
    @Override
    public int type() {
      return ManifestRecordType.CHUNK_SEALED;
    }

    @Override
    public long streamId() {
      return 0;
    }
  }

  /** A record of a type that this version does not know or use; kept and skipped. */
  record Unknown(int type, long streamId, long segmentId, long timestampMicros, byte[] payload)
      implements ManifestRecord {
    @Override
    public boolean equals(Object other) {
      return other instanceof Unknown that
          && type == that.type
          && streamId == that.streamId
          && segmentId == that.segmentId
          && timestampMicros == that.timestampMicros
          && Arrays.equals(payload, that.payload);
    }

    @Override
    public int hashCode() {
      return Objects.hash(type, streamId, segmentId, timestampMicros, Arrays.hashCode(payload));
    }
  }
}
