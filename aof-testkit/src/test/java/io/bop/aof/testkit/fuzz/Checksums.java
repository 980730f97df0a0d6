package io.bop.aof.testkit.fuzz;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/** Corrects checksums in damaged bytes. Stateless. */
final class Checksums {

  private Checksums() {}

  static int crc(byte[] bytes, int from, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, length);
    return (int) crc.getValue();
  }

  /** A CRC in the last four bytes of all others. */
  static byte[] signEnd(byte[] bytes) {
    return signEnd(bytes, 0, bytes.length);
  }

  /** The same within a part. */
  static byte[] signEnd(byte[] bytes, int from, int length) {
    int at = length - Integer.BYTES;
    if (from >= 0 && at >= 0 && from + length <= bytes.length) {
      little(bytes).putInt(from + at, crc(bytes, from, at));
    }
    return bytes;
  }

  static ByteBuffer little(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
