package io.bop.aof.format;

import io.bop.aof.UnsupportedFormatException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.UUID;

/**
 * Byte layout of one mark; little-endian. The file holds two, written in turn, each in a sector of
 * its own.
 *
 * <pre>
 *   0       8         12           16        32           40      48       56         60    64
 *   | magic | version | markLength | storeId | chunkIndex | epoch | length | reserved | crc |
 * </pre>
 *
 * The CRC covers the bytes before it.
 */
public final class ManifestMarkCodec {
  /** As the file shows it. */
  public static final long MAGIC = Magic.of("AOF2MARK");

  /** The version that is written, and the newest that can be read. */
  public static final int VERSION = 1;

  public static final int MAGIC_AT = 0;
  public static final int VERSION_AT = MAGIC_AT + Long.BYTES;
  public static final int MARK_LENGTH_AT = VERSION_AT + Integer.BYTES;
  public static final int STORE_ID_AT = MARK_LENGTH_AT + Integer.BYTES;
  public static final int CHUNK_INDEX_AT = STORE_ID_AT + 2 * Long.BYTES;
  public static final int EPOCH_AT = CHUNK_INDEX_AT + Long.BYTES;
  public static final int LENGTH_AT = EPOCH_AT + Long.BYTES;
  public static final int RESERVED_AT = LENGTH_AT + Long.BYTES;
  public static final int CRC_AT = RESERVED_AT + Integer.BYTES;

  /** Bytes of one mark. */
  public static final int SIZE = CRC_AT + Integer.BYTES;

  /** Where the second mark of the file stands. */
  public static final int SECOND_AT = 512;

  /** Bytes of the file. */
  public static final int FILE_SIZE = 2 * SECOND_AT;

  private static final Envelope.Kind KIND = new Envelope.Kind("manifest mark", MAGIC, VERSION);

  private ManifestMarkCodec() {}

  /** The mark's {@link #SIZE} bytes. */
  public static byte[] encode(ManifestMark mark) {
    ByteBuffer out = ByteBuffer.allocate(SIZE).order(ByteOrder.LITTLE_ENDIAN);
    out.putLong(MAGIC).putInt(VERSION).putInt(SIZE);
    out.putLong(mark.storeId().getLeastSignificantBits());
    out.putLong(mark.storeId().getMostSignificantBits());
    out.putLong(mark.chunkIndex()).putLong(mark.epoch()).putLong(mark.length());
    Envelope.sign(out, SIZE);
    return out.array();
  }

  /**
   * The mark that begins at an index.
   *
   * @param file its name, for messages
   * @throws MalformedException when there is none, or it is damaged
   * @throws UnsupportedFormatException when it is intact and of a newer version
   */
  public static ManifestMark decode(byte[] bytes, int at, String file) {
    if (at < 0 || bytes.length - at < SIZE) {
      throw new MalformedException(at, "manifest mark ends early: size=" + bytes.length);
    }
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    Envelope.check(in, at, SIZE, KIND, file);
    if (in.getInt(at + MARK_LENGTH_AT) != SIZE || in.getInt(at + RESERVED_AT) != 0) {
      throw new MalformedException(at, "manifest mark makes no sense: file=" + file);
    }
    long low = in.getLong(at + STORE_ID_AT);
    UUID storeId = new UUID(in.getLong(at + STORE_ID_AT + Long.BYTES), low);
    try {
      return new ManifestMark(
          storeId,
          in.getLong(at + CHUNK_INDEX_AT),
          in.getLong(at + EPOCH_AT),
          in.getLong(at + LENGTH_AT));
    } catch (IllegalArgumentException e) {
      throw new MalformedException(at, String.valueOf(e.getMessage()));
    }
  }
}
