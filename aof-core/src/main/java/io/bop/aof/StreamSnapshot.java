package io.bop.aof;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The state of one stream at one moment, read from memory.
 *
 * @param name its name
 * @param streamId its number, never used again
 * @param startOffset oldest readable
 * @param nextOffset first after all readable records
 * @param durableOffset all below survive a power loss
 * @param archivedOffset all below are in Tier 2 and recorded there
 * @param unflushedBytes bytes appended and not yet durable
 * @param segments its segments, oldest first
 * @param failure what broke, so that it takes no appends until the store is reopened; null: nothing
 * @param traffic what went through it since the open
 */
public record StreamSnapshot(
    String name,
    long streamId,
    long startOffset,
    long nextOffset,
    long durableOffset,
    long archivedOffset,
    long unflushedBytes,
    List<Segment> segments,
    @Nullable String failure,
    Traffic traffic) {

  /** Copies the list. */
  public StreamSnapshot {
    segments = List.copyOf(segments);
  }

  /**
   * What was appended and read since the open.
   *
   * @param appendedRecords records that became readable
   * @param appendedBytes what they take in segments, headers and padding included
   * @param reads what readers of this process went through, by the tier that it came from
   */
  public record Traffic(long appendedRecords, long appendedBytes, Map<Tier, Reads> reads) {

    /** Nothing at all. */
    public static final Traffic NONE = new Traffic(0, 0, Map.of());

    /** Copies the map. */
    public Traffic {
      reads = Ordered.copyOf(reads);
    }
  }

  /**
   * Reads from one tier. Readers take runs of up to 256 KiB, and are counted when they have gone
   * through one, or as far as there is anything.
   *
   * @param runs how many
   * @param records records that the readers went through
   * @param bytes their bytes, uncompressed, headers and padding included
   * @param recordsBehind sum over all runs: how many records were left to the stream's end then
   */
  public record Reads(long runs, long records, long bytes, long recordsBehind) {}

  /**
   * One segment.
   *
   * @param id its number within the stream
   * @param state how far it has come
   * @param residency which tiers hold its bytes
   * @param needsRecovery whether a copy that the manifest counts is missing or damaged
   * @param baseOffset first offset in it
   * @param nextOffset first offset after it
   * @param bytes bytes of records, uncompressed
   * @param compressedBytes size of the warm file and of the object; 0: not compressed yet
   * @param minTimestampMicros lowest timestamp in it; 0 while active
   * @param maxTimestampMicros highest timestamp in it; 0 while active
   * @param objectKey key of its object; null: not uploaded
   */
  public record Segment(
      long id,
      SegmentState state,
      Set<Tier> residency,
      boolean needsRecovery,
      long baseOffset,
      long nextOffset,
      long bytes,
      long compressedBytes,
      long minTimestampMicros,
      long maxTimestampMicros,
      @Nullable String objectKey) {

    /** Copies the set. */
    public Segment {
      residency = Ordered.copyOf(residency);
    }
  }
}
