package io.bop.aof.testkit.proof;

import java.nio.ByteBuffer;

/** Payloads that say which attempt wrote them and whose every byte follows from that. */
final class Payloads {

  /** Attempt, index in its batch, size of the batch. */
  static final int HEADER = 16;

  private Payloads() {}

  static byte[] of(long attempt, int index, int count, int size) {
    ByteBuffer bytes = ByteBuffer.allocate(Math.max(HEADER, size));
    bytes.putLong(attempt).putInt(index).putInt(count);
    long word = attempt * 0x9E3779B97F4A7C15L + index;
    // Half of the attempts compress well, the others hardly.
    long step = (attempt & 1) == 0 ? 1 : 0xBF58476D1CE4E5B9L;
    while (bytes.remaining() >= Long.BYTES) {
      bytes.putLong(word);
      word = (word ^ word >>> 31) * step + 0x94D049BB133111EBL * (step & ~1L);
    }
    while (bytes.hasRemaining()) {
      bytes.put((byte) word);
    }
    return bytes.array();
  }

  static long attempt(byte[] payload) {
    return ByteBuffer.wrap(payload).getLong(0);
  }

  static int index(byte[] payload) {
    return ByteBuffer.wrap(payload).getInt(8);
  }
}
