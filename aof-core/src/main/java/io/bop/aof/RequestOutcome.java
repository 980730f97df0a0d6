package io.bop.aof;

/** How one request to an object store ended. */
public enum RequestOutcome {
  /** As asked. */
  OK,
  /** The service was busy or broken. */
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
  /** It did not end in time. */
  TIMEOUT,
  /** It was ended from here: its caller gave up, or the store was closed. */
  CANCELLED,
  /** The object store threw what it must not. */
  FAULT
}
