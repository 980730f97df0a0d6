package io.bop.aof;

import java.time.Duration;

/** What became of one attempt to append. */
public sealed interface AppendResult {

  /**
   * Readable now, and as safe as {@code durability} says.
   *
   * @param offset the record's number within the stream
   * @param durability the level that was reached when this was answered
   */
  record Appended(long offset, Durability durability) implements AppendResult {}

  /**
   * Nothing was written.
   *
   * @param kind the resource that ran out
   * @param retryAfter trying again earlier is pointless
   */
  record Refused(BackpressureKind kind, Duration retryAfter) implements AppendResult {}
}
