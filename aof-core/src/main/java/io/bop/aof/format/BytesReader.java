package io.bop.aof.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * Little-endian reads that end in {@link MalformedException} instead of running over the end.
 * Confined to one thread.
 */
final class BytesReader {

  private final ByteBuffer in;

  BytesReader(byte[] bytes, int from, int to) {
    in = ByteBuffer.wrap(bytes, from, to - from).order(ByteOrder.LITTLE_ENDIAN);
  }

  int u8() {
    need(1);
    return in.get() & 0xFF;
  }

  int u16() {
    need(Short.BYTES);
    return in.getShort() & 0xFFFF;
  }

  int u32() {
    need(Integer.BYTES);
    return in.getInt();
  }

  long u64() {
    need(Long.BYTES);
    return in.getLong();
  }

  UUID uuid() {
    long low = u64();
    return new UUID(u64(), low);
  }

  boolean bool() {
    int value = u8();
    if (value > 1) {
      throw malformed("not a yes or no: value=" + value);
    }
    return value == 1;
  }

  /** A number that is never negative. */
  long natural(String what) {
    long value = u64();
    if (value < 0) {
      throw malformed(what + " is negative: value=" + value);
    }
    return value;
  }

  /** A small number that is never negative. */
  int natural32(String what) {
    int value = u32();
    if (value < 0) {
      throw malformed(what + " is negative: value=" + value);
    }
    return value;
  }

  /** Zeros that no version uses yet. */
  void reserved() {
    long value = u64();
    if (value != 0) {
      throw malformed("reserved bytes are not zero: value=" + value);
    }
  }

  /** A count of things of at least {@code size} bytes each, all of which must still be there. */
  int count(int size) {
    int value = u32();
    if (value < 0 || (long) value * size > in.remaining()) {
      throw malformed("count does not fit: count=" + value);
    }
    return value;
  }

  byte[] raw(int length) {
    need(length);
    byte[] part = new byte[length];
    in.get(part);
    return part;
  }

  byte[] sized() {
    return raw(u32());
  }

  byte[] rest() {
    return raw(in.remaining());
  }

  String text() {
    byte[] utf8 = raw(u16());
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
    } catch (CharacterCodingException e) {
      throw malformed("text is not UTF-8");
    }
  }

  void end() {
    if (in.hasRemaining()) {
      throw malformed("bytes behind the end: count=" + in.remaining());
    }
  }

  MalformedException malformed(String reason) {
    return new MalformedException(in.position(), reason);
  }

  private void need(int length) {
    if (length < 0 || in.remaining() < length) {
      throw malformed("ends early: wanted=" + length + " left=" + in.remaining());
    }
  }
}
