package io.bop.aof.testkit;

import io.bop.aof.io.Disk;
import io.bop.aof.io.DiskFile;
import io.bop.aof.io.MappedFile;
import io.bop.aof.io.NoSpaceException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A disk as small as one likes: the files below one directory share a fixed number of bytes, and
 * whoever wants more meets a full disk. {@link io.bop.aof.io.Host#withDisk} makes a machine of it.
 * Thread-safe.
 *
 * <p>Files that other processes put into the directory count as well, and their removal makes room,
 * so that a test can fill the disk and free it again. A second name of a file counts like a second
 * file, and an empty folder with its own size.
 */
public final class QuotaDisk implements Disk {

  /*
   * What is free is counted down as files grow. When it is used up, the directory is measured
   * again before anybody is refused: files may have gone, and other processes may have written.
   * What is granted and not written yet counts twice at worst, never not at all.
   */
  private final Disk disk;
  private final Path directory;
  private final long quota;
  private long free;
  private long granted;

  /**
   * A small disk.
   *
   * @param disk does the work
   * @param directory whose files are counted
   * @param quota bytes that they may have together, at least 1
   */
  public QuotaDisk(Disk disk, Path directory, long quota) {
    if (quota < 1) {
      throw new IllegalArgumentException("quota must be positive: bytes=" + quota);
    }
    this.disk = disk;
    this.directory = directory.toAbsolutePath().normalize();
    this.quota = quota;
  }

  // ---- the quota

  private void grant(Path file, long bytes) throws IOException {
    if (tryGrant(bytes)) {
      return;
    }
    long left = quota - sizeOf(directory);
    synchronized (this) {
      free = left - granted;
      if (bytes <= free) {
        free -= bytes;
        granted += bytes;
        return;
      }
    }
    throw new NoSpaceException(
        "disk is full: path=" + file + " needed=" + bytes + " free=" + left,
        new IOException("quota is used up: directory=" + directory + " bytes=" + quota));
  }

  private synchronized boolean tryGrant(long bytes) {
    if (bytes > free) {
      return false;
    }
    free -= bytes;
    granted += bytes;
    return true;
  }

  private synchronized void written(long bytes) {
    granted -= bytes;
  }

  private long sizeOf(Path path) throws IOException {
    List<Path> children = disk.list(path);
    if (children.isEmpty()) {
      return sizeOfFile(path);
    }
    long size = 0;
    for (Path child : children) {
      size += sizeOf(child);
    }
    return size;
  }

  /* Files go while they are counted. */
  private long sizeOfFile(Path file) throws IOException {
    try {
      return disk.exists(file) ? disk.size(file) : 0;
    } catch (NoSuchFileException e) {
      return 0;
    }
  }

  private boolean isCounted(Path path) {
    return path.toAbsolutePath().normalize().startsWith(directory);
  }

  @Override
  public long usableSpace(Path path) throws IOException {
    long usable = disk.usableSpace(path);
    return isCounted(path) ? Math.max(0, Math.min(usable, quota - sizeOf(directory))) : usable;
  }

  private DiskFile counted(Path path, DiskFile file) throws IOException {
    return isCounted(path) ? new CountedFile(path, file) : file;
  }

  /** A file that asks before it grows. */
  private final class CountedFile implements DiskFile {
    private final Path path;
    private final DiskFile file;
    private long size;

    CountedFile(Path path, DiskFile file) throws IOException {
      this.path = path;
      this.file = file;
      this.size = file.size();
    }

    @Override
    public void write(long position, byte[] src, int offset, int length) throws IOException {
      long growth = Math.max(0, position + length - size);
      if (growth == 0) {
        file.write(position, src, offset, length);
        return;
      }
      grant(path, growth);
      try {
        file.write(position, src, offset, length);
        size += growth;
      } finally {
        written(growth);
      }
    }

    @Override
    public void truncate(long newSize) throws IOException {
      file.truncate(newSize);
      size = file.size();
    }

    @Override
    public int read(long position, byte[] dst, int offset, int length) throws IOException {
      return file.read(position, dst, offset, length);
    }

    @Override
    public long size() throws IOException {
      return file.size();
    }

    @Override
    public void force() throws IOException {
      file.force();
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }

  // ---- as it is below

  @Override
  public DiskFile create(Path file) throws IOException {
    return counted(file, disk.create(file));
  }

  @Override
  public DiskFile openForWrite(Path file) throws IOException {
    return counted(file, disk.openForWrite(file));
  }

  @Override
  public DiskFile openForRead(Path file) throws IOException {
    return disk.openForRead(file);
  }

  @Override
  public MappedFile map(Path file, long size) throws IOException {
    return disk.map(file, size);
  }

  @Override
  public void createDirectories(Path path) throws IOException {
    disk.createDirectories(path);
  }

  @Override
  public boolean exists(Path path) {
    return disk.exists(path);
  }

  @Override
  public List<Path> list(Path path) throws IOException {
    return disk.list(path);
  }

  @Override
  public long size(Path file) throws IOException {
    return disk.size(file);
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    disk.rename(from, to);
  }

  @Override
  public boolean linkIfAbsent(Path existing, Path name) throws IOException {
    return disk.linkIfAbsent(existing, name);
  }

  @Override
  public boolean deleteIfExists(Path file) throws IOException {
    return disk.deleteIfExists(file);
  }

  @Override
  public void syncDirectory(Path path) throws IOException {
    disk.syncDirectory(path);
  }

  @Override
  public Optional<DiskLock> tryLock(Path file) throws IOException {
    return disk.tryLock(file);
  }
}
