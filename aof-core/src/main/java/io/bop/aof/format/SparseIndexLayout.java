package io.bop.aof.format;

/**
 * Sparse index of a sealed segment: entries, then a CRC; little-endian.
 *
 * <pre>
 *   0        8                   16         20
 *   | offset | maxTimestampSoFar | position | next entry ... | CRC32C |
 * </pre>
 *
 * The CRC covers the segment's salt (8 bytes, not written) and then all entries: an index that an
 * earlier use of the file left behind is not taken for this one's, and a flipped bit in a timestamp
 * costs a scan instead of hiding records from a search by time.
 */
public final class SparseIndexLayout {

  public static final int OFFSET_AT = 0;
  public static final int MAX_TIMESTAMP_AT = OFFSET_AT + Long.BYTES;
  public static final int POSITION_AT = MAX_TIMESTAMP_AT + Long.BYTES;
  public static final int ENTRY_SIZE = POSITION_AT + Integer.BYTES;
  public static final int CRC_SIZE = Integer.BYTES;

  /** An entry is made for the first record at least this many bytes behind the last entry's. */
  public static final int INTERVAL = 64 * 1024;

  private SparseIndexLayout() {}
}
