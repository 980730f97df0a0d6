package io.bop.aof.testkit.torture;

import io.bop.aof.StorageFullException;
import io.bop.aof.io.NoSpaceException;

/** Tells whether a full disk is behind a failure. */
final class DiskFull {

  private static final int DEEPEST = 20;

  private DiskFull() {}

  static boolean isCauseOf(Throwable failure) {
    Throwable cause = failure;
    for (int depth = 0; cause != null && depth < DEEPEST; depth++) {
      if (cause instanceof StorageFullException || cause instanceof NoSpaceException) {
        return true;
      }
      cause = cause.getCause();
    }
    return false;
  }
}
