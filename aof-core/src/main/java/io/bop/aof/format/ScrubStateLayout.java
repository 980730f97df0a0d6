package io.bop.aof.format;

/**
 * How far the background verification has come; little-endian. The file is written anew each time.
 *
 * <pre>
 *   0       8         12       16              24             32         40          48         60
 *   | magic | version | length | last pass end | pass started | streamId | segmentId | zeros | CRC |
 * </pre>
 */
public final class ScrubStateLayout {

  /** First eight bytes. */
  public static final long MAGIC = Magic.of("AOF2SCRB");

  /** The only version. */
  public static final int VERSION = 1;

  public static final int MAGIC_AT = 0;
  public static final int VERSION_AT = MAGIC_AT + Magic.SIZE;
  public static final int LENGTH_AT = VERSION_AT + Integer.BYTES;
  public static final int LAST_PASS_AT = LENGTH_AT + Integer.BYTES;
  public static final int PASS_STARTED_AT = LAST_PASS_AT + Long.BYTES;
  public static final int STREAM_ID_AT = PASS_STARTED_AT + Long.BYTES;
  public static final int SEGMENT_ID_AT = STREAM_ID_AT + Long.BYTES;
  public static final int ZEROS_AT = SEGMENT_ID_AT + Long.BYTES;
  public static final int SIZE = 64;

  /** Most bytes of the file in any version. */
  public static final int MAX_SIZE = 512;

  public static final int CRC_AT = SIZE - Integer.BYTES;

  private ScrubStateLayout() {}
}
