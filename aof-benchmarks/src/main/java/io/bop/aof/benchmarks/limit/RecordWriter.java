package io.bop.aof.benchmarks.limit;

import io.bop.aof.format.RecordChecksum;
import io.bop.aof.format.RecordLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * Writes records in the engine's own format: the least work that gives the same bytes. Confined to
 * one thread.
 */
final class RecordWriter {

  /* A small record is put together in an array, which takes one CRC call and one copy; from about
  256 bytes on the second copy costs more than the calls that it saves, so that the payload is read
  where it is. */

  /** Salt of all records of the limits. */
  static final long SALT = 0x5DEECE66DL;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int CRC_HEADER = RecordLayout.HEADER_SIZE - RecordLayout.CRC_FROM;
  private static final int LARGEST_STAGED = 256;
  private static final long NANOS_PER_MICRO = 1_000;

  private final CRC32C crc = new CRC32C();
  private final byte[] staged =
      new byte[RecordLayout.padded(RecordLayout.HEADER_SIZE + LARGEST_STAGED)];
  private int checksum;

  /** Bytes that a record with such a payload takes in the file. */
  static int sizeOf(int payloadLength) {
    return RecordLayout.padded(RecordLayout.HEADER_SIZE + payloadLength);
  }

  /** What comes before the claim: the clock and the CRC. */
  void prepare(byte[] payload) {
    LONG.set(staged, RecordLayout.TIMESTAMP_AT, System.nanoTime() / NANOS_PER_MICRO);
    crc.reset();
    if (payload.length <= LARGEST_STAGED) {
      System.arraycopy(payload, 0, staged, RecordLayout.HEADER_SIZE, payload.length);
      crc.update(staged, RecordLayout.CRC_FROM, CRC_HEADER + payload.length);
    } else {
      crc.update(staged, RecordLayout.CRC_FROM, CRC_HEADER);
      crc.update(payload, 0, payload.length);
    }
    checksum = (int) crc.getValue();
  }

  /** What comes after the claim: the copy. */
  void write(ByteBuffer target, int at, byte[] payload, long offset) {
    int size = RecordLayout.HEADER_SIZE + payload.length;
    int bound = RecordChecksum.of(checksum, size, SALT, offset);
    INT.set(staged, RecordLayout.SIZE_AT, size);
    INT.set(staged, RecordLayout.CHECKSUM_AT, bound);
    LONG.set(staged, RecordLayout.OFFSET_AT, offset);
    if (payload.length <= LARGEST_STAGED) {
      target.put(at, staged, 0, size);
    } else {
      target.put(at, staged, 0, RecordLayout.HEADER_SIZE);
      target.put(at + RecordLayout.HEADER_SIZE, payload, 0, payload.length);
    }
    for (int pad = at + size; pad < at + RecordLayout.padded(size); pad++) {
      target.put(pad, (byte) 0);
    }
  }
}
