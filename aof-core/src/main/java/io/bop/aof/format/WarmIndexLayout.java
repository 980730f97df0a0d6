package io.bop.aof.format;

/**
 * Payload of the skippable frame in front of the seek table of a {@code .zst} file; little-endian.
 *
 * <pre>
 *   0       8         12           16
 *   | magic | version | frameCount | frame entries ... | segment footer (128) | CRC32C |
 *
 *   0             8             12             20             28
 *   | firstOffset | recordCount | minTimestamp | maxTimestamp | next entry ...
 * </pre>
 *
 * In every version the CRC covers all the rest of the payload and is its end.
 */
public final class WarmIndexLayout {

  /** Magic of the skippable frame that holds the payload. */
  public static final int SKIPPABLE_MAGIC = 0x184D2A5A;

  /** The version that this release writes and reads. */
  public static final int VERSION = 1;

  public static final long MAGIC = Magic.of("AOF2WARM");
  public static final int MAGIC_AT = Envelope.MAGIC_AT;
  public static final int VERSION_AT = Envelope.VERSION_AT;
  public static final int FRAME_COUNT_AT = Envelope.BODY_AT;
  public static final int ENTRIES_AT = FRAME_COUNT_AT + Integer.BYTES;

  public static final int FIRST_OFFSET_AT = 0;
  public static final int RECORD_COUNT_AT = FIRST_OFFSET_AT + Long.BYTES;
  public static final int MIN_TIMESTAMP_AT = RECORD_COUNT_AT + Integer.BYTES;
  public static final int MAX_TIMESTAMP_AT = MIN_TIMESTAMP_AT + Long.BYTES;
  public static final int ENTRY_SIZE = MAX_TIMESTAMP_AT + Long.BYTES;

  /** Bytes of a payload without frames. */
  public static final int FIXED_SIZE = ENTRIES_AT + SegmentFooterLayout.SIZE + Envelope.CRC_SIZE;

  private WarmIndexLayout() {}

  /** Bytes of a payload. */
  public static long size(int frameCount) {
    return FIXED_SIZE + (long) frameCount * ENTRY_SIZE;
  }
}
