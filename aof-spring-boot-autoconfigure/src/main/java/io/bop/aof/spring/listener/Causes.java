package io.bop.aof.spring.listener;

import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What caused a failure. */
final class Causes {

  /** Longest chain that is followed: one may lead back to itself. */
  private static final int LONGEST = 100;

  private Causes() {}

  /** Whether that is true of the failure or of one of its causes. */
  static boolean any(Throwable failure, Predicate<? super Throwable> asked) {
    @Nullable Throwable cause = failure;
    for (int i = 0; cause != null && i < LONGEST; i++) {
      if (asked.test(cause)) {
        return true;
      }
      cause = cause.getCause();
    }
    return false;
  }
}
