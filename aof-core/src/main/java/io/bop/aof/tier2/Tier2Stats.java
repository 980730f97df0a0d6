package io.bop.aof.tier2;

import io.bop.aof.BreakerState;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Counters since the start. Parts may be a few microseconds apart.
 *
 * @param writes puts and deletes
 * @param reads everything else
 * @param abandoned transfers that outlived their call: its deadline passed, or it was cancelled
 * @param stuck of these: have not ended yet
 */
public record Tier2Stats(Calls writes, Calls reads, long abandoned, int stuck) {

  /**
   * Calls of one direction.
   *
   * @param breaker its breaker
   * @param breakerAge how long the breaker has been so
   * @param calls calls that ended, the rejected ones included
   * @param failures of these: ended with an error
   * @param rejected of these: rejected by the open breaker
   * @param retries attempts after the first of a call
   * @param bytes sent or received by calls that succeeded
   * @param lastFailure null: none since the start
   */
  public record Calls(
      BreakerState breaker,
      Duration breakerAge,
      long calls,
      long failures,
      long rejected,
      long retries,
      long bytes,
      @Nullable Failure lastFailure) {}

  /**
   * The newest call of a direction that says that Tier 2 is not well.
   *
   * @param reason its message
   * @param age how long ago
   */
  public record Failure(String reason, Duration age) {}
}
