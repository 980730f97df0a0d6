package io.bop.aof.format;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;
import java.util.zip.CRC32C;

/** A little-endian array that grows. Confined to one thread. */
final class BytesWriter {

  private byte[] bytes;
  private int size;

  BytesWriter(int capacity) {
    bytes = new byte[Math.max(capacity, 64)];
  }

  int size() {
    return size;
  }

  BytesWriter u8(int value) {
    grow(1);
    bytes[size++] = (byte) value;
    return this;
  }

  BytesWriter u16(int value) {
    return u8(value).u8(value >>> 8);
  }

  BytesWriter u32(int value) {
    grow(Integer.BYTES);
    setInt(size, value);
    size += Integer.BYTES;
    return this;
  }

  BytesWriter u64(long value) {
    return u32((int) value).u32((int) (value >>> 32));
  }

  BytesWriter uuid(UUID value) {
    return u64(value.getLeastSignificantBits()).u64(value.getMostSignificantBits());
  }

  /** Without a length. */
  BytesWriter raw(byte[] value) {
    grow(value.length);
    System.arraycopy(value, 0, bytes, size, value.length);
    size += value.length;
    return this;
  }

  /** {@code u32} length, then the bytes. */
  BytesWriter sized(byte[] value) {
    return u32(value.length).raw(value);
  }

  /** {@code u16} length, then UTF-8. */
  BytesWriter text(String value) {
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    if (utf8.length > 0xFFFF) {
      throw new IllegalArgumentException("text is too long: bytes=" + utf8.length);
    }
    return u16(utf8.length).raw(utf8);
  }

  void setInt(int at, int value) {
    bytes[at] = (byte) value;
    bytes[at + 1] = (byte) (value >>> 8);
    bytes[at + 2] = (byte) (value >>> 16);
    bytes[at + 3] = (byte) (value >>> 24);
  }

  /** CRC32C of everything so far. */
  int crc() {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, size);
    return (int) crc.getValue();
  }

  byte[] toBytes() {
    return bytes.length == size ? bytes : Arrays.copyOf(bytes, size);
  }

  private void grow(int more) {
    int needed = Math.addExact(size, more);
    if (needed > bytes.length) {
      int doubled = (int) Math.min(Integer.MAX_VALUE - 8L, bytes.length * 2L);
      bytes = Arrays.copyOf(bytes, Math.max(needed, doubled));
    }
  }
}
