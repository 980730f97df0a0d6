package io.bop.aof.io;

/**
 * The machine that the engine is a guest of. Everything that is not pure computation goes through
 * here, so that a simulation can take its place.
 */
public interface Host {

  /** Files, mappings and directories. */
  Disk disk();

  /** Wall and monotonic time. */
  Time time();

  /** Chance. */
  Entropy entropy();

  /** Threads, timers, parking. */
  Threads threads();

  /** Number of this process on the machine, for people who look for it. */
  default long processId() {
    return ProcessHandle.current().pid();
  }

  /** This machine with another disk. */
  default Host withDisk(Disk other) {
    return new HostWithDisk(this, other);
  }

  /** The real machine. Each call returns the same instance. */
  static Host system() {
    return SystemHost.INSTANCE;
  }
}
