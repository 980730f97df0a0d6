package io.bop.aof.io;

/** The real machine. */
final class SystemHost implements Host {

  static final SystemHost INSTANCE = new SystemHost();

  private final Disk disk = new SystemDisk();
  private final Time time = new SystemTime();
  private final Entropy entropy = new SystemEntropy();
  private final Threads threads = new SystemThreads();

  private SystemHost() {}

  @Override
  public Disk disk() {
    return disk;
  }

  @Override
  public Time time() {
    return time;
  }

  @Override
  public Entropy entropy() {
    return entropy;
  }

  @Override
  public Threads threads() {
    return threads;
  }
}
