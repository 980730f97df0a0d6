package io.bop.aof.format;

/**
 * Footer of a sealed segment, the last 128 bytes of its file; little-endian.
 *
 * <pre>
 *   0       8         12             16          24     32           40            48
 *   | magic | version | footerLength | segmentId | salt | baseOffset | recordCount | dataEnd
 *
 *   56              64           68           72             80             88
 *   | indexPosition | indexCount | recordsCrc | minTimestamp | maxTimestamp | lastExtId
 *
 *   96               104     108     124      128
 *   | sealedAtMicros | flags | zeros | CRC32C |
 * </pre>
 */
public final class SegmentFooterLayout {

  /** The version that this release writes and reads. */
  public static final int VERSION = 1;

  /** Bytes of a footer. */
  public static final int SIZE = 128;

  public static final long MAGIC = Magic.of("AOF2FOOT");
  public static final int MAGIC_AT = Envelope.MAGIC_AT;
  public static final int VERSION_AT = Envelope.VERSION_AT;
  public static final int FOOTER_LENGTH_AT = Envelope.BODY_AT;
  public static final int SEGMENT_ID_AT = FOOTER_LENGTH_AT + Integer.BYTES;
  public static final int SALT_AT = SEGMENT_ID_AT + Long.BYTES;
  public static final int BASE_OFFSET_AT = SALT_AT + Long.BYTES;
  public static final int RECORD_COUNT_AT = BASE_OFFSET_AT + Long.BYTES;
  public static final int DATA_END_AT = RECORD_COUNT_AT + Long.BYTES;
  public static final int INDEX_POSITION_AT = DATA_END_AT + Long.BYTES;
  public static final int INDEX_COUNT_AT = INDEX_POSITION_AT + Long.BYTES;
  public static final int RECORDS_CRC_AT = INDEX_COUNT_AT + Integer.BYTES;
  public static final int MIN_TIMESTAMP_AT = RECORDS_CRC_AT + Integer.BYTES;
  public static final int MAX_TIMESTAMP_AT = MIN_TIMESTAMP_AT + Long.BYTES;
  public static final int LAST_EXT_ID_AT = MAX_TIMESTAMP_AT + Long.BYTES;
  public static final int SEALED_AT_MICROS_AT = LAST_EXT_ID_AT + Long.BYTES;
  public static final int FLAGS_AT = SEALED_AT_MICROS_AT + Long.BYTES;
  public static final int ZEROS_AT = FLAGS_AT + Integer.BYTES;
  public static final int CRC_AT = SIZE - Integer.BYTES;

  /** Bit of the flags field: {@code lastExtId} counts. Not part of {@link SegmentFooter#flags}. */
  static final int FLAG_HAS_LAST_EXT_ID = 1 << 3;

  private SegmentFooterLayout() {}
}
