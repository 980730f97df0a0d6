package io.bop.aof.format;

/**
 * What a sealed segment holds; written once, when it is sealed.
 *
 * @param segmentId the header's
 * @param salt the header's
 * @param baseOffset the header's
 * @param recordCount offsets that the segment takes up, those of {@code PADDING} included
 * @param dataEnd position after the last record and its padding
 * @param indexPosition position of the sparse index
 * @param indexCount its entries
 * @param minTimestamp lowest timestamp of the records, in microseconds since the Unix epoch; {@link
 *     Long#MAX_VALUE} when there is none
 * @param maxTimestamp highest one; {@link Long#MIN_VALUE} when there is none
 * @param recordsCrc CRC32C of all bytes from the first record to {@code dataEnd}
 * @param hasLastExtId whether a record had an ext id
 * @param lastExtId ext id of the last record that had one; 0 when there is none
 * @param sealedAtMicros when it was sealed, in microseconds since the Unix epoch
 * @param flags {@link #SEALED}, {@link #FLUSH_FAILED}, {@link #RECOVERED}; no others
 */
public record SegmentFooter(
    long segmentId,
    long salt,
    long baseOffset,
    long recordCount,
    long dataEnd,
    long indexPosition,
    int indexCount,
    long minTimestamp,
    long maxTimestamp,
    int recordsCrc,
    boolean hasLastExtId,
    long lastExtId,
    long sealedAtMicros,
    int flags) {

  /** Flag: the segment is complete and immutable. */
  public static final int SEALED = 1;

  /** Flag: a force of the first file failed; this is the copy that was made of it. */
  public static final int FLUSH_FAILED = 1 << 1;

  /** Flag: recovery sealed it, after a stop without a clean close. */
  public static final int RECOVERED = 1 << 2;

  /** All flags that this version knows. */
  static final int KNOWN_FLAGS = SEALED | FLUSH_FAILED | RECOVERED;

  /** Checks the ranges. */
  public SegmentFooter {
    if ((segmentId | baseOffset | recordCount | dataEnd | indexPosition | indexCount) < 0
        || baseOffset + recordCount < 0) {
      throw new IllegalArgumentException(
          "segment footer is out of range: segmentId="
              + segmentId
              + " baseOffset="
              + baseOffset
              + " recordCount="
              + recordCount
              + " dataEnd="
              + dataEnd
              + " indexPosition="
              + indexPosition
              + " indexCount="
              + indexCount);
    }
    if ((flags & ~KNOWN_FLAGS) != 0) {
      throw new IllegalArgumentException("segment footer has unknown flags: flags=" + flags);
    }
    if (!hasLastExtId && lastExtId != 0) {
      throw new IllegalArgumentException("ext id without its flag: lastExtId=" + lastExtId);
    }
  }

  /** First offset after the segment. */
  public long nextOffset() {
    return baseOffset + recordCount;
  }
}
