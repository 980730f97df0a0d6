package io.bop.aof.format;

/**
 * First page of a segment file; little-endian.
 *
 * <pre>
 *   0        1,024         2,048          2,560          3,072   4,096
 *   | header | header copy | durable mark | durable mark | zeros | records ...
 *
 *   0       8         12             16        32     40         48          56
 *   | magic | version | headerLength | storeId | salt | streamId | segmentId | baseOffset
 *
 *   64          72         80              88      96      100      104
 *   | baseBytes | fileSize | createdMicros | epoch | state | CRC32C |
 * </pre>
 *
 * Each of the four parts has disk sectors of its own (512 bytes), so that one torn write harms one
 * of them. In every version the CRC covers the header's other bytes and is the last field of {@link
 * #HEADER_LENGTH_AT headerLength} bytes.
 */
public final class SegmentHeaderLayout {

  /** The version that this release writes and reads. */
  public static final int VERSION = 1;

  /** Bytes in front of the records. */
  public static final int PAGE_SIZE = 4_096;

  /** What a disk writes whole. */
  public static final int SECTOR_SIZE = 512;

  public static final int FIRST_COPY_AT = 0;
  public static final int SECOND_COPY_AT = 1_024;
  public static final int FIRST_MARK_AT = 2_048;
  public static final int SECOND_MARK_AT = FIRST_MARK_AT + SECTOR_SIZE;

  public static final long MAGIC = Magic.of("AOF2SEGM");
  public static final int MAGIC_AT = Envelope.MAGIC_AT;
  public static final int VERSION_AT = Envelope.VERSION_AT;
  public static final int HEADER_LENGTH_AT = Envelope.BODY_AT;
  public static final int STORE_ID_AT = HEADER_LENGTH_AT + Integer.BYTES;
  public static final int STORE_ID_SIZE = 2 * Long.BYTES;
  public static final int SALT_AT = STORE_ID_AT + STORE_ID_SIZE;
  public static final int STREAM_ID_AT = SALT_AT + Long.BYTES;
  public static final int SEGMENT_ID_AT = STREAM_ID_AT + Long.BYTES;
  public static final int BASE_OFFSET_AT = SEGMENT_ID_AT + Long.BYTES;
  public static final int BASE_BYTES_AT = BASE_OFFSET_AT + Long.BYTES;
  public static final int FILE_SIZE_AT = BASE_BYTES_AT + Long.BYTES;
  public static final int CREATED_MICROS_AT = FILE_SIZE_AT + Long.BYTES;
  public static final int EPOCH_AT = CREATED_MICROS_AT + Long.BYTES;
  public static final int STATE_AT = EPOCH_AT + Long.BYTES;
  public static final int CRC_AT = STATE_AT + Integer.BYTES;

  /** Bytes of one copy in this version. */
  public static final int HEADER_LENGTH = CRC_AT + Integer.BYTES;

  private SegmentHeaderLayout() {}
}
