package io.bop.aof.format;

import io.bop.aof.UnsupportedFormatException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.UUID;

/**
 * Byte layout of one slot of a cursor's file; little-endian. The file holds two, written in turn,
 * each in a sector of its own; the intact one with the higher sequence counts.
 *
 * <pre>
 *   0       8         12           16        32         40
 *   | magic | version | slotLength | storeId | sequence | consumer (u16 length, UTF-8) | ...
 *
 *                                                     508   512
 *   ... | streamId | epoch | offset | savedAt | zeros | crc |
 * </pre>
 *
 * The CRC covers the bytes before it.
 */
public final class CursorSlotCodec {
  /** As the file shows it. */
  public static final long MAGIC = Magic.of("AOF2CURS");

  /** The version that is written, and the newest that can be read. */
  public static final int VERSION = 1;

  /** Bytes of one slot. */
  public static final int SIZE = 512;

  /** Bytes of the file. */
  public static final int FILE_SIZE = 2 * SIZE;

  static final int SLOT_LENGTH_AT = 12;
  static final int BODY_AT = 16;
  static final int CRC_AT = SIZE - Integer.BYTES;

  private static final Envelope.Kind KIND = new Envelope.Kind("cursor", MAGIC, VERSION);

  private CursorSlotCodec() {}

  /**
   * What a slot says.
   *
   * @param storeId the store
   * @param sequence rises with each save of this cursor, at least 1
   * @param entry the place
   */
  public record CursorSlot(UUID storeId, long sequence, CursorEntry entry) {}

  /** The slot's {@link #SIZE} bytes. */
  public static byte[] encode(CursorSlot slot) {
    BytesWriter body = new BytesWriter(SIZE);
    body.u64(MAGIC).u32(VERSION).u32(SIZE).uuid(slot.storeId()).u64(slot.sequence());
    slot.entry().write(body);
    if (body.size() > CRC_AT) {
      throw new IllegalArgumentException(
          "cursor does not fit: consumer=" + slot.entry().consumer());
    }
    ByteBuffer out = ByteBuffer.allocate(SIZE).order(ByteOrder.LITTLE_ENDIAN);
    out.put(0, body.toBytes());
    Envelope.sign(out, SIZE);
    return out.array();
  }

  /**
   * The slot that begins at an index.
   *
   * @param file its name, for messages
   * @throws MalformedException when there is none, or it is damaged
   * @throws UnsupportedFormatException when it is intact and of a newer version
   */
  public static CursorSlot decode(byte[] bytes, int at, String file) {
    if (at < 0 || bytes.length - at < SIZE) {
      throw new MalformedException(at, "cursor ends early: size=" + bytes.length);
    }
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    Envelope.check(in, at, SIZE, KIND, file);
    if (in.getInt(at + SLOT_LENGTH_AT) != SIZE) {
      throw new MalformedException(at, "cursor makes no sense: file=" + file);
    }
    BytesReader body = new BytesReader(bytes, at + BODY_AT, at + CRC_AT);
    CursorSlot slot = new CursorSlot(body.uuid(), body.natural("sequence"), CursorEntry.read(body));
    for (byte zero : body.rest()) {
      if (zero != 0) {
        throw body.malformed("bytes behind the cursor are not zero: file=" + file);
      }
    }
    return slot;
  }
}
