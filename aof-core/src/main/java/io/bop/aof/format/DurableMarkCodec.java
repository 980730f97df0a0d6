package io.bop.aof.format;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * Writes and reads durable marks without allocating. Confined to one thread: it keeps a scratch
 * buffer and a CRC.
 */
public final class DurableMarkCodec {

  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final CRC32C crc = new CRC32C();
  private final byte[] scratch = new byte[DurableMarkLayout.SIZE];

  /** A codec for one thread. */
  public DurableMarkCodec() {}

  /**
   * Writes one mark. Only an absolute put: position, limit and order of the buffer are neither used
   * nor changed.
   *
   * @param page the header page of the file, from index 0
   * @param slot 0 or 1; take them in turn, so that a torn write leaves the other one
   * @param salt the segment's
   * @param position all bytes of the file below it are durable; at least 0
   */
  public void write(ByteBuffer page, int slot, long salt, long position) {
    if (position < 0) {
      throw new IllegalArgumentException("position must not be negative: position=" + position);
    }
    LONG.set(scratch, DurableMarkLayout.SALT_AT, salt);
    LONG.set(scratch, DurableMarkLayout.POSITION_AT, position);
    INT.set(scratch, DurableMarkLayout.CRC_AT, crc(scratch, 0));
    page.put(DurableMarkLayout.at(slot), scratch, 0, DurableMarkLayout.SIZE);
  }

  /**
   * The highest position of an intact mark with that salt; 0 when there is none.
   *
   * @param page the file's first bytes; marks that it does not hold whole do not count
   */
  public long read(byte[] page, long salt) {
    long highest = 0;
    for (int slot = 0; slot < DurableMarkLayout.SLOTS; slot++) {
      int at = DurableMarkLayout.at(slot);
      if (page.length - at >= DurableMarkLayout.SIZE && isValid(page, at, salt)) {
        highest = Math.max(highest, (long) LONG.get(page, at + DurableMarkLayout.POSITION_AT));
      }
    }
    return highest;
  }

  private boolean isValid(byte[] page, int at, long salt) {
    return (long) LONG.get(page, at + DurableMarkLayout.SALT_AT) == salt
        && (int) INT.get(page, at + DurableMarkLayout.CRC_AT) == crc(page, at);
  }

  private int crc(byte[] bytes, int at) {
    crc.reset();
    crc.update(bytes, at, DurableMarkLayout.CRC_AT);
    return (int) crc.getValue();
  }
}
