package io.bop.aof.tier0;

import io.bop.aof.BackpressureKind;
import io.bop.aof.segment.HotSegment;
import org.jspecify.annotations.Nullable;

/**
 * What Tier 0 tells the one above it. Called by appenders and workers alike: must return at once,
 * and only enqueue.
 */
public interface HotEvents {

  /** The stream is about to have a new active segment. May be told more than once. */
  void installed(HotStream stream, HotSegment segment);

  /** The stream got a slot for its next segment, so long after it had asked; 0: at once. */
  void activated(HotStream stream, long nanos);

  /** The segment takes no more records and wants to be sealed. May be told more than once. */
  void tripped(HotStream stream, HotSegment segment);

  /** A segment wants a slot, and the budget is used up. */
  void spaceWanted();

  /** A force ended. */
  void flushed(HotStream stream, long bytes, long nanos, @Nullable Throwable failure);

  /** An append waited, or was refused. */
  void backpressure(HotStream stream, BackpressureKind kind, long nanos, boolean refused);

  /** The stream takes no more appends until a reopen. */
  void failed(HotStream stream, Throwable failure);
}
