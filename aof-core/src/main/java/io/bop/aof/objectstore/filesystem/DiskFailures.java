package io.bop.aof.objectstore.filesystem;

import io.bop.aof.io.NoSpaceException;
import io.bop.aof.objectstore.ObjectStoreException;
import io.bop.aof.objectstore.ObjectStoreException.Reason;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NotDirectoryException;
import java.util.Locale;

/** What a failure of the disk means to an object store. */
final class DiskFailures {

  private DiskFailures() {}

  static ObjectStoreException of(String operation, String place, IOException failure) {
    if (failure instanceof ObjectStoreException known) {
      return known;
    }
    Reason reason = reasonOf(failure);
    return new ObjectStoreException(
        reason,
        "object store call failed: operation=%s key=%s reason=%s error=%s"
            .formatted(operation, place, reason, failure),
        failure);
  }

  static ObjectStoreException corrupt(String key, String what) {
    return new ObjectStoreException(
        Reason.CORRUPT, "object bytes are wrong: key=" + key + " " + what, null);
  }

  static ObjectStoreException missing(String key) {
    return new ObjectStoreException(Reason.MISSING, "no such object: key=" + key, null);
  }

  /** Ends a long copy when somebody wants this thread back; the flag stays set. */
  static void stopWhenInterrupted() throws InterruptedIOException {
    if (Thread.currentThread().isInterrupted()) {
      throw new InterruptedIOException("interrupted");
    }
  }

  /*
   * An error of unknown kind is TRANSIENT, not UNAVAILABLE: after an UNAVAILABLE put the caller may
   * believe a head, but after a directory that failed to sync only a second put may say "exists",
   * because it syncs the directory again.
   */
  private static Reason reasonOf(IOException failure) {
    if (failure instanceof NoSpaceException) {
      return Reason.NO_SPACE;
    }
    // An interrupt also closes the channel under a directory's sync, and leaves the flag set.
    if (failure instanceof InterruptedIOException || Thread.currentThread().isInterrupted()) {
      return Reason.CANCELLED;
    }
    if (failure instanceof AccessDeniedException || isDenied(failure)) {
      return Reason.AUTHORIZATION;
    }
    if (failure instanceof FileAlreadyExistsException || failure instanceof NotDirectoryException) {
      // A folder of the key is an object; no retry will change that.
      return Reason.CORRUPT;
    }
    return Reason.TRANSIENT;
  }

  private static boolean isDenied(IOException failure) {
    String message = failure.getMessage();
    return failure instanceof FileNotFoundException
        && message != null
        && message.toLowerCase(Locale.ROOT).contains("permission denied");
  }
}
