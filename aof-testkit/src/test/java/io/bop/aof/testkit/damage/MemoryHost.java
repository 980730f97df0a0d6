package io.bop.aof.testkit.damage;

import io.bop.aof.io.Disk;
import io.bop.aof.io.Entropy;
import io.bop.aof.io.Host;
import io.bop.aof.io.Threads;
import io.bop.aof.io.Time;
import io.bop.aof.testkit.SeededEntropy;

/** Real clocks and threads, a disk in memory, seeded chance. Thread-safe. */
final class MemoryHost implements Host {

  private final ImageDisk disk;
  private final Entropy entropy;
  private final Threads threads = new SharedThreads();

  MemoryHost(ImageDisk disk, long seed) {
    this.disk = disk;
    this.entropy = new SeededEntropy(seed);
  }

  @Override
  public Disk disk() {
    return disk;
  }

  @Override
  public Time time() {
    return Host.system().time();
  }

  @Override
  public Threads threads() {
    return threads;
  }

  @Override
  public Entropy entropy() {
    return entropy;
  }
}
