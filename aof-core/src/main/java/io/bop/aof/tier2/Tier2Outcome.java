package io.bop.aof.tier2;

import io.bop.aof.objectstore.ArchivedObjectException;
import io.bop.aof.objectstore.ObjectStoreException;
import org.jspecify.annotations.Nullable;

/** How a call ended, retries included. */
public enum Tier2Outcome {
  /** As asked. */
  OK,
  /** A put found its own bytes there. */
  ALREADY_THERE,
  /** A put found other bytes there. */
  CONFLICT,
  /** The breaker was open; nothing was sent. */
  REJECTED,
  /** The service was busy or broken to the last attempt. */
  TRANSIENT,
  /** Bytes were not what they should be. */
  CORRUPT,
  /** Credentials were wrong, or did not permit it. */
  AUTHORIZATION,
  /** Bucket or network was not there. */
  UNAVAILABLE,
  /** There was no such object. */
  MISSING,
  /** The store had no room. */
  NO_SPACE,
  /** The deadline passed. */
  TIMEOUT,
  /** The caller was interrupted, or the store was closed. */
  CANCELLED,
  /** The object store threw what it must not. */
  FAULT;

  static Tier2Outcome of(ObjectStoreException.Reason reason) {
    return switch (reason) {
      case TRANSIENT -> TRANSIENT;
      case CORRUPT -> CORRUPT;
      case AUTHORIZATION -> AUTHORIZATION;
      case UNAVAILABLE -> UNAVAILABLE;
      case MISSING -> MISSING;
      case NO_SPACE -> NO_SPACE;
      case TIMEOUT -> TIMEOUT;
      case CANCELLED -> CANCELLED;
    };
  }

  /** Whether it is something to be told of as the newest error. */
  boolean isFailure() {
    return switch (this) {
      case TRANSIENT, AUTHORIZATION, UNAVAILABLE, NO_SPACE, TIMEOUT, FAULT -> true;
      case OK, ALREADY_THERE, CONFLICT, REJECTED, CORRUPT, MISSING, CANCELLED -> false;
    };
  }

  /** What it says about the health of Tier 2 when that operation ended so. */
  Verdict verdict(Tier2Operation operation, @Nullable Throwable failure) {
    // Permissions of their own, which are withheld where everything else is permitted.
    boolean alone = operation == Tier2Operation.DELETE || operation == Tier2Operation.LIST;
    if (this == AUTHORIZATION && alone) {
      return Verdict.NONE;
    }
    if (failure instanceof CrowdedException) {
      return Verdict.NONE;
    }
    if (failure instanceof ArchivedObjectException) {
      return Verdict.ANSWERED;
    }
    return switch (this) {
      case OK, ALREADY_THERE, CONFLICT, MISSING, CORRUPT -> Verdict.ANSWERED;
      case TRANSIENT, AUTHORIZATION, UNAVAILABLE, NO_SPACE, TIMEOUT, FAULT -> Verdict.FAILED;
      case REJECTED, CANCELLED -> Verdict.NONE;
    };
  }

  /*
   * AUTHORIZATION counts as a failure although Tier 2 answered: with wrong credentials every call
   * is lost, and an open breaker makes cold reads fail at once, stops a storm of refused requests,
   * and heals by itself when the credentials are put right. NO_SPACE likewise for uploads. A delete
   * or a listing that is refused says nothing: objects may be locked, and uploads must not stop for
   * it. Nor does a deadline that came in the queue while others were served. MISSING, CORRUPT,
   * CONFLICT, and that an object is archived, are facts about one object from a service that works.
   */
  enum Verdict {
    ANSWERED,
    FAILED,
    NONE
  }
}
