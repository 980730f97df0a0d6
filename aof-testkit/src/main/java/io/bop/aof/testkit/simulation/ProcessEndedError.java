package io.bop.aof.testkit.simulation;

/**
 * Thrown in the threads of a simulated process that has ended, from whatever they ask of their
 * host. An error, and not an exception, so that no code under test takes it for a fault to handle.
 */
public final class ProcessEndedError extends Error {

  private static final long serialVersionUID = 1L;

  ProcessEndedError() {
    super("the simulated process has ended", null, false, false);
  }
}
