package io.bop.aof.benchmarks;

import java.io.IOException;

/**
 * One way to do the work of a {@link Scenario}. Called by one thread. A round is {@link #prepare},
 * {@link #measure}, {@link #settle}; only the second is timed.
 */
public interface Contestant extends AutoCloseable {

  /** Short name: {@code ours}, {@code limit}. */
  String name();

  /**
   * What the figures depend on: how files were filled and mapped, what is counted. Asked after the
   * last round, before {@link #close}.
   */
  String state();

  /** Makes everything ready that a measured round must not pay for. */
  void prepare() throws Exception;

  /** Does the work once. */
  Sample measure() throws Exception;

  /** Waits until nothing of the round disturbs the next contestant. */
  void settle() throws Exception;

  @Override
  void close() throws IOException;
}
