package io.bop.aof.testkit.torture;

/** What the process that appends tells the process that checks. */
sealed interface Message {

  /** The store is about to be opened. */
  record Opening() implements Message {}

  /**
   * The store is open.
   *
   * @param nanos how long that took
   * @param created whether the store is new
   * @param scanned segments whose records were walked
   * @param recovered records found in them
   * @param truncatedBytes bytes of torn tails
   * @param findings what should not be there after a mere kill; empty: nothing
   */
  record Opened(
      long nanos,
      boolean created,
      int scanned,
      long recovered,
      long truncatedBytes,
      String findings)
      implements Message {}

  /** The store did not open because its disk is full; the process ends. */
  record OpenRefused(String why) implements Message {}

  /** All records of a stream follow. */
  record StreamFound(TortureStream stream, long startOffset, long nextOffset, long durableOffset)
      implements Message {}

  /** The next record of the stream. */
  record RecordRead(TortureStream stream, long offset, RecordId id, long digest)
      implements Message {}

  /** The stream has no more records. */
  record StreamRead(TortureStream stream) implements Message {}

  /** All streams were read; appends begin. */
  record Verified() implements Message {}

  /** Everything that was uploaded before the open is known to be archived again. */
  record ArchivedFound(TortureStream stream, long archivedOffset) implements Message {}

  /** A writer is about to take that step. */
  record Intended(StepId step) implements Message {}

  /** The step's first record has that offset; the others follow it. */
  record Acknowledged(StepId step, long offset) implements Message {}

  /** Nothing of the step was written. */
  record Refused(StepId step, Refusal refusal) implements Message {}

  /** The deadline passed after the step had its place. */
  record Unknown(StepId step) implements Message {}

  /** A reader met a record. */
  record Seen(TortureStream stream, long offset, RecordId id) implements Message {}

  /** What lies wholly below the offset may go from now on. */
  record Truncating(TortureStream stream, long offset) implements Message {}

  /** The stream begins there now, for good. */
  record Truncated(TortureStream stream, long startOffset) implements Message {}

  /** The store was closed; the process ends. */
  record Closed() implements Message {}

  /** Something happened that must not happen. */
  record Failed(String what) implements Message {}

  /** Why nothing was written. */
  enum Refusal {
    CONFLICT,
    BACKPRESSURE,
    DISK_FULL
  }
}
