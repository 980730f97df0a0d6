package io.bop.aof.testkit.opentime;

/**
 * One measured open.
 *
 * @param nanos how long it took
 * @param phaseNanos of that, by phase
 * @param phaseOperations disk operations, by phase
 */
record OpenSample(long nanos, long[] phaseNanos, long[] phaseOperations) {

  long nanosOf(OpenPhases.Phase phase) {
    return phaseNanos[phase.ordinal()];
  }

  long operationsOf(OpenPhases.Phase phase) {
    return phaseOperations[phase.ordinal()];
  }
}
