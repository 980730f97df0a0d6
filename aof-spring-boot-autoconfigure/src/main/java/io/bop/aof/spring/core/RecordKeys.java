package io.bop.aof.spring.core;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.UUID;

/** Bytes of a key. */
final class RecordKeys {

  /*
   * A closed list: the text of an arbitrary object may hold its identity or change with its class,
   * and records would then never be found by their key again.
   */

  private RecordKeys() {}

  static byte[] toBytes(Object key) {
    Objects.requireNonNull(key, "key must not be null");
    if (key instanceof byte[] bytes) {
      return bytes;
    }
    if (key instanceof ByteBuffer buffer) {
      byte[] copy = new byte[buffer.remaining()];
      buffer.duplicate().get(copy);
      return copy;
    }
    if (key instanceof Enum<?> constant) {
      return utf8(constant.name());
    }
    if (key instanceof CharSequence
        || key instanceof Number
        || key instanceof Character
        || key instanceof Boolean
        || key instanceof UUID) {
      return utf8(key.toString());
    }
    throw new IllegalArgumentException(
        "cannot be a key: type="
            + key.getClass().getName()
            + " action=give text, a number, a UUID, an enum or bytes");
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
