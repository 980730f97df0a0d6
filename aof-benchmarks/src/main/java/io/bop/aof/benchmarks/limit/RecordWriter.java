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

  /** Salt of all records of the limits. */
  static final long SALT = 0x5DEECE66DL;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int CRC_HEADER = RecordLayout.HEADER_SIZE - RecordLayout.CRC_FROM;
  private static final long NANOS_PER_MICRO = 1_000;

  private final CRC32C crc = new CRC32C();
  private final byte[] header = new byte[CRC_HEADER];
  private long timestamp;
  private int checksum;

  /** Bytes that a record with such a payload takes in the file. */
  static int sizeOf(int payloadLength) {
    return RecordLayout.padded(RecordLayout.HEADER_SIZE + payloadLength);
  }

  /** What comes before the claim: the clock and the CRC, from the source array. */
  void prepare(byte[] payload) {
    timestamp = System.nanoTime() / NANOS_PER_MICRO;
    LONG.set(header, 0, timestamp);
    crc.reset();
    crc.update(header, 0, CRC_HEADER);
    crc.update(payload, 0, payload.length);
    checksum = (int) crc.getValue();
  }

  /** What comes after the claim: the copy. */
  void write(ByteBuffer target, int at, byte[] payload, long offset) {
    int size = RecordLayout.HEADER_SIZE + payload.length;
    int bound = RecordChecksum.of(checksum, size, SALT, offset);
    target.putInt(at + RecordLayout.SIZE_AT, size);
    target.putInt(at + RecordLayout.CHECKSUM_AT, bound);
    target.putLong(at + RecordLayout.OFFSET_AT, offset);
    target.putLong(at + RecordLayout.TIMESTAMP_AT, timestamp);
    target.putLong(at + RecordLayout.FLAGS_AT, 0L);
    target.put(at + RecordLayout.HEADER_SIZE, payload, 0, payload.length);
    for (int pad = at + size; pad < at + RecordLayout.padded(size); pad++) {
      target.put(pad, (byte) 0);
    }
  }
}
