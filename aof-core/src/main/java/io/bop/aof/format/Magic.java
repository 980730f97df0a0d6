package io.bop.aof.format;

/** The first eight bytes of every file and structure of ours: readable text. */
public final class Magic {

  /** Bytes of a magic. */
  public static final int SIZE = Long.BYTES;

  private Magic() {}

  /**
   * The little-endian integer whose bytes read as the text.
   *
   * @param text eight ASCII characters
   */
  public static long of(String text) {
    if (text.length() != SIZE) {
      throw new IllegalArgumentException("magic must have 8 characters: text=" + text);
    }
    long value = 0;
    for (int i = SIZE - 1; i >= 0; i--) {
      char letter = text.charAt(i);
      if (letter > 0x7F) {
        throw new IllegalArgumentException("magic must be ASCII: text=" + text);
      }
      value = value << Byte.SIZE | letter;
    }
    return value;
  }
}
