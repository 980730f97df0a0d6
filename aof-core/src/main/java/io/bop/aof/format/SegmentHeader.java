package io.bop.aof.format;

import java.util.Objects;
import java.util.UUID;

/**
 * Who a Tier 0 file belongs to and which segment it holds.
 *
 * @param storeId the store
 * @param salt mixed into every record's checksum; random, never used twice
 * @param streamId the stream, at least 0
 * @param segmentId rises within the stream, at least 0
 * @param baseOffset offset of the first record, at least 0
 * @param baseBytes bytes of the records in all earlier segments of the stream, at least 0
 * @param fileSize bytes of the file, at least 0
 * @param createdMicros when the segment began, in microseconds since the Unix epoch
 * @param epoch the writer's, at least 0
 * @param state what the file is used for; in a spare the segment's fields mean nothing
 */
public record SegmentHeader(
    UUID storeId,
    long salt,
    long streamId,
    long segmentId,
    long baseOffset,
    long baseBytes,
    long fileSize,
    long createdMicros,
    long epoch,
    SlotState state) {

  /** Checks the ranges. */
  public SegmentHeader {
    Objects.requireNonNull(storeId, "storeId");
    Objects.requireNonNull(state, "state");
    if ((streamId | segmentId | baseOffset | baseBytes | fileSize | epoch) < 0) {
      throw new IllegalArgumentException(
          "segment header has a negative field: streamId="
              + streamId
              + " segmentId="
              + segmentId
              + " baseOffset="
              + baseOffset
              + " baseBytes="
              + baseBytes
              + " fileSize="
              + fileSize
              + " epoch="
              + epoch);
    }
  }
}
