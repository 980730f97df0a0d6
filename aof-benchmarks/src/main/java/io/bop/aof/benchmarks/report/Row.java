package io.bop.aof.benchmarks.report;

import org.jspecify.annotations.Nullable;

/**
 * What became of one contestant in one scenario.
 *
 * @param scenario its name
 * @param contestant {@code limit} or {@code ours}
 * @param work what was done
 * @param state what the figures depend on: how files were filled and mapped, what is counted
 * @param figures what was measured; null: it failed
 * @param failure why there are no figures; null: there are
 */
public record Row(
    String scenario,
    String contestant,
    Work work,
    String state,
    @Nullable Figures figures,
    @Nullable String failure) {

  /**
   * What was done in each round.
   *
   * @param recordSize payload bytes of one record
   * @param threads how many threads worked
   * @param volumeBytes bytes written or read; 0: bounded by time
   */
  public record Work(int recordSize, int threads, long volumeBytes) {}

  /**
   * What was measured.
   *
   * @param rate operations a second
   * @param ratio to the reference in the same round; null: this is the reference
   * @param target least ratio wanted; null: none
   * @param cpuPerOperation processor nanoseconds of the working threads, median of the rounds
   * @param allocatedPerOperation heap bytes, median of the rounds
   * @param latency of single operations over all rounds; null: not recorded
   */
  public record Figures(
      Summary rate,
      @Nullable Summary ratio,
      @Nullable Double target,
      double cpuPerOperation,
      double allocatedPerOperation,
      @Nullable Latency latency) {

    /** Whether the target was met; true when there is none. */
    public boolean meetsTarget() {
      return target == null || ratio == null || ratio.median() >= target;
    }
  }

  /**
   * Percentiles in nanoseconds.
   *
   * @param p50 the median
   * @param p99 99 of 100 are at most this
   * @param p999 999 of 1,000 are at most this
   * @param max the highest
   */
  public record Latency(long p50, long p99, long p999, long max) {}
}
