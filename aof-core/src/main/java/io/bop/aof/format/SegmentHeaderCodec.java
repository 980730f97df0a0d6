package io.bop.aof.format;

import io.bop.aof.UnsupportedFormatException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.UUID;

/** Writes and reads the header of a segment file. Stateless. */
public final class SegmentHeaderCodec {

  private static final Envelope.Kind KIND =
      new Envelope.Kind("segment header", SegmentHeaderLayout.MAGIC, SegmentHeaderLayout.VERSION);

  private SegmentHeaderCodec() {}

  /**
   * Writes both copies, and nothing else of the page. Only absolute puts: position, limit and order
   * of the buffer are neither used nor changed, so it may be shared with other threads.
   *
   * @param page at least {@link SegmentHeaderLayout#PAGE_SIZE} bytes from index 0
   */
  public static void encode(SegmentHeader h, ByteBuffer page) {
    byte[] bytes = new byte[SegmentHeaderLayout.HEADER_LENGTH];
    ByteBuffer out = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    out.putLong(SegmentHeaderLayout.MAGIC_AT, SegmentHeaderLayout.MAGIC);
    out.putInt(SegmentHeaderLayout.VERSION_AT, SegmentHeaderLayout.VERSION);
    out.putInt(SegmentHeaderLayout.HEADER_LENGTH_AT, SegmentHeaderLayout.HEADER_LENGTH);
    putUuid(out, SegmentHeaderLayout.STORE_ID_AT, h.storeId());
    out.putLong(SegmentHeaderLayout.SALT_AT, h.salt());
    out.putLong(SegmentHeaderLayout.STREAM_ID_AT, h.streamId());
    out.putLong(SegmentHeaderLayout.SEGMENT_ID_AT, h.segmentId());
    out.putLong(SegmentHeaderLayout.BASE_OFFSET_AT, h.baseOffset());
    out.putLong(SegmentHeaderLayout.BASE_BYTES_AT, h.baseBytes());
    out.putLong(SegmentHeaderLayout.FILE_SIZE_AT, h.fileSize());
    out.putLong(SegmentHeaderLayout.CREATED_MICROS_AT, h.createdMicros());
    out.putLong(SegmentHeaderLayout.EPOCH_AT, h.epoch());
    out.putInt(SegmentHeaderLayout.STATE_AT, h.state().code());
    Envelope.sign(out, bytes.length);
    page.put(SegmentHeaderLayout.FIRST_COPY_AT, bytes);
    page.put(SegmentHeaderLayout.SECOND_COPY_AT, bytes);
  }

  /**
   * {@link #decode(byte[], String)} of a file without a name.
   *
   * @throws MalformedException see there
   * @throws UnsupportedFormatException see there
   */
  public static SegmentHeader decode(byte[] page) {
    return decode(page, "segment");
  }

  /**
   * The first intact copy.
   *
   * @param page the file's first {@link SegmentHeaderLayout#PAGE_SIZE} bytes, or more
   * @param file its name, for messages
   * @throws MalformedException when neither copy is intact
   * @throws UnsupportedFormatException when the first intact copy is of a newer version
   */
  public static SegmentHeader decode(byte[] page, String file) {
    if (page.length < SegmentHeaderLayout.PAGE_SIZE) {
      throw new MalformedException(
          page.length, "segment header ends early: length=" + page.length + " file=" + file);
    }
    ByteBuffer in = ByteBuffer.wrap(page).order(ByteOrder.LITTLE_ENDIAN);
    try {
      return decodeCopy(in, SegmentHeaderLayout.FIRST_COPY_AT, file);
    } catch (MalformedException first) {
      try {
        return decodeCopy(in, SegmentHeaderLayout.SECOND_COPY_AT, file);
      } catch (MalformedException second) {
        first.addSuppressed(second);
        throw first;
      }
    }
  }

  private static SegmentHeader decodeCopy(ByteBuffer in, int at, String file) {
    Envelope.checkMagic(in, at, KIND, file);
    int length = in.getInt(at + SegmentHeaderLayout.HEADER_LENGTH_AT);
    int least = SegmentHeaderLayout.HEADER_LENGTH_AT + Integer.BYTES + Envelope.CRC_SIZE;
    if (length < least || length > SegmentHeaderLayout.SECTOR_SIZE) {
      throw new MalformedException(
          at + SegmentHeaderLayout.HEADER_LENGTH_AT,
          "damaged segment header: headerLength=" + length + " file=" + file);
    }
    Envelope.check(in, at, length, KIND, file);
    if (length != SegmentHeaderLayout.HEADER_LENGTH) {
      throw new MalformedException(
          at + SegmentHeaderLayout.HEADER_LENGTH_AT,
          "wrong length of segment header: headerLength=" + length + " file=" + file);
    }
    return fields(in, at);
  }

  private static SegmentHeader fields(ByteBuffer in, int at) {
    SlotState state = SlotState.ofCode(in.getInt(at + SegmentHeaderLayout.STATE_AT));
    try {
      return new SegmentHeader(
          getUuid(in, at + SegmentHeaderLayout.STORE_ID_AT),
          in.getLong(at + SegmentHeaderLayout.SALT_AT),
          in.getLong(at + SegmentHeaderLayout.STREAM_ID_AT),
          in.getLong(at + SegmentHeaderLayout.SEGMENT_ID_AT),
          in.getLong(at + SegmentHeaderLayout.BASE_OFFSET_AT),
          in.getLong(at + SegmentHeaderLayout.BASE_BYTES_AT),
          in.getLong(at + SegmentHeaderLayout.FILE_SIZE_AT),
          in.getLong(at + SegmentHeaderLayout.CREATED_MICROS_AT),
          in.getLong(at + SegmentHeaderLayout.EPOCH_AT),
          state);
    } catch (IllegalArgumentException e) {
      throw new MalformedException(at, String.valueOf(e.getMessage()));
    }
  }

  /** A UUID is one 128-bit integer here, so its low half comes first. */
  private static void putUuid(ByteBuffer out, int at, UUID id) {
    out.putLong(at, id.getLeastSignificantBits());
    out.putLong(at + Long.BYTES, id.getMostSignificantBits());
  }

  private static UUID getUuid(ByteBuffer in, int at) {
    return new UUID(in.getLong(at + Long.BYTES), in.getLong(at));
  }
}
