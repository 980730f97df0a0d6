package io.bop.aof.format;

/**
 * Byte layout of one manifest record; little-endian, not padded.
 *
 * <pre>
 *   0      2       4               8          16          24          32    36         40
 *   | type | flags | payloadLength | streamId | segmentId | timestamp | crc | reserved | payload ...
 * </pre>
 *
 * The CRC covers header and payload, its own field taken as zero.
 */
public final class ManifestRecordLayout {
  public static final int TYPE_AT = 0;
  public static final int FLAGS_AT = TYPE_AT + Short.BYTES;
  public static final int PAYLOAD_LENGTH_AT = FLAGS_AT + Short.BYTES;
  public static final int STREAM_ID_AT = PAYLOAD_LENGTH_AT + Integer.BYTES;
  public static final int SEGMENT_ID_AT = STREAM_ID_AT + Long.BYTES;
  public static final int TIMESTAMP_AT = SEGMENT_ID_AT + Long.BYTES;
  public static final int CRC_AT = TIMESTAMP_AT + Long.BYTES;
  public static final int RESERVED_AT = CRC_AT + Integer.BYTES;
  public static final int HEADER_SIZE = RESERVED_AT + Integer.BYTES;

  /** No payload is larger. */
  public static final int MAX_PAYLOAD = 16 * 1024 * 1024;

  /** Size of {@code ChunkSealed}, header included: length and CRC are its payload. */
  public static final int CHUNK_SEALED_SIZE = HEADER_SIZE + Long.BYTES + Integer.BYTES;

  private ManifestRecordLayout() {}
}
