package io.bop.aof.testkit.simulation;

/**
 * Is told of each operation of a {@link SimulatedDisk} before it happens, on the thread that asked
 * for it. No lock of the disk is held.
 *
 * <p>It may switch threads, write a trace, change the fault plan, take the power away by {@link
 * SimulatedDisk#crash}, or throw: what it throws reaches the caller of the disk, and the operation
 * does not happen. It must not call operations of the same disk: it would be told of those too.
 */
@FunctionalInterface
public interface OperationListener {

  /** Called before the operation. */
  void before(DiskOperation operation);
}
