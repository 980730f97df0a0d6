package io.bop.aof.testkit.damage;

import io.bop.aof.io.Disk;
import io.bop.aof.io.Entropy;
import io.bop.aof.io.Host;
import io.bop.aof.io.Threads;
import io.bop.aof.io.Time;
import io.bop.aof.testkit.SeededRandom;

/** Real clocks and threads, a disk in memory, seeded chance. Thread-safe. */
final class MemoryHost implements Host {

  private static final double DOUBLE_UNIT = 0x1.0p-53;
  private static final int DOUBLE_SHIFT = 11;

  private final ImageDisk disk;
  private final SeededRandom random;
  private final Threads threads = new SharedThreads();

  MemoryHost(ImageDisk disk, long seed) {
    this.disk = disk;
    this.random = new SeededRandom(seed);
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
    return new Entropy() {
      @Override
      public long nextLong() {
        synchronized (random) {
          long value = random.nextLong();
          return value == 0 ? 1 : value;
        }
      }

      @Override
      public double nextDouble() {
        return (nextLong() >>> DOUBLE_SHIFT) * DOUBLE_UNIT;
      }
    };
  }
}
