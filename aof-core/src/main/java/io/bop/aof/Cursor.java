package io.bop.aof;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A place in a stream that notices when the store was taken over below it. An offset alone does
 * not: after a takeover other records may stand there.
 *
 * @param epoch of the store's writer when the place was noted, at least 0
 * @param offset the place, at least 0
 */
public record Cursor(long epoch, long offset) {

  private static final Pattern TEXT = Pattern.compile("(\\d{1,18}):(\\d{1,18})");

  /** Checks both. */
  public Cursor {
    if (epoch < 0 || offset < 0) {
      throw new IllegalArgumentException(
          "cursor must not be negative: epoch=" + epoch + " offset=" + offset);
    }
  }

  /**
   * Reads back {@link #toString()}.
   *
   * @throws IllegalArgumentException when it is not a cursor's text
   */
  public static Cursor parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("not a cursor, expected epoch:offset: text=" + text);
    }
    return new Cursor(Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2)));
  }

  /** {@code epoch:offset}, to be kept and {@linkplain #parse parsed}. */
  @Override
  public String toString() {
    return epoch + ":" + offset;
  }
}
