package io.bop.aof.io;

/** A machine with another disk. */
record HostWithDisk(Host machine, Disk disk) implements Host {

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

  @Override
  public long processId() {
    return machine.processId();
  }
}
