package io.bop.aof.objectstore;

/**
 * The rule for keys, the same for every implementation: a key that one store takes, all take.
 * Immutable.
 */
public final class ObjectKeys {

  /** Most characters of a key. */
  public static final int MAX_LENGTH = 512;

  /** Most characters between two slashes: file systems take 255, sidecars need some of them. */
  public static final int MAX_SEGMENT_LENGTH = 200;

  private static final String RULE =
      "1 to 512 characters of [A-Za-z0-9._/-], each segment 1 to 200 characters and not . or ..,"
          + " the first not beginning with a dot";

  private ObjectKeys() {}

  /**
   * Returns the key.
   *
   * @throws IllegalArgumentException when it is not legal
   */
  public static String check(String key) {
    if (!isLegal(key)) {
      throw new IllegalArgumentException("illegal object key: key='" + key + "' rule=" + RULE);
    }
    return key;
  }

  /**
   * Returns the prefix: empty, or the beginning of a legal key.
   *
   * @throws IllegalArgumentException when no legal key begins so
   */
  public static String checkPrefix(String prefix) {
    boolean legal = prefix.isEmpty() || prefix.length() < MAX_LENGTH && isLegal(prefix + "0");
    if (!legal) {
      throw new IllegalArgumentException("illegal key prefix: prefix='" + prefix + "'");
    }
    return prefix;
  }

  /** Whether it keeps the rule. */
  public static boolean isLegal(String key) {
    if (key.isEmpty() || key.length() > MAX_LENGTH || key.charAt(0) == '.') {
      return false;
    }
    int start = 0;
    for (int i = 0; i <= key.length(); i++) {
      if (i == key.length() || key.charAt(i) == '/') {
        if (!isLegalSegment(key, start, i)) {
          return false;
        }
        start = i + 1;
      }
    }
    return true;
  }

  private static boolean isLegalSegment(String key, int from, int to) {
    int length = to - from;
    if (length < 1 || length > MAX_SEGMENT_LENGTH) {
      return false;
    }
    for (int i = from; i < to; i++) {
      if (!isLegalCharacter(key.charAt(i))) {
        return false;
      }
    }
    boolean dots = key.charAt(from) == '.' && key.charAt(to - 1) == '.';
    return !(dots && length <= 2);
  }

  private static boolean isLegalCharacter(char c) {
    return c >= 'a' && c <= 'z'
        || c >= 'A' && c <= 'Z'
        || c >= '0' && c <= '9'
        || c == '.'
        || c == '_'
        || c == '-';
  }
}
