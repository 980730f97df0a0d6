package io.bop.aof.testkit.simulation;

/**
 * A call to a {@link SimulatedDisk} of a process that is dead, by power loss or restart. An error,
 * so that code which goes on after an {@link java.io.IOException} stops here.
 */
public final class DiskGoneError extends Error {

  private static final long serialVersionUID = 1L;

  /** With what became of the disk. */
  public DiskGoneError(String message) {
    super(message);
  }
}
