package io.bop.aof.tier2;

/**
 * Counters since the start. Parts may be a few microseconds apart.
 *
 * @param writes puts and deletes
 * @param reads everything else
 * @param abandoned transfers that outlived their call: its deadline passed, or it was cancelled
 */
public record Tier2Stats(Calls writes, Calls reads, long abandoned) {

  /**
   * Calls of one direction.
   *
   * @param calls calls that ended, the rejected ones included
   * @param failures of these: ended with an error
   * @param rejected of these: rejected by the open breaker
   * @param retries attempts after the first of a call
   * @param bytes sent or received by calls that succeeded
   */
  public record Calls(long calls, long failures, long rejected, long retries, long bytes) {}
}
