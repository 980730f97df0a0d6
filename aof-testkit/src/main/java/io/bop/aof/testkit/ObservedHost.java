package io.bop.aof.testkit;

import io.bop.aof.io.Disk;
import io.bop.aof.io.Entropy;
import io.bop.aof.io.Host;
import io.bop.aof.io.Threads;
import io.bop.aof.io.Time;

/**
 * A machine whose disk tells what is asked of it, so that a test can count work instead of time.
 * Everything else is the machine it is built on. Thread-safe, if the observer is.
 */
public final class ObservedHost implements Host {

  private final Host machine;
  private final Disk disk;

  /** A machine that does the work, and who is told. */
  public ObservedHost(Host machine, DiskObserver observer) {
    this.machine = machine;
    this.disk = new ObservedDisk(machine.disk(), observer);
  }

  @Override
  public Disk disk() {
    return disk;
  }

  @Override
  public Time time() {
    return machine.time();
  }

  @Override
  public Entropy entropy() {
    return machine.entropy();
  }

  @Override
  public Threads threads() {
    return machine.threads();
  }
}
