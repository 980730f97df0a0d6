package io.bop.aof.objectstore.s3;

import java.util.Locale;
import java.util.Map;

/**
 * What a service turned out to do. Immutable.
 *
 * @param condition with {@code If-None-Match: *} on a put
 * @param crc32c with the CRC32C of a body
 */
record Capabilities(Condition condition, Checksum crc32c) {

  /** What becomes of a condition. */
  enum Condition {
    /** It holds: an object is never overwritten. */
    HONOURED,
    /** It is overlooked: an object is overwritten. */
    IGNORED,
    /** The request is an error. */
    REFUSED
  }

  /** What becomes of a checksum. */
  enum Checksum {
    /** A body that does not match is not stored. */
    VERIFIED,
    /** A body that does not match is stored. */
    IGNORED,
    /** The request is an error. */
    REFUSED,
    /** Nobody asked. */
    UNKNOWN
  }

  /** For people: a word for each. */
  Map<String, String> words() {
    return Map.of("conditional-put", word(condition), "crc32c", word(crc32c));
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
