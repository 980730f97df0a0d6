package io.bop.aof.spring.listener;

import io.bop.aof.ReadFrom;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Locale;

/** The text of a place to begin. */
public final class StartPosition {

  /** What a text must be. */
  public static final String RULE =
      "must be earliest, latest, offset:<number> or timestamp:<ISO 8601 instant>";

  private static final String OFFSET = "offset:";
  private static final String TIMESTAMP = "timestamp:";

  private StartPosition() {}

  /**
   * Reads {@code earliest}, {@code latest}, {@code offset:<number>} or {@code timestamp:<instant>}.
   *
   * @throws IllegalArgumentException with {@link #RULE} when it is none of them
   */
  public static ReadFrom parse(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    try {
      if (lower.equals("earliest")) {
        return ReadFrom.earliest();
      } else if (lower.equals("latest")) {
        return ReadFrom.latest();
      } else if (lower.startsWith(OFFSET)) {
        return ReadFrom.offset(Long.parseLong(text.substring(OFFSET.length()).trim()));
      } else if (lower.startsWith(TIMESTAMP)) {
        return ReadFrom.timestamp(Instant.parse(text.substring(TIMESTAMP.length()).trim()));
      }
    } catch (IllegalArgumentException | DateTimeException | ArithmeticException e) {
      throw new IllegalArgumentException(RULE, e);
    }
    throw new IllegalArgumentException(RULE);
  }
}
