package io.bop.aof.io;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Files of one machine. Thread-safe. What was written is durable only after a force, and a created,
 * renamed or deleted name only after {@link #syncDirectory}. A full disk is a {@link
 * NoSpaceException}.
 */
public interface Disk {

  /** Creates the directory and its parents, if need be; their names are durable on return. */
  void createDirectories(Path directory) throws IOException;

  /** Whether there is a file or directory of that name. */
  boolean exists(Path path);

  /** The paths in the directory, sorted by name; empty when it does not exist. */
  List<Path> list(Path directory) throws IOException;

  /** Size of the file in bytes. */
  long size(Path file) throws IOException;

  /** Creates a file for reading and writing; fails when it exists. */
  DiskFile create(Path file) throws IOException;

  /** Opens an existing file for reading and writing. */
  DiskFile openForWrite(Path file) throws IOException;

  /** Opens an existing file for reading. */
  DiskFile openForRead(Path file) throws IOException;

  /** Maps the first {@code size} bytes of an existing file, to read and write. */
  MappedFile map(Path file, long size) throws IOException;

  /** Renames atomically; replaces what has the new name. */
  void rename(Path from, Path to) throws IOException;

  /**
   * Gives a file a second name, atomically, if nothing has that name.
   *
   * @return false when the name was taken
   */
  boolean linkIfAbsent(Path existing, Path name) throws IOException;

  /** Removes the name of a file, or an empty directory; false when there was none. */
  boolean deleteIfExists(Path file) throws IOException;

  /** Makes created, renamed and deleted names in the directory durable. */
  void syncDirectory(Path directory) throws IOException;

  /** Bytes that can still be written in the file system of this directory. */
  long usableSpace(Path directory) throws IOException;

  /** Takes an exclusive lock on the file, creating it; empty when somebody else has it. */
  Optional<DiskLock> tryLock(Path file) throws IOException;

  /** A lock, held until it is closed or the process ends. */
  interface DiskLock extends AutoCloseable {
    @Override
    void close() throws IOException;
  }
}
