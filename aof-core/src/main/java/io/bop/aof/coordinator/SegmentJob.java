package io.bop.aof.coordinator;

/** What is being done for a segment at this moment; at most one thing at a time. */
enum SegmentJob {
  /** Nothing. */
  NONE,
  /** Its records are made durable, index and footer are written. */
  SEALING,
  /** A warm file is written from the hot copy. */
  COMPRESSING,
  /** The warm file is copied to Tier 2. */
  UPLOADING,
  /** The object is there; an earlier segment of the stream must be recorded first. */
  UPLOADED,
  /** A warm file is written from the object. */
  HYDRATING,
  /** A copy that somebody could not use, or that nobody vouches for, is read as a whole. */
  VERIFYING,
  /** Something failed; it is tried again after a while. */
  WAITING
}
