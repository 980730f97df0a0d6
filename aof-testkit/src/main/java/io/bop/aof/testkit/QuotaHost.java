package io.bop.aof.testkit;

import io.bop.aof.io.Disk;
import io.bop.aof.io.Entropy;
import io.bop.aof.io.Host;
import io.bop.aof.io.Threads;
import io.bop.aof.io.Time;
import java.nio.file.Path;

/**
 * A machine whose disk is as small as one likes: the files below one directory share a fixed number
 * of bytes, and whoever wants more meets a full disk. Everything else is the machine it is built
 * on. Thread-safe.
 *
 * <p>Files that other processes put into the directory count as well, and their removal makes room,
 * so that a test can fill the disk and free it again. A second name of a file counts like a second
 * file, and an empty folder with its own size.
 */
public final class QuotaHost implements Host {

  private final Host machine;
  private final QuotaDisk disk;

  /**
   * A machine with a small disk.
   *
   * @param machine does the work
   * @param directory whose files are counted
   * @param bytes that they may have together, at least 1
   */
  public QuotaHost(Host machine, Path directory, long bytes) {
    if (bytes < 1) {
      throw new IllegalArgumentException("quota must be positive: bytes=" + bytes);
    }
    this.machine = machine;
    this.disk = new QuotaDisk(machine.disk(), directory.toAbsolutePath().normalize(), bytes);
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
