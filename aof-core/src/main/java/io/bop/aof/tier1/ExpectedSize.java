package io.bop.aof.tier1;

/** Knows how long warm files should be. */
@FunctionalInterface
public interface ExpectedSize {

  /** Bytes of the segment's file; negative: nobody knows, the disk is asked. */
  long of(long streamId, long segmentId);
}
