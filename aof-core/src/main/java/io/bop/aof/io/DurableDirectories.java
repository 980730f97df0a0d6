package io.bop.aof.io;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Creates directories whose names survive a power failure. Of one process; thread-safe.
 *
 * <p>A directory that is found may have been made by a process that was killed before it could
 * force the name, or by a call that is not done yet. So each one is forced once by each process,
 * whoever made it.
 */
public final class DurableDirectories {

  /** What it needs of a disk. */
  public interface Names {
    /** Whether there is a directory of that name. */
    boolean isDirectory(Path path) throws IOException;

    /** Whether this process may make names in the directory. */
    boolean isWritable(Path directory) throws IOException;

    /** Makes a directory, if there is none. */
    void makeDirectory(Path directory) throws IOException;

    /** Makes the names in the directory durable. */
    void syncDirectory(Path directory) throws IOException;
  }

  private final Names names;
  private final Set<Path> durable = ConcurrentHashMap.newKeySet();

  /** Nothing is known to be durable yet. */
  public DurableDirectories(Names names) {
    this.names = names;
  }

  /** Creates the directory and its parents, durably. */
  public void create(Path directory) throws IOException {
    Path path = directory.toAbsolutePath();
    Path parent = path.getParent();
    boolean found = names.isDirectory(path);
    if (parent == null || (found && durable.contains(path))) {
      return;
    }
    create(parent);
    if (!found) {
      // It was deleted by somebody else: others must not rely on what was known of it.
      durable.remove(path);
      names.makeDirectory(path);
    }
    // Where this process can make no names, none of its kind did.
    if (!found || names.isWritable(parent)) {
      names.syncDirectory(parent);
    }
    durable.add(path);
  }

  /** The name is about to be deleted, if it is one of a directory. */
  public void forget(Path path) {
    durable.remove(path.toAbsolutePath());
  }
}
