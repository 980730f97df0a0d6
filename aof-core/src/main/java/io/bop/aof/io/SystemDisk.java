package io.bop.aof.io;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** The real file system. */
final class SystemDisk implements Disk {

  /*
   * An interrupt closes a FileChannel under the call, and nobody can say any more whether a force
   * had failed. So what needs a channel runs on threads that nobody interrupts.
   */
  private final ChannelThreads channels = new ChannelThreads();
  private final DurableDirectories directories = new DurableDirectories(new SystemNames());

  @Override
  public void createDirectories(Path directory) throws IOException {
    directories.create(directory);
  }

  @Override
  public boolean exists(Path path) {
    return Files.exists(path);
  }

  @Override
  public List<Path> list(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> paths = Files.list(directory)) {
      return paths.sorted().toList();
    }
  }

  @Override
  public long size(Path file) throws IOException {
    return Files.size(file);
  }

  @Override
  public DiskFile create(Path file) throws IOException {
    try {
      Files.createFile(file);
      return new SystemFile(file, "rw");
    } catch (IOException e) {
      throw translate(file, e);
    }
  }

  @Override
  public DiskFile openForWrite(Path file) throws IOException {
    if (!Files.exists(file)) {
      throw new java.nio.file.NoSuchFileException(file.toString());
    }
    return new SystemFile(file, "rw");
  }

  @Override
  public DiskFile openForRead(Path file) throws IOException {
    return new SystemFile(file, "r");
  }

  @Override
  public MappedFile map(Path file, long size) throws IOException {
    if (Files.size(file) < size) {
      throw new IOException("file is shorter than its mapping: file=" + file + " wanted=" + size);
    }
    return channels.run(() -> Mappings.map(file, size));
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw translate(to, e);
    }
  }

  @Override
  public boolean linkIfAbsent(Path existing, Path name) throws IOException {
    try {
      Files.createLink(name, existing);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    } catch (IOException e) {
      throw translate(name, e);
    }
  }

  @Override
  public boolean deleteIfExists(Path file) throws IOException {
    directories.forget(file);
    return Files.deleteIfExists(file);
  }

  @Override
  public void syncDirectory(Path directory) throws IOException {
    try {
      channels.run(
          () -> {
            try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
              channel.force(true);
            }
            return directory;
          });
    } catch (IOException e) {
      throw translate(directory, e);
    }
  }

  @Override
  public long usableSpace(Path directory) throws IOException {
    return Files.getFileStore(directory).getUsableSpace();
  }

  @Override
  public Optional<DiskLock> tryLock(Path file) throws IOException {
    try {
      return channels.run(() -> lock(file));
    } catch (IOException e) {
      throw translate(file, e);
    }
  }

  private static Optional<DiskLock> lock(Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return Optional.of(channel::close);
      }
    } catch (OverlappingFileLockException e) {
      channel.close();
      return Optional.empty();
    }
    channel.close();
    return Optional.empty();
  }

  static IOException translate(Path path, IOException e) {
    String message = e.getMessage();
    if (message != null) {
      String lower = message.toLowerCase(Locale.ROOT);
      if (lower.contains("no space left")
          || lower.contains("not enough space")
          || lower.contains("quota exceeded")) {
        return new NoSpaceException("disk is full: path=" + path, e);
      }
    }
    return e;
  }

  private final class SystemNames implements DurableDirectories.Names {
    @Override
    public boolean isDirectory(Path path) {
      return Files.isDirectory(path);
    }

    @Override
    public boolean isWritable(Path directory) {
      return Files.isWritable(directory);
    }

    @Override
    public void makeDirectory(Path directory) throws IOException {
      try {
        Files.createDirectory(directory);
      } catch (FileAlreadyExistsException e) {
        if (!Files.isDirectory(directory)) {
          throw e;
        }
      } catch (IOException e) {
        throw translate(directory, e);
      }
    }

    @Override
    public void syncDirectory(Path directory) throws IOException {
      SystemDisk.this.syncDirectory(directory);
    }
  }

  private static final class SystemFile implements DiskFile {
    private final Path path;
    private final RandomAccessFile file;

    SystemFile(Path path, String mode) throws IOException {
      this.path = path;
      this.file = new RandomAccessFile(path.toFile(), mode);
    }

    @Override
    public int read(long position, byte[] dst, int offset, int length) throws IOException {
      file.seek(position);
      int total = 0;
      while (total < length) {
        int read = file.read(dst, offset + total, length - total);
        if (read < 0) {
          break;
        }
        total += read;
      }
      return total;
    }

    @Override
    public void write(long position, byte[] src, int offset, int length) throws IOException {
      try {
        file.seek(position);
        file.write(src, offset, length);
      } catch (IOException e) {
        throw translate(path, e);
      }
    }

    @Override
    public long size() throws IOException {
      return file.length();
    }

    @Override
    public void force() throws IOException {
      try {
        file.getFD().sync();
      } catch (IOException e) {
        throw translate(path, e);
      }
    }

    @Override
    public void truncate(long size) throws IOException {
      try {
        file.setLength(size);
      } catch (IOException e) {
        throw translate(path, e);
      }
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
