package io.bop.aof.testkit.simulation;

import io.bop.aof.io.Disk;
import io.bop.aof.io.Entropy;
import io.bop.aof.io.Host;
import io.bop.aof.io.Threads;
import io.bop.aof.io.Time;
import io.bop.aof.testkit.SeededEntropy;

/**
 * A machine with a {@link SimulatedDisk}, seeded chance, and the real clock and threads: for code
 * that has threads of its own. The order of real threads differs from run to run; where a failure
 * must be repeated exactly, use a {@link SimulatedHost}. Thread-safe.
 */
public final class DiskHost implements Host {

  private final SimulatedDisk disk;
  private final Entropy entropy;

  /** A machine with an empty disk. */
  public DiskHost(long seed) {
    this(new SimulatedDisk(seed), seed);
  }

  /** A machine with that disk; the seed is for its random numbers. */
  public DiskHost(SimulatedDisk disk, long seed) {
    this.disk = disk;
    this.entropy = new SeededEntropy(seed);
  }

  /**
   * The power fails. Threads of the process that used this machine end at their next operation of
   * the disk, with a {@link DiskGoneError}.
   *
   * @param seed of what the disk kept, and of the next process
   * @return the machine that the next process finds
   */
  public DiskHost crash(long seed) {
    return new DiskHost(disk.crash(seed), seed);
  }

  /**
   * The process dies and the machine goes on. Threads of the process end at their next operation of
   * the disk, with a {@link DiskGoneError}.
   *
   * @param seed of the next process
   * @return the machine that the next process finds
   */
  public DiskHost kill(long seed) {
    return new DiskHost(disk.restart(), seed);
  }

  @Override
  public Disk disk() {
    return disk;
  }

  /** The disk, to plan faults and to look at it. */
  public SimulatedDisk simulatedDisk() {
    return disk;
  }

  @Override
  public Time time() {
    return Host.system().time();
  }

  @Override
  public Entropy entropy() {
    return entropy;
  }

  @Override
  public Threads threads() {
    return Host.system().threads();
  }
}
