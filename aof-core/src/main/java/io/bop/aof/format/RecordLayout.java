package io.bop.aof.format;

/**
 * Byte layout of one record; little-endian, 8-byte aligned, zero-padded to the next multiple of 8.
 *
 * <pre>
 *   0      4          8        16          24      26          28              32
 *   | size | checksum | offset | timestamp | flags | keyLength | headersLength | variable part
 * </pre>
 *
 * The variable part is ext id, key, headers and payload, in this order; only the payload has no
 * length of its own: it takes what is left.
 *
 * <p>The CRC covers everything from {@code timestamp} on, so that it is known before offset and
 * place are.
 */
public final class RecordLayout {

  public static final int SIZE_AT = 0;
  public static final int CHECKSUM_AT = SIZE_AT + Integer.BYTES;
  public static final int OFFSET_AT = CHECKSUM_AT + Integer.BYTES;
  public static final int TIMESTAMP_AT = OFFSET_AT + Long.BYTES;
  public static final int FLAGS_AT = TIMESTAMP_AT + Long.BYTES;
  public static final int KEY_LENGTH_AT = FLAGS_AT + Short.BYTES;
  public static final int HEADERS_LENGTH_AT = KEY_LENGTH_AT + Short.BYTES;
  public static final int HEADER_SIZE = HEADERS_LENGTH_AT + Integer.BYTES;
  public static final int EXT_ID_AT = HEADER_SIZE;
  public static final int EXT_ID_SIZE = Long.BYTES;

  /** Where the bytes begin that the CRC covers. */
  public static final int CRC_FROM = TIMESTAMP_AT;

  /** Records begin at multiples of this. */
  public static final int ALIGNMENT = 8;

  /** No record: its offset stays unused. */
  public static final int FLAG_PADDING = 1;

  /** An ext id stands behind the header. */
  public static final int FLAG_EXT_ID = 1 << 1;

  /** A key stands behind header and ext id. */
  public static final int FLAG_KEY = 1 << 2;

  /** The next record belongs to the same atomic batch. */
  public static final int FLAG_BATCH_MORE = 1 << 3;

  /** All flags that this version knows. */
  public static final int KNOWN_FLAGS = FLAG_PADDING | FLAG_EXT_ID | FLAG_KEY | FLAG_BATCH_MORE;

  /** No record is larger: 8 MiB of content and its own frame. */
  public static final int MAX_SIZE = 8 * 1024 * 1024 + HEADER_SIZE + EXT_ID_SIZE;

  private RecordLayout() {}

  /** {@code size} rounded up to the next multiple of 8. */
  public static int padded(int size) {
    return (size + (ALIGNMENT - 1)) & -ALIGNMENT;
  }
}
