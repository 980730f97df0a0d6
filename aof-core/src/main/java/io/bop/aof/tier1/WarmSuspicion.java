package io.bop.aof.tier1;

/** Is told of warm files that are not as they should be. */
@FunctionalInterface
public interface WarmSuspicion {

  /** The segment's file is gone, or has another size. */
  void raise(long streamId, long segmentId);
}
