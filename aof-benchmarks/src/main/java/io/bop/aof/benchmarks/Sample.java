package io.bop.aof.benchmarks;

import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * What one measured round did.
 *
 * @param operations records appended or read
 * @param nanos from the common start to the end of the last thread
 * @param allocatedBytes heap that the working threads allocated meanwhile
 * @param latency of single operations in nanoseconds; null: not recorded
 */
public record Sample(
    long operations, long nanos, long allocatedBytes, @Nullable Histogram latency) {

  private static final double NANOS_PER_SECOND = 1e9;

  /** Operations a second. */
  public double rate() {
    return operations * NANOS_PER_SECOND / nanos;
  }

  /** Heap bytes an operation. */
  public double allocatedPerOperation() {
    return (double) allocatedBytes / operations;
  }
}
