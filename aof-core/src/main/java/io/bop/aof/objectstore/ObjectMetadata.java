package io.bop.aof.objectstore;

import java.util.Collections;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/** Names and rules of the metadata that objects carry. */
public final class ObjectMetadata {

  /** CRC32C of the object, {@link #crc32cText eight hex digits}. */
  public static final String CRC32C = "aof-crc32c";

  /** What the object is: a name and a version. */
  public static final String FORMAT = "aof-format";

  /** Epoch of the writer that put it, in decimal. */
  public static final String EPOCH = "aof-epoch";

  /** Most entries of one object. */
  public static final int MAX_ENTRIES = 16;

  /** Most characters of a value. */
  public static final int MAX_VALUE_LENGTH = 256;

  private static final String NAME_PREFIX = "aof-";
  private static final int MAX_NAME_LENGTH = 64;

  private ObjectMetadata() {}

  /** What the engine writes to each object of its formats. */
  public static Map<String, String> of(int crc32c, long epoch) {
    Map<String, String> metadata = new TreeMap<>();
    metadata.put(CRC32C, crc32cText(crc32c));
    metadata.put(FORMAT, "1");
    metadata.put(EPOCH, Long.toString(epoch));
    return Collections.unmodifiableMap(metadata);
  }

  /** A CRC32C as it stands in metadata: eight hex digits in lower case. */
  public static String crc32cText(int crc32c) {
    return HexFormat.of().toHexDigits(crc32c);
  }

  /**
   * Checks names ({@code aof-} and then {@code [a-z0-9-]}), values (printable ASCII, no blank at
   * either end) and their number.
   *
   * @throws IllegalArgumentException naming the entry that is not legal
   */
  public static void check(Map<String, String> metadata) {
    if (metadata.size() > MAX_ENTRIES) {
      throw new IllegalArgumentException(
          "too many metadata entries: count=" + metadata.size() + " limit=" + MAX_ENTRIES);
    }
    metadata.forEach(
        (name, value) -> {
          if (!isName(name) || !isValue(value)) {
            throw new IllegalArgumentException(
                "illegal object metadata: name='" + name + "' value='" + value + "'");
          }
        });
  }

  private static boolean isName(String name) {
    if (!name.startsWith(NAME_PREFIX)
        || name.length() == NAME_PREFIX.length()
        || name.length() > MAX_NAME_LENGTH) {
      return false;
    }
    return name.chars().allMatch(c -> c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-');
  }

  private static boolean isValue(String value) {
    return !value.isEmpty()
        && value.length() <= MAX_VALUE_LENGTH
        && value.strip().length() == value.length()
        && value.chars().allMatch(c -> c >= ' ' && c <= '~');
  }
}
