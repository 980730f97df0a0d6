package io.bop.aof.spring.boot.metrics;

import java.util.Locale;

/** Tag values. */
final class TagValues {

  private TagValues() {}

  /** Name of a constant as a tag value: {@code NO_SPACE} is {@code no_space}. */
  static String of(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
