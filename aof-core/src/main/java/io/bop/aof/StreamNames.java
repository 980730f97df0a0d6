package io.bop.aof;

import java.util.regex.Pattern;

/** The rule for names of streams. */
public final class StreamNames {

  /** The rule, as a regular expression. */
  public static final String RULE = "[A-Za-z0-9][A-Za-z0-9._-]{0,127}";

  private static final Pattern PATTERN = Pattern.compile(RULE);

  private StreamNames() {}

  /** Whether the name obeys the rule. */
  public static boolean isValid(String name) {
    return PATTERN.matcher(name).matches();
  }

  /**
   * The name, if it obeys the rule.
   *
   * @throws IllegalArgumentException when it does not
   */
  public static String requireValid(String name) {
    if (!isValid(name)) {
      throw new IllegalArgumentException("illegal stream name: '" + name + "' must be " + RULE);
    }
    return name;
  }
}
