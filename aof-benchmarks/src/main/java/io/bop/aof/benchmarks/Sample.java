package io.bop.aof.benchmarks;

import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * What one measured round did.
 *
 * @param operations records appended or read
 * @param nanos from the common start to the end of the last thread
 * @param cpuNanos processor time of the working threads, user and kernel
 * @param allocatedBytes heap that the working threads allocated meanwhile
 * @param latency of single operations in nanoseconds; null: not recorded
 */
public record Sample(
    long operations, long nanos, long cpuNanos, long allocatedBytes, @Nullable Histogram latency) {

  private static final double NANOS_PER_SECOND = 1e9;

  /** Operations a second. */
  public double rate() {
    return operations * NANOS_PER_SECOND / nanos;
  }

  /** Processor nanoseconds an operation, over all working threads. */
  public double cpuPerOperation() {
    return (double) cpuNanos / operations;
  }

  /** Heap bytes an operation. */
  public double allocatedPerOperation() {
    return (double) allocatedBytes / operations;
  }
}
