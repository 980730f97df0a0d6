package io.bop.aof.testkit.damage;

import io.bop.aof.io.Disk;
import io.bop.aof.io.DiskFile;
import io.bop.aof.io.MappedFile;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A file system in memory of which a copy costs next to nothing: copies share pages until they
 * write. It never loses anything and knows no forces. Thread-safe.
 */
final class ImageDisk implements Disk {

  private static final long FREE = 1L << 40;

  private final TreeMap<Path, ImageFile> files = new TreeMap<>();
  private final TreeSet<Path> directories = new TreeSet<>();
  private final Set<Path> locks = new HashSet<>();
  private final AtomicLong changes = new AtomicLong();
  private volatile Predicate<Path> refused = path -> false;

  /** Files whose creation or naming fails from now on. */
  void refuse(Predicate<Path> paths) {
    refused = paths;
  }

  /** How many changes there were, those through mappings apart. */
  long changes() {
    return changes.get();
  }

  /** All as it is now; locks are free and mappings are gone in the copy. */
  synchronized ImageDisk copy() {
    ImageDisk copy = new ImageDisk();
    IdentityHashMap<ImageFile, ImageFile> copies = new IdentityHashMap<>();
    files.forEach(
        (path, file) -> copy.files.put(path, copies.computeIfAbsent(file, ImageFile::copy)));
    copy.directories.addAll(directories);
    return copy;
  }

  /** All files, sorted. */
  synchronized List<Path> paths() {
    return List.copyOf(files.keySet());
  }

  /** A file from outside, in the place of what was there; null: what was there is gone. */
  synchronized void put(Path path, @Nullable ImageFile file) {
    if (file == null) {
      files.remove(path);
    } else {
      files.put(path, file);
    }
  }

  /** The file, to look at or to damage. */
  synchronized ImageFile file(Path path) throws IOException {
    ImageFile file = files.get(path);
    if (file == null) {
      String reason = directories.contains(path) ? "Is a directory" : "No such file or directory";
      throw new FileNotFoundException(path + " (" + reason + ")");
    }
    return file;
  }

  private void checkRefused(Path path) throws IOException {
    changes.incrementAndGet();
    if (refused.test(path)) {
      throw new IOException("Input/output error: " + path);
    }
  }

  // ---- directories and names

  @Override
  public synchronized void createDirectories(Path directory) throws IOException {
    if (files.containsKey(directory)) {
      throw new FileAlreadyExistsException(directory.toString());
    }
    for (Path path = directory; path != null && directories.add(path); path = path.getParent()) {
      changes.incrementAndGet();
    }
  }

  @Override
  public synchronized boolean exists(Path path) {
    return files.containsKey(path) || directories.contains(path);
  }

  @Override
  public synchronized List<Path> list(Path directory) {
    List<Path> found = new ArrayList<>();
    for (Path path : files.tailMap(directory).keySet()) {
      if (!path.startsWith(directory)) {
        break;
      }
      if (directory.equals(path.getParent())) {
        found.add(path);
      }
    }
    for (Path path : directories.tailSet(directory)) {
      if (directory.equals(path.getParent())) {
        found.add(path);
      }
    }
    found.sort(null);
    return found;
  }

  @Override
  public synchronized void rename(Path from, Path to) throws IOException {
    checkRefused(to);
    ImageFile file = files.remove(from);
    if (file == null) {
      throw new NoSuchFileException(from.toString());
    }
    files.put(to, file);
  }

  @Override
  public synchronized boolean linkIfAbsent(Path existing, Path name) throws IOException {
    checkRefused(name);
    return files.putIfAbsent(name, file(existing)) == null;
  }

  @Override
  public synchronized boolean deleteIfExists(Path file) {
    changes.incrementAndGet();
    return files.remove(file) != null || (list(file).isEmpty() && directories.remove(file));
  }

  @Override
  public void syncDirectory(Path directory) {}

  @Override
  public long usableSpace(Path directory) {
    return FREE;
  }

  @Override
  public synchronized Optional<DiskLock> tryLock(Path path) throws IOException {
    if (!locks.add(path)) {
      return Optional.empty();
    }
    if (!files.containsKey(path)) {
      create(path).close();
    }
    return Optional.of(() -> unlock(path));
  }

  private synchronized void unlock(Path path) {
    locks.remove(path);
  }

  // ---- files

  @Override
  public long size(Path path) throws IOException {
    return file(path).size();
  }

  @Override
  public synchronized DiskFile create(Path path) throws IOException {
    checkRefused(path);
    if (exists(path)) {
      throw new FileAlreadyExistsException(path.toString());
    }
    ImageFile file = new ImageFile();
    files.put(path, file);
    return new Open(file);
  }

  @Override
  public DiskFile openForWrite(Path path) throws IOException {
    return new Open(file(path));
  }

  @Override
  public DiskFile openForRead(Path path) throws IOException {
    return new Open(file(path));
  }

  @Override
  public MappedFile map(Path path, long size) throws IOException {
    ImageFile file = file(path);
    if (file.size() < size) {
      throw new IOException("file is shorter than its mapping: file=" + path);
    }
    return new Mapped(file.map(size));
  }

  private record Mapped(ByteBuffer buffer) implements MappedFile {
    @Override
    public void force(long from, long to) {}

    @Override
    public void close() {}
  }

  private final class Open implements DiskFile {
    private final ImageFile file;

    Open(ImageFile file) {
      this.file = file;
    }

    @Override
    public int read(long position, byte[] dst, int offset, int length) {
      return file.read(position, dst, offset, length);
    }

    @Override
    public void write(long position, byte[] src, int offset, int length) {
      changes.incrementAndGet();
      file.write(position, src, offset, length);
    }

    @Override
    public long size() {
      return file.size();
    }

    @Override
    public void force() {}

    @Override
    public void truncate(long size) {
      changes.incrementAndGet();
      file.resize(size);
    }

    @Override
    public void close() {}
  }
}
