package io.bop.aof.format;

import io.bop.aof.RecordHeaders;
import io.bop.aof.RecordHeaders.Header;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Headers of a record: {@code u16 count}, then per header {@code u16 nameLength, name (UTF-8), u32
 * valueLength, value}; little-endian.
 */
public final class HeadersCodec {

  private static final byte[] NONE = new byte[0];

  private HeadersCodec() {}

  /** The encoded headers; empty when there are none. */
  public static byte[] encode(RecordHeaders headers) {
    if (headers.isEmpty()) {
      return NONE;
    }
    int count = headers.count();
    byte[][] names = new byte[count][];
    long size = Short.BYTES;
    for (int i = 0; i < count; i++) {
      Header header = headers.asList().get(i);
      names[i] = header.name().getBytes(StandardCharsets.UTF_8);
      size += Short.BYTES + names[i].length + Integer.BYTES + header.value().length;
    }
    if (size > RecordLayout.MAX_SIZE) {
      throw new IllegalArgumentException("headers are too large: size=" + size);
    }
    ByteBuffer out = ByteBuffer.allocate((int) size).order(ByteOrder.LITTLE_ENDIAN);
    out.putShort((short) count);
    for (int i = 0; i < count; i++) {
      byte[] value = headers.asList().get(i).value();
      out.putShort((short) names[i].length).put(names[i]).putInt(value.length).put(value);
    }
    return out.array();
  }

  /**
   * The headers in {@code bytes[at, at + length)}.
   *
   * @throws MalformedException when they do not add up
   */
  public static RecordHeaders decode(byte[] bytes, int at, int length) {
    if (length == 0) {
      return RecordHeaders.empty();
    }
    ByteBuffer in = ByteBuffer.wrap(bytes, at, length).order(ByteOrder.LITTLE_ENDIAN);
    need(in, at, Short.BYTES);
    int count = in.getShort() & 0xFFFF;
    List<Header> headers = new ArrayList<>(Math.min(count, 64));
    for (int i = 0; i < count; i++) {
      need(in, at, Short.BYTES);
      String name = name(in, at, in.getShort() & 0xFFFF);
      need(in, at, Integer.BYTES);
      byte[] value = take(in, at, in.getInt());
      headers.add(new Header(name, value));
    }
    if (in.hasRemaining()) {
      throw new MalformedException(in.position() - at, "bytes behind the last header");
    }
    return RecordHeaders.of(headers);
  }

  private static String name(ByteBuffer in, int at, int length) {
    if (length == 0) {
      throw new MalformedException(in.position() - at, "header without a name");
    }
    byte[] bytes = take(in, at, length);
    String name = new String(bytes, StandardCharsets.UTF_8);
    // Strict: a replaced byte would be another name, and a longer one than may be encoded again.
    if (!Arrays.equals(name.getBytes(StandardCharsets.UTF_8), bytes)) {
      throw new MalformedException(in.position() - at - length, "header name is not UTF-8");
    }
    return name;
  }

  private static byte[] take(ByteBuffer in, int at, int length) {
    need(in, at, length);
    byte[] part = new byte[length];
    in.get(part);
    return part;
  }

  private static void need(ByteBuffer in, int at, int length) {
    if (length < 0 || in.remaining() < length) {
      throw new MalformedException(in.position() - at, "headers end early: length=" + length);
    }
  }
}
