package io.bop.aof.testkit;

import java.nio.file.Path;

/** Is told of each operation on a disk before it begins, on the thread that asked for it. */
@FunctionalInterface
public interface DiskObserver {

  /**
   * An operation begins. Must return at once and must not throw.
   *
   * @param operation what is asked for
   * @param path the file or directory; of a rename or link, the new name
   * @param bytes how many are to be read, written or forced; 0 for other operations
   */
  void begins(Operation operation, Path path, long bytes);

  /** What can be asked of a disk. */
  enum Operation {
    CREATE_DIRECTORIES,
    EXISTS,
    LIST,
    SIZE,
    CREATE,
    OPEN,
    MAP,
    RENAME,
    LINK,
    DELETE,
    SYNC_DIRECTORY,
    USABLE_SPACE,
    LOCK,
    READ,
    WRITE,
    FORCE,
    TRUNCATE
  }
}
