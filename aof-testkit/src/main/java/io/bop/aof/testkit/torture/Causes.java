package io.bop.aof.testkit.torture;

import io.bop.aof.StorageFullException;
import io.bop.aof.StoreClosedException;
import io.bop.aof.io.NoSpaceException;
import java.util.function.Predicate;

/** Tells what is behind a failure. */
final class Causes {

  private static final int DEEPEST = 20;

  private Causes() {}

  /** Whether the disk was full. */
  static boolean isDiskFull(Throwable failure) {
    return any(
        failure,
        cause -> cause instanceof StorageFullException || cause instanceof NoSpaceException);
  }

  /** Whether the store was closed meanwhile. */
  static boolean isClosed(Throwable failure) {
    return any(failure, cause -> cause instanceof StoreClosedException);
  }

  private static boolean any(Throwable failure, Predicate<Throwable> wanted) {
    Throwable cause = failure;
    for (int depth = 0; cause != null && depth < DEEPEST; depth++) {
      if (wanted.test(cause)) {
        return true;
      }
      cause = cause.getCause();
    }
    return false;
  }
}
