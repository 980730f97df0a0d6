package io.bop.aof.format;

import io.bop.aof.UnsupportedFormatException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * Byte layout of a chunk's header; little-endian.
 *
 * <pre>
 *   0       8         12             16         32           40            48      56         60     64
 *   | magic | version | headerLength | store id | chunkIndex | baseOrdinal | epoch | reserved | CRC  |
 * </pre>
 *
 * The CRC covers the 60 bytes before it. A store id is two longs, the most significant one first.
 */
public final class ManifestChunkHeaderCodec {
  /** "AOF2MLOG" as the file shows it. */
  public static final long MAGIC = 0x474F_4C4D_3246_4F41L;

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

  private ManifestChunkHeaderCodec() {}

  /** The header's bytes. */
  public static byte[] encode(ManifestChunkHeader header) {
    ByteBuffer out = ByteBuffer.allocate(SIZE).order(ByteOrder.LITTLE_ENDIAN);
    out.putLong(MAGIC).putInt(VERSION).putInt(SIZE);
    out.putLong(header.storeId().getMostSignificantBits());
    out.putLong(header.storeId().getLeastSignificantBits());
    out.putLong(header.chunkIndex()).putLong(header.baseOrdinal()).putLong(header.epoch());
    out.putInt(0).putInt(crc(out.array(), 0));
    return out.array();
  }

  /**
   * Reads the header at the start of {@code bytes[0, length)}.
   *
   * @param file named in the error of a newer version
   * @throws UnsupportedFormatException when a newer version wrote it
   * @throws MalformedException when it is damaged or no header of a chunk
   */
  public static ManifestChunkHeader decode(byte[] bytes, int length, String file) {
    if (length < SIZE) {
      throw new MalformedException(length, "chunk header ends early: size=" + length);
    }
    ByteBuffer in = ByteBuffer.wrap(bytes, 0, SIZE).order(ByteOrder.LITTLE_ENDIAN);
    if (in.getLong(MAGIC_AT) != MAGIC) {
      throw new MalformedException(MAGIC_AT, "not a manifest chunk");
    }
    int version = in.getInt(VERSION_AT);
    if (version != VERSION) {
      /* A flipped bit in the version is told from a newer one by the CRC of this version. */
      if (in.getInt(CRC_AT) == crc(withVersion(bytes, VERSION), 0)) {
        throw new MalformedException(VERSION_AT, "chunk version is damaged: version=" + version);
      }
      throw new UnsupportedFormatException(file, version, VERSION);
    }
    if (in.getInt(CRC_AT) != crc(bytes, 0)) {
      throw new MalformedException(CRC_AT, "chunk header checksum mismatch");
    }
    if (in.getInt(HEADER_LENGTH_AT) != SIZE) {
      throw new MalformedException(HEADER_LENGTH_AT, "chunk header has another length");
    }
    UUID storeId = new UUID(in.getLong(STORE_ID_AT), in.getLong(STORE_ID_AT + Long.BYTES));
    long index = in.getLong(CHUNK_INDEX_AT);
    long ordinal = in.getLong(BASE_ORDINAL_AT);
    long epoch = in.getLong(EPOCH_AT);
    if (index < 0 || ordinal < 0 || epoch < 0) {
      throw new MalformedException(CHUNK_INDEX_AT, "chunk header has negative numbers");
    }
    return new ManifestChunkHeader(storeId, index, ordinal, epoch);
  }

  private static byte[] withVersion(byte[] bytes, int version) {
    ByteBuffer copy = ByteBuffer.allocate(SIZE).order(ByteOrder.LITTLE_ENDIAN);
    copy.put(bytes, 0, SIZE).putInt(VERSION_AT, version);
    return copy.array();
  }

  private static int crc(byte[] bytes, int from) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, CRC_AT);
    return (int) crc.getValue();
  }
}
