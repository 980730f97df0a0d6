package io.bop.aof.testkit.proof;

/**
 * What a simulation may do to the store.
 *
 * @param steps operations begun in one run
 * @param ends whether processes are killed and the power fails, at any moment
 * @param diskFaults whether forces fail, and the disk runs full
 * @param bucketFaults whether Tier 2 fails, hangs, loses answers and breaks bodies
 * @param damage whether local files are damaged between two processes, where another copy exists or
 *     the damage is mended again
 */
public record SimulationOptions(
    int steps, boolean ends, boolean diskFaults, boolean bucketFaults, boolean damage) {

  private static final SimulationOptions DEFAULTS =
      new SimulationOptions(500, true, true, true, true);

  /** 500 steps, with everything. */
  public static SimulationOptions defaults() {
    return DEFAULTS;
  }

  /** These options with another number of steps. */
  public SimulationOptions withSteps(int value) {
    return new SimulationOptions(value, ends, diskFaults, bucketFaults, damage);
  }

  /** These options with another {@code ends}. */
  public SimulationOptions withEnds(boolean value) {
    return new SimulationOptions(steps, value, diskFaults, bucketFaults, damage);
  }

  /** These options with another {@code diskFaults}. */
  public SimulationOptions withDiskFaults(boolean value) {
    return new SimulationOptions(steps, ends, value, bucketFaults, damage);
  }

  /** These options with another {@code bucketFaults}. */
  public SimulationOptions withBucketFaults(boolean value) {
    return new SimulationOptions(steps, ends, diskFaults, value, damage);
  }

  /** These options with another {@code damage}. */
  public SimulationOptions withDamage(boolean value) {
    return new SimulationOptions(steps, ends, diskFaults, bucketFaults, value);
  }
}
