package io.bop.aof.format;

import io.bop.aof.UnsupportedFormatException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.UUID;

/**
 * Byte layout of a chunk's header; little-endian.
 *
 * <pre>
 *   0       8         12             16        32           40            48
 *   | magic | version | headerLength | storeId | chunkIndex | baseOrdinal | ...
 *
 *   48      56         60    64
 *   | epoch | reserved | crc |
 * </pre>
 *
 * The CRC covers the bytes before it. In every version it is the last four bytes of the header.
 */
public final class ManifestChunkHeaderCodec {
  /** As the file shows it. */
  public static final long MAGIC = Magic.of("AOF2MLOG");

  /** The version that is written, and the newest that can be read. */
  public static final int VERSION = 1;

  public static final int MAGIC_AT = 0;
  public static final int VERSION_AT = MAGIC_AT + Long.BYTES;
  public static final int HEADER_LENGTH_AT = VERSION_AT + Integer.BYTES;
  public static final int STORE_ID_AT = HEADER_LENGTH_AT + Integer.BYTES;
  public static final int CHUNK_INDEX_AT = STORE_ID_AT + 2 * Long.BYTES;
  public static final int BASE_ORDINAL_AT = CHUNK_INDEX_AT + Long.BYTES;
  public static final int EPOCH_AT = BASE_ORDINAL_AT + Long.BYTES;
  public static final int RESERVED_AT = EPOCH_AT + Long.BYTES;
  public static final int CRC_AT = RESERVED_AT + Integer.BYTES;

  /** Size of the header; the first record stands behind it. */
  public static final int SIZE = CRC_AT + Integer.BYTES;

  /** No version has a longer one: a disk writes this much whole. */
  private static final int MAX_SIZE = 512;

  private static final Envelope.Kind KIND =
      new Envelope.Kind("manifest chunk header", MAGIC, VERSION);

  private ManifestChunkHeaderCodec() {}

  /** The header's bytes. */
  public static byte[] encode(ManifestChunkHeader header) {
    ByteBuffer out = ByteBuffer.allocate(SIZE).order(ByteOrder.LITTLE_ENDIAN);
    out.putLong(MAGIC).putInt(VERSION).putInt(SIZE);
    out.putLong(header.storeId().getLeastSignificantBits());
    out.putLong(header.storeId().getMostSignificantBits());
    out.putLong(header.chunkIndex()).putLong(header.baseOrdinal()).putLong(header.epoch());
    Envelope.sign(out, SIZE);
    return out.array();
  }

  /**
   * Reads the header at the start of {@code bytes[0, length)}.
   *
   * @param file named in errors
   * @throws UnsupportedFormatException when a newer version wrote it
   * @throws MalformedException when it is damaged or no header of a chunk
   */
  public static ManifestChunkHeader decode(byte[] bytes, int length, String file) {
    if (length < SIZE) {
      throw new MalformedException(length, "chunk header ends early: size=" + length);
    }
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    Envelope.checkMagic(in, MAGIC_AT, KIND, file);
    int headerLength = in.getInt(HEADER_LENGTH_AT);
    if (headerLength < SIZE || headerLength > Math.min(length, MAX_SIZE)) {
      throw new MalformedException(
          HEADER_LENGTH_AT, "damaged chunk header: headerLength=" + headerLength);
    }
    Envelope.check(in, MAGIC_AT, headerLength, KIND, file);
    if (headerLength != SIZE) {
      throw new MalformedException(HEADER_LENGTH_AT, "chunk header has another length");
    }
    if (in.getInt(RESERVED_AT) != 0) {
      throw new MalformedException(RESERVED_AT, "reserved bytes are not zero");
    }
    UUID storeId = new UUID(in.getLong(STORE_ID_AT + Long.BYTES), in.getLong(STORE_ID_AT));
    long index = in.getLong(CHUNK_INDEX_AT);
    long ordinal = in.getLong(BASE_ORDINAL_AT);
    long epoch = in.getLong(EPOCH_AT);
    if (index < 0 || ordinal < 0 || epoch < 0) {
      throw new MalformedException(CHUNK_INDEX_AT, "chunk header has negative numbers");
    }
    return new ManifestChunkHeader(storeId, index, ordinal, epoch);
  }
}
