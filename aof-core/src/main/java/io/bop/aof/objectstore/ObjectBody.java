package io.bop.aof.objectstore;

import java.nio.file.Path;

/** What to put: a file, or bytes. */
public sealed interface ObjectBody {

  /** Size in bytes. */
  long size();

  /** CRC32C of all bytes. */
  int crc32c();

  /**
   * The first {@code size} bytes of a file that does not change meanwhile.
   *
   * @param file to read
   * @param size in bytes
   * @param crc32c of these bytes
   */
  record OfFile(Path file, long size, int crc32c) implements ObjectBody {}

  /**
   * Bytes; shared, not copied.
   *
   * @param bytes all of it
   * @param crc32c of these bytes
   */
  @SuppressWarnings("ArrayRecordComponent")
  record OfBytes(byte[] bytes, int crc32c) implements ObjectBody {
    @Override
    public long size() {
      return bytes.length;
    }
  }
}
