package io.bop.aof.testkit.proof;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Payloads that say which attempt wrote them and whose every byte follows from that. */
final class Payloads {

  /** Attempt, index in its batch, size of the batch. */
  static final int HEADER = 16;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private Payloads() {}

  /* Made anew for each record that is read back: the tightest loop of a simulation. */
  static byte[] of(long attempt, int index, int count, int size) {
    byte[] bytes = new byte[Math.max(HEADER, size)];
    LONG.set(bytes, 0, attempt);
    LONG.set(bytes, Long.BYTES, (long) index << 32 | count);
    long word = attempt * 0x9E3779B97F4A7C15L + index;
    // Half of the attempts compress well, the others hardly.
    boolean simple = (attempt & 1) == 0;
    int at = HEADER;
    for (; at <= bytes.length - Long.BYTES; at += Long.BYTES) {
      LONG.set(bytes, at, word);
      word ^= word >>> 31;
      if (!simple) {
        // The summand is 0x94D049BB133111EB * 0xBF58476D1CE4E5B8, modulo 2^64.
        word = word * 0xBF58476D1CE4E5B9L + 0xAE049A59599817E8L;
      }
    }
    Arrays.fill(bytes, at, bytes.length, (byte) word);
    return bytes;
  }

  static long attempt(byte[] payload) {
    return ByteBuffer.wrap(payload).getLong(0);
  }

  static int index(byte[] payload) {
    return ByteBuffer.wrap(payload).getInt(8);
  }
}
