package io.bop.aof;

/** The bounded resource that an append waited for or was refused for. */
public enum BackpressureKind {
  /** The Tier 0 budget is used up by segments that cannot be evicted yet. */
  ADMISSION,
  /** The next segment file is being prepared. */
  ROLLOVER,
  /** The bytes must be fetched from a colder tier. */
  HYDRATION,
  /** More bytes wait for the disk than allowed, or the disk refused a flush. */
  FLUSH,
  /** An earlier append of the same stream has not finished. */
  TAIL,
  /** None of the others. */
  UNKNOWN
}
