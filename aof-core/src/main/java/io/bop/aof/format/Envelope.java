package io.bop.aof.format;

import io.bop.aof.UnsupportedFormatException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * What header, footer and warm index have in common, in this version and in every later one: they
 * begin with {@code magic u64, version u32} and end with the CRC32C of all their other bytes. So a
 * newer version can be told from damage.
 *
 * <pre>
 *   0       8         12                          length - 4
 *   | magic | version | what the version says ... | CRC32C |
 * </pre>
 */
final class Envelope {

  static final int MAGIC_AT = 0;
  static final int VERSION_AT = MAGIC_AT + Magic.SIZE;
  static final int BODY_AT = VERSION_AT + Integer.BYTES;
  static final int CRC_SIZE = Integer.BYTES;

  private Envelope() {}

  /** CRC32C of {@code bytes[from, from + length)}. */
  static int crc(byte[] bytes, int from, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, length);
    return (int) crc.getValue();
  }

  /** Fills in the CRC of {@code length} bytes; {@code out} is like {@code in} of check. */
  static void sign(ByteBuffer out, int length) {
    int at = length - CRC_SIZE;
    out.putInt(at, crc(out.array(), 0, at));
  }

  /**
   * Checks magic, CRC and version of {@code length} bytes that are there.
   *
   * @param in little-endian, over an array from its first byte
   * @param file where the structure stands, for messages
   */
  static void check(ByteBuffer in, int at, int length, Kind kind, String file) {
    checkMagic(in, at, kind, file);
    int crcAt = at + length - CRC_SIZE;
    if (crc(in.array(), at, length - CRC_SIZE) != in.getInt(crcAt)) {
      throw new MalformedException(
          crcAt, "damaged " + kind.what + ": checksum mismatch file=" + file);
    }
    int version = in.getInt(at + VERSION_AT);
    if (Integer.compareUnsigned(version, kind.version) > 0) {
      throw new UnsupportedFormatException(file, version, kind.version);
    }
    if (version != kind.version) {
      throw new MalformedException(
          at + VERSION_AT,
          "unknown version of " + kind.what + ": version=" + version + " file=" + file);
    }
  }

  static void checkMagic(ByteBuffer in, int at, Kind kind, String file) {
    long found = in.getLong(at + MAGIC_AT);
    if (found != kind.magic) {
      throw new MalformedException(
          at + MAGIC_AT,
          "not a " + kind.what + ": magic=" + Long.toHexString(found) + " file=" + file);
    }
  }

  /**
   * A structure.
   *
   * @param what its name, for messages
   * @param magic its first eight bytes
   * @param version the only one that this release reads and writes
   */
  record Kind(String what, long magic, int version) {}
}
