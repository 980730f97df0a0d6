package io.bop.aof.zstd;

import io.bop.aof.format.RecordLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The Zstandard seekable format (contrib/seekable_format of zstd, 0.1.0), as warm files use it;
 * little-endian.
 *
 * <pre>
 *   | header page frame | frames of records ... | skippable: warm index | skippable: seek table |
 *                                               |<----------------- tail ------------------->|
 *
 *   skippable frame:  | magic u32 | content size u32 | content |
 *   seek table:       | entries: compressed size u32, decompressed size u32 | footer |
 *   footer:           | number of entries u32 | descriptor u8 | magic u32 |
 * </pre>
 *
 * There is one entry for each frame in front of the seek table: the header page, the frames of
 * records, and the warm index with a decompressed size of 0. The descriptor is 0: entries carry no
 * checksums, because each frame ends with the same one (its content checksum is on).
 */
final class SeekableLayout {
  static final int TABLE_MAGIC = 0x184D2A5E;
  static final int FOOTER_MAGIC = 0x8F92EAB1;

  static final int SKIPPABLE_HEADER_SIZE = 2 * Integer.BYTES;
  static final int ENTRY_SIZE = 2 * Integer.BYTES;
  static final int FOOTER_DESCRIPTOR_AT = Integer.BYTES;
  static final int FOOTER_MAGIC_AT = FOOTER_DESCRIPTOR_AT + Byte.BYTES;
  static final int FOOTER_SIZE = FOOTER_MAGIC_AT + Integer.BYTES;

  /** The header page's and the warm index's entries. */
  static final int FIXED_ENTRIES = 2;

  /** Uncompressed size of the header page. */
  static final int HEADER_PAGE_SIZE = 4096;

  /** No frame is larger: the largest frame setting, or one record of the largest size. */
  static final int MAX_FRAME_SIZE = RecordLayout.padded(RecordLayout.MAX_SIZE);

  /** What zstd may make of such a frame in the worst case, and some room. */
  static final int MAX_COMPRESSED_SIZE = MAX_FRAME_SIZE + (MAX_FRAME_SIZE >> 7) + 1024;

  /** A file has fewer frames; 64 MiB in frames of 16 KiB are 4,096. */
  static final int MAX_FRAMES = 1 << 20;

  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private SeekableLayout() {}

  /** Size of a seek table frame with that many entries, its skippable header included. */
  static long tableSize(long entries) {
    return SKIPPABLE_HEADER_SIZE + entries * ENTRY_SIZE + FOOTER_SIZE;
  }

  static int getInt(byte[] bytes, int at) {
    return (int) INT.get(bytes, at);
  }

  static long getUnsigned(byte[] bytes, int at) {
    return getInt(bytes, at) & 0xFFFF_FFFFL;
  }

  static void putInt(byte[] bytes, int at, int value) {
    INT.set(bytes, at, value);
  }
}
