package io.bop.aof.testkit.torture;

/** When the life of a writing process ends, and how. */
enum Ending {
  /** Killed while it appends. */
  APPENDING,
  /** Stopped while it appends, then killed. */
  STOPPED,
  /** Killed while it opens the store. */
  OPENING,
  /** Killed while it reads everything after the open. */
  VERIFYING,
  /** Killed while it closes the store. */
  CLOSING,
  /** Closes the store and ends. */
  CLOSED
}
