package io.bop.aof.store;

import io.bop.aof.StoreLockedException;
import io.bop.aof.io.Disk;
import io.bop.aof.io.Disk.DiskLock;
import io.bop.aof.io.DiskFile;
import io.bop.aof.io.NoSpaceException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps two processes from one directory. The lock and the text that says who holds it are two
 * files: a POSIX lock vanishes when the process closes any descriptor of the locked file.
 */
final class StoreLock implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(StoreLock.class);
  private static final String LOCK = "store.lock";
  private static final String HOLDER = "store.pid";
  private static final int MOST_READ = 128;

  private final DiskLock lock;

  private StoreLock(DiskLock lock) {
    this.lock = lock;
  }

  /**
   * Takes the lock.
   *
   * @param holder what others are told, such as {@code pid=4711}
   * @throws StoreLockedException when somebody has it
   */
  static StoreLock take(Disk disk, Path root, String holder) throws IOException {
    Optional<DiskLock> lock = disk.tryLock(root.resolve(LOCK));
    Path file = root.resolve(HOLDER);
    if (lock.isEmpty()) {
      throw new StoreLockedException(root.toString(), readHolder(disk, file));
    }
    try {
      writeHolder(disk, file, holder);
    } catch (IOException | RuntimeException e) {
      lock.get().close();
      throw e;
    }
    return new StoreLock(lock.get());
  }

  /* For people only: a disk without room for it does not keep the store from opening. */
  private static void writeHolder(Disk disk, Path file, String holder) throws IOException {
    disk.deleteIfExists(file);
    byte[] text = holder.getBytes(StandardCharsets.UTF_8);
    try (DiskFile out = disk.create(file)) {
      out.write(0, text, 0, text.length);
    } catch (NoSpaceException e) {
      log.warn("disk is full, the holder of the lock is not written down: file={}", file);
    }
  }

  private static String readHolder(Disk disk, Path file) throws IOException {
    if (!disk.exists(file)) {
      return "unknown";
    }
    try (DiskFile in = disk.openForRead(file)) {
      byte[] text = new byte[MOST_READ];
      int length = in.read(0, text, 0, text.length);
      return new String(text, 0, length, StandardCharsets.UTF_8);
    }
  }

  @Override
  public void close() throws IOException {
    lock.close();
  }
}
