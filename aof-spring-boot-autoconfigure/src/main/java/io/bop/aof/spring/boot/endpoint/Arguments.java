package io.bop.aof.spring.boot.endpoint;

import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.convert.DurationStyle;

/** Reads arguments; what is wrong with one is said so that the caller can put it right. */
final class Arguments {

  /** An argument is wrong. */
  static final class WrongException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    WrongException(String message) {
      super(message);
    }
  }

  private Arguments() {}

  static long number(String name, @Nullable String text, long otherwise, long lowest, long most) {
    if (text == null) {
      return otherwise;
    }
    try {
      long value = Long.parseLong(text.strip());
      if (value >= lowest && value <= most) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw notANumber(name, text, lowest, most);
    }
    throw notANumber(name, text, lowest, most);
  }

  private static WrongException notANumber(String name, String text, long lowest, long most) {
    String range = most == Long.MAX_VALUE ? "from " + lowest : "from " + lowest + " to " + most;
    return new WrongException(name + " must be a whole number " + range + ": " + text);
  }

  static String required(String name, @Nullable String text) {
    if (text == null || text.isBlank()) {
      throw new WrongException(name + " is missing in the body");
    }
    return text;
  }

  static Duration duration(String name, @Nullable String text, Duration otherwise, Duration most) {
    if (text == null) {
      return otherwise;
    }
    try {
      Duration value = DurationStyle.detectAndParse(text);
      if (!value.isNegative() && value.compareTo(most) <= 0) {
        return value;
      }
    } catch (IllegalArgumentException e) {
      throw notADuration(name, text, most);
    }
    throw notADuration(name, text, most);
  }

  private static WrongException notADuration(String name, String text, Duration most) {
    return new WrongException(
        name + " must be a duration such as 30s, at most " + most.toSeconds() + "s: " + text);
  }

  /** The constant of that name, in upper or lower case, with hyphens or underscores. */
  static <E extends Enum<E>> E constant(String name, String text, Class<E> type) {
    String wanted = text.strip().toUpperCase(Locale.ROOT).replace('-', '_');
    for (E constant : type.getEnumConstants()) {
      if (constant.name().equals(wanted)) {
        return constant;
      }
    }
    String known =
        Arrays.stream(type.getEnumConstants())
            .map(c -> c.name().toLowerCase(Locale.ROOT).replace('_', '-'))
            .collect(Collectors.joining(", "));
    throw new WrongException(name + " must be one of " + known + ": " + text);
  }
}
