package io.bop.aof.format;

import io.bop.aof.UnsupportedFormatException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Writes and reads the footer of a sealed segment. Stateless. */
public final class SegmentFooterCodec {

  private static final Envelope.Kind KIND =
      new Envelope.Kind("segment footer", SegmentFooterLayout.MAGIC, SegmentFooterLayout.VERSION);

  private SegmentFooterCodec() {}

  /**
   * Writes the footer's {@link SegmentFooterLayout#SIZE} bytes. Only an absolute put: position,
   * limit and order of the buffer are neither used nor changed.
   *
   * @param at index of its first byte
   */
  public static void encode(SegmentFooter footer, ByteBuffer file, int at) {
    file.put(at, bytes(footer));
  }

  /** The footer's {@link SegmentFooterLayout#SIZE} bytes. */
  static byte[] bytes(SegmentFooter footer) {
    byte[] bytes = new byte[SegmentFooterLayout.SIZE];
    ByteBuffer out = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    out.putLong(SegmentFooterLayout.MAGIC_AT, SegmentFooterLayout.MAGIC);
    out.putInt(SegmentFooterLayout.VERSION_AT, SegmentFooterLayout.VERSION);
    out.putInt(SegmentFooterLayout.FOOTER_LENGTH_AT, SegmentFooterLayout.SIZE);
    out.putLong(SegmentFooterLayout.SEGMENT_ID_AT, footer.segmentId());
    out.putLong(SegmentFooterLayout.SALT_AT, footer.salt());
    out.putLong(SegmentFooterLayout.BASE_OFFSET_AT, footer.baseOffset());
    out.putLong(SegmentFooterLayout.RECORD_COUNT_AT, footer.recordCount());
    out.putLong(SegmentFooterLayout.DATA_END_AT, footer.dataEnd());
    out.putLong(SegmentFooterLayout.INDEX_POSITION_AT, footer.indexPosition());
    out.putInt(SegmentFooterLayout.INDEX_COUNT_AT, footer.indexCount());
    out.putInt(SegmentFooterLayout.RECORDS_CRC_AT, footer.recordsCrc());
    out.putLong(SegmentFooterLayout.MIN_TIMESTAMP_AT, footer.minTimestamp());
    out.putLong(SegmentFooterLayout.MAX_TIMESTAMP_AT, footer.maxTimestamp());
    out.putLong(SegmentFooterLayout.LAST_EXT_ID_AT, footer.lastExtId());
    out.putLong(SegmentFooterLayout.SEALED_AT_MICROS_AT, footer.sealedAtMicros());
    int extId = footer.hasLastExtId() ? SegmentFooterLayout.FLAG_HAS_LAST_EXT_ID : 0;
    out.putInt(SegmentFooterLayout.FLAGS_AT, footer.flags() | extId);
    Envelope.sign(out, bytes.length);
    return bytes;
  }

  /**
   * {@link #decode(byte[], int, String)} of a file without a name.
   *
   * @throws MalformedException see there
   * @throws UnsupportedFormatException see there
   */
  public static SegmentFooter decode(byte[] bytes, int at) {
    return decode(bytes, at, "segment");
  }

  /**
   * The footer that begins at an index. Its own fields are checked, not whether they fit the file.
   *
   * @param file its name, for messages
   * @throws MalformedException when there is no footer, or it is damaged
   * @throws UnsupportedFormatException when it is intact and of a newer version
   */
  public static SegmentFooter decode(byte[] bytes, int at, String file) {
    if (at < 0 || bytes.length - at < SegmentFooterLayout.SIZE) {
      throw new MalformedException(
          at, "segment footer ends early: length=" + bytes.length + " file=" + file);
    }
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    Envelope.check(in, at, SegmentFooterLayout.SIZE, KIND, file);
    int length = in.getInt(at + SegmentFooterLayout.FOOTER_LENGTH_AT);
    if (length != SegmentFooterLayout.SIZE) {
      throw new MalformedException(
          at + SegmentFooterLayout.FOOTER_LENGTH_AT,
          "wrong length of segment footer: footerLength=" + length + " file=" + file);
    }
    for (int i = SegmentFooterLayout.ZEROS_AT; i < SegmentFooterLayout.CRC_AT; i++) {
      if (bytes[at + i] != 0) {
        throw new MalformedException(at + i, "reserved bytes are not zero: file=" + file);
      }
    }
    return fields(in, at);
  }

  private static SegmentFooter fields(ByteBuffer in, int at) {
    int flags = in.getInt(at + SegmentFooterLayout.FLAGS_AT);
    try {
      return new SegmentFooter(
          in.getLong(at + SegmentFooterLayout.SEGMENT_ID_AT),
          in.getLong(at + SegmentFooterLayout.SALT_AT),
          in.getLong(at + SegmentFooterLayout.BASE_OFFSET_AT),
          in.getLong(at + SegmentFooterLayout.RECORD_COUNT_AT),
          in.getLong(at + SegmentFooterLayout.DATA_END_AT),
          in.getLong(at + SegmentFooterLayout.INDEX_POSITION_AT),
          in.getInt(at + SegmentFooterLayout.INDEX_COUNT_AT),
          in.getLong(at + SegmentFooterLayout.MIN_TIMESTAMP_AT),
          in.getLong(at + SegmentFooterLayout.MAX_TIMESTAMP_AT),
          in.getInt(at + SegmentFooterLayout.RECORDS_CRC_AT),
          (flags & SegmentFooterLayout.FLAG_HAS_LAST_EXT_ID) != 0,
          in.getLong(at + SegmentFooterLayout.LAST_EXT_ID_AT),
          in.getLong(at + SegmentFooterLayout.SEALED_AT_MICROS_AT),
          flags & ~SegmentFooterLayout.FLAG_HAS_LAST_EXT_ID);
    } catch (IllegalArgumentException e) {
      throw new MalformedException(at, String.valueOf(e.getMessage()));
    }
  }
}
