package io.bop.aof.testkit;

import io.bop.aof.io.Disk;
import io.bop.aof.io.DiskFile;
import io.bop.aof.io.MappedFile;
import io.bop.aof.testkit.DiskObserver.Operation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A disk that tells what is asked of it, so that a test can count work instead of time.
 * Thread-safe, if the observer is.
 *
 * @param disk does the work
 * @param observer is told
 */
public record ObservedDisk(Disk disk, DiskObserver observer) implements Disk {

  private void tell(Operation operation, Path path) {
    observer.begins(operation, path, 0);
  }

  @Override
  public void createDirectories(Path directory) throws IOException {
    tell(Operation.CREATE_DIRECTORIES, directory);
    disk.createDirectories(directory);
  }

  @Override
  public boolean exists(Path path) {
    tell(Operation.EXISTS, path);
    return disk.exists(path);
  }

  @Override
  public List<Path> list(Path directory) throws IOException {
    tell(Operation.LIST, directory);
    return disk.list(directory);
  }

  @Override
  public long size(Path file) throws IOException {
    tell(Operation.SIZE, file);
    return disk.size(file);
  }

  @Override
  public DiskFile create(Path file) throws IOException {
    tell(Operation.CREATE, file);
    return new ObservedFile(file, disk.create(file), observer);
  }

  @Override
  public DiskFile openForWrite(Path file) throws IOException {
    tell(Operation.OPEN, file);
    return new ObservedFile(file, disk.openForWrite(file), observer);
  }

  @Override
  public DiskFile openForRead(Path file) throws IOException {
    tell(Operation.OPEN, file);
    return new ObservedFile(file, disk.openForRead(file), observer);
  }

  @Override
  public MappedFile map(Path file, long size) throws IOException {
    tell(Operation.MAP, file);
    return new ObservedMapping(file, disk.map(file, size), observer);
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    tell(Operation.RENAME, to);
    disk.rename(from, to);
  }

  @Override
  public boolean linkIfAbsent(Path existing, Path name) throws IOException {
    tell(Operation.LINK, name);
    return disk.linkIfAbsent(existing, name);
  }

  @Override
  public boolean deleteIfExists(Path file) throws IOException {
    tell(Operation.DELETE, file);
    return disk.deleteIfExists(file);
  }

  @Override
  public void syncDirectory(Path directory) throws IOException {
    tell(Operation.SYNC_DIRECTORY, directory);
    disk.syncDirectory(directory);
  }

  @Override
  public long usableSpace(Path directory) throws IOException {
    tell(Operation.USABLE_SPACE, directory);
    return disk.usableSpace(directory);
  }

  @Override
  public Optional<DiskLock> tryLock(Path file) throws IOException {
    tell(Operation.LOCK, file);
    return disk.tryLock(file);
  }

  /** An open file that tells. */
  private record ObservedFile(Path path, DiskFile file, DiskObserver observer) implements DiskFile {

    @Override
    public int read(long position, byte[] dst, int offset, int length) throws IOException {
      observer.begins(Operation.READ, path, length);
      return file.read(position, dst, offset, length);
    }

    @Override
    public void write(long position, byte[] src, int offset, int length) throws IOException {
      observer.begins(Operation.WRITE, path, length);
      file.write(position, src, offset, length);
    }

    @Override
    public long size() throws IOException {
      observer.begins(Operation.SIZE, path, 0);
      return file.size();
    }

    @Override
    public void force() throws IOException {
      observer.begins(Operation.FORCE, path, 0);
      file.force();
    }

    @Override
    public void truncate(long size) throws IOException {
      observer.begins(Operation.TRUNCATE, path, 0);
      file.truncate(size);
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }

  /** A mapping that tells of its forces; what is stored in it is not seen. */
  private record ObservedMapping(Path path, MappedFile mapping, DiskObserver observer)
      implements MappedFile {

    @Override
    public ByteBuffer buffer() {
      return mapping.buffer();
    }

    @Override
    public void force(long from, long to) throws IOException {
      observer.begins(Operation.FORCE, path, to - from);
      mapping.force(from, to);
    }

    @Override
    public void close() {
      mapping.close();
    }
  }
}
