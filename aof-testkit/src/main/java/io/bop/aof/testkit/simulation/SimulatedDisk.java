package io.bop.aof.testkit.simulation;

import io.bop.aof.io.Disk;
import io.bop.aof.io.DiskFile;
import io.bop.aof.io.MappedFile;
import io.bop.aof.testkit.SeededRandom;
import io.bop.aof.testkit.simulation.DiskOperation.Kind;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** javadoc below. */
public final class SimulatedDisk implements Disk {

  private static final int OPERATIONS_PER_WRITE_BACK = 8;

  private final Object mutex = new Object();
  private final Space space;
  private final FileTree tree;
  private final SeededRandom random;
  private final DiskFaults faults = new DiskFaults();
  private final DiskDamage damage = new DiskDamage(this);
  private final AtomicLong operations = new AtomicLong();
  private volatile @Nullable OperationListener listener;
  private volatile @Nullable String gone;
  private volatile Runnable touch = () -> {};

  /* Files that may have pages to be written back. */
  private final List<FileContent> watched = new ArrayList<>();
  private final List<MappedMemory> mapped = new ArrayList<>();
  private final List<MemoryPool.Unused> retired = new ArrayList<>();

  /**
   * An empty disk without bounds.
   *
   * @param seed decides when pages are written back by themselves
   */
  public SimulatedDisk(long seed) {
    this(seed, new Space(), null);
  }

  private SimulatedDisk(long seed, Space space, @Nullable FileTree tree) {
    this.random = new SeededRandom(seed);
    this.space = space;
    this.tree = tree == null ? new FileTree(space) : tree;
  }

  // ---- the simulation

  /** Who is told of each operation before it happens; one at a time, the last that was set. */
  public void onOperation(OperationListener listener) {
    this.listener = listener;
  }

  /**
   * What runs when somebody asks for the memory of a mapping, on that thread: a place where another
   * thread may go first.
   */
  void onTouch(Runnable action) {
    touch = action;
  }

  void touched() {
    touch.run();
  }

  /** How many operations there were on this disk, those that failed included. */
  public long operations() {
    return operations.get();
  }

  /** What goes wrong. */
  public DiskFaults faults() {
    return faults;
  }

  /** Damage to files. */
  public DiskDamage damage() {
    return damage;
  }

  /**
   * The power fails. What was forced is on the disk that the next boot finds; what was not is there
   * or not, as the seed has it. This disk is gone afterwards. Counts, listener and fault plan of
   * the new disk are new, its capacity is the same.
   *
   * @throws AssertionError when memory was written to after its mapping was closed
   */
  public SimulatedDisk crash(long seed) {
    synchronized (mutex) {
      requireAlive();
      gone = "the power failed";
      Space found = new Space();
      found.capacity(space.capacity());
      SimulatedDisk next = new SimulatedDisk(seed, found, tree.afterCrash(seed, found));
      checkRetired();
      return next;
    }
  }

  /**
   * The process dies and another starts: all that was written is seen, locks are free, mappings and
   * open files are closed. What is durable is what was durable before: pages whose force failed
   * still never reach the disk. This disk is gone afterwards. Counts, listener and fault plan of
   * the new disk are new, its capacity is the same.
   *
   * @throws AssertionError when memory was written to after its mapping was closed
   */
  public SimulatedDisk restart() {
    synchronized (mutex) {
      requireAlive();
      gone = "the process died";
      tree.forgetUsers();
      SimulatedDisk next = new SimulatedDisk(random.nextLong(), space, tree);
      tree.forEachFile((path, file) -> next.watch(file));
      checkRetired();
      return next;
    }
  }

  /**
   * Gives the memory of mappings that were open at the end back for other disks to use. Only for a
   * disk that is gone, and only when no thread of the dead process touches its mappings any more.
   * Without this call the garbage collector does it, later.
   */
  public void release() {
    synchronized (mutex) {
      if (gone == null) {
        throw new IllegalStateException("disk is in use: action=crash or restart it first");
      }
      mapped.forEach(memory -> MemoryPool.instance().give(memory, "mapped at the end"));
      mapped.clear();
    }
  }

  private void checkRetired() {
    retired.forEach(MemoryPool.instance()::check);
  }

  /** How many bytes of files fit; what is there already stays. */
  public void capacity(long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("capacity must not be negative: bytes=" + bytes);
    }
    synchronized (mutex) {
      space.capacity(bytes);
    }
  }

  /** Room that files take, in whole pages of 4 KiB; holes take none. */
  public long usedBytes() {
    synchronized (mutex) {
      return space.used();
    }
  }

  /** All files, sorted. */
  public List<Path> files() {
    synchronized (mutex) {
      requireAlive();
      List<Path> files = new ArrayList<>();
      tree.forEachFile((path, file) -> files.add(path));
      files.sort(null);
      return files;
    }
  }

  /** The bytes of a file as processes see them now. Not an operation. */
  public byte[] content(Path file) throws IOException {
    synchronized (mutex) {
      requireAlive();
      FileContent content = tree.file(file);
      byte[] bytes = new byte[Math.toIntExact(content.size())];
      content.read(0, bytes, 0, bytes.length);
      return bytes;
    }
  }

  /** Sets the bytes of a file that exists, durably. Not an operation. */
  public void replaceContent(Path file, byte[] bytes) throws IOException {
    change(
        file,
        content -> {
          content.resize(file, bytes.length);
          content.write(file, 0, bytes, 0, bytes.length);
        });
  }

  /** A change from outside. */
  void change(Path file, Change change) throws IOException {
    synchronized (mutex) {
      requireAlive();
      FileContent content = tree.file(file);
      change.apply(content);
      content.settle();
    }
  }

  /** Something that is done to a file. */
  interface Change {
    void apply(FileContent content) throws IOException;
  }

  // ---- operations

  /** What is done under the mutex. */
  interface Action<T> {
    T run() throws IOException;
  }

  InjectedFault begin(Kind kind, Path path, long position, long length) {
    return begin(kind, path, position, length, null);
  }

  private InjectedFault begin(
      Kind kind, Path path, long position, long length, @Nullable Path target) {
    requireAlive();
    long number = operations.incrementAndGet();
    OperationListener told = listener;
    if (told == null && faults.isEmpty()) {
      return InjectedFault.NONE;
    }
    DiskOperation operation = new DiskOperation(number, kind, path, position, length, target);
    if (told != null) {
      told.before(operation);
    }
    return faults.decide(operation);
  }

  private void beginOrFail(Kind kind, Path path) throws IOException {
    begin(kind, path, 0, 0).throwIfAny(path);
  }

  <T> T locked(Action<T> action) throws IOException {
    synchronized (mutex) {
      requireAlive();
      if (random.oneIn(OPERATIONS_PER_WRITE_BACK)) {
        writeBack();
      }
      return action.run();
    }
  }

  private void writeBack() {
    if (watched.isEmpty()) {
      return;
    }
    int index = random.nextInt(watched.size());
    FileContent file = watched.get(index);
    if (!file.writeBack(random)) {
      file.unlist();
      watched.set(index, watched.get(watched.size() - 1));
      watched.remove(watched.size() - 1);
    }
  }

  /** The file may get pages to be written back. */
  void watch(FileContent file) {
    if (file.list()) {
      watched.add(file);
    }
  }

  /** Closing does nothing when the disk is gone: it closed everything. */
  void close(Runnable action) {
    synchronized (mutex) {
      if (gone == null) {
        action.run();
      }
    }
  }

  /** Memory that no mapping uses any more. */
  void retire(MappedMemory memory, Path path) {
    mapped.remove(memory);
    retired.add(MemoryPool.instance().give(memory, "path=" + path));
  }

  private void requireAlive() {
    String what = gone;
    if (what != null) {
      throw new DiskGoneError("disk is gone: " + what);
    }
  }

  // ---- Disk: directories

  @Override
  public void createDirectories(Path directory) throws IOException {
    if (isDirectory(directory)) {
      return;
    }
    Path parent = directory.toAbsolutePath().getParent();
    if (parent != null) {
      createDirectories(parent);
    }
    beginOrFail(Kind.CREATE, directory);
    locked(
        () -> {
          FileTree.Place place = tree.place(directory);
          if (place.node() instanceof FileContent) {
            throw new FileAlreadyExistsException(directory.toString());
          }
          if (place.node() == null) {
            requireRoom(directory);
            tree.addDirectory(place);
          }
          return place;
        });
    if (parent != null) {
      syncDirectory(parent);
    }
  }

  private boolean isDirectory(Path path) throws IOException {
    beginOrFail(Kind.STAT, path);
    return locked(() -> tree.find(path) instanceof Directory);
  }

  @Override
  public boolean exists(Path path) {
    if (!begin(Kind.STAT, path, 0, 0).isNone()) {
      return false;
    }
    synchronized (mutex) {
      requireAlive();
      return tree.find(path) != null;
    }
  }

  @Override
  public List<Path> list(Path directory) throws IOException {
    beginOrFail(Kind.LIST, directory);
    return locked(
        () -> {
          if (!(tree.find(directory) instanceof Directory found)) {
            return List.of();
          }
          return FileTree.names(found).stream().map(directory::resolve).sorted().toList();
        });
  }

  @Override
  public void syncDirectory(Path directory) throws IOException {
    beginOrFail(Kind.SYNC_DIRECTORY, directory);
    locked(
        () -> {
          Node node = tree.find(directory);
          if (node instanceof Directory found) {
            tree.sync(found);
          } else {
            tree.file(directory).force(0, Long.MAX_VALUE, true);
          }
          return directory;
        });
  }

  @Override
  public long usableSpace(Path directory) throws IOException {
    beginOrFail(Kind.STAT, directory);
    return locked(
        () -> {
          if (tree.find(directory) == null) {
            throw new NoSuchFileException(directory.toString());
          }
          return space.free();
        });
  }

  // ---- Disk: names

  @Override
  public void rename(Path from, Path to) throws IOException {
    begin(Kind.RENAME, from, 0, 0, to).throwIfAny(to);
    locked(
        () -> {
          FileTree.Place source = tree.place(from);
          FileTree.Place target = tree.place(to);
          Node moved = source.node();
          Node replaced = target.node();
          if (moved == null) {
            throw new NoSuchFileException(from.toString(), to.toString(), null);
          }
          if (moved != replaced) {
            requireReplaceable(moved, replaced, from, to);
            tree.move(source, target);
          }
          return to;
        });
  }

  private static void requireReplaceable(Node moved, @Nullable Node replaced, Path from, Path to)
      throws IOException {
    String reason = null;
    if (moved instanceof Directory && to.startsWith(from)) {
      reason = "Invalid argument";
    } else if (replaced instanceof Directory directory) {
      if (moved instanceof FileContent) {
        reason = "Is a directory";
      } else if (!FileTree.names(directory).isEmpty()) {
        reason = "Directory not empty";
      }
    } else if (replaced != null && moved instanceof Directory) {
      reason = "Not a directory";
    }
    if (reason != null) {
      throw new FileSystemException(from.toString(), to.toString(), reason);
    }
  }

  @Override
  public boolean linkIfAbsent(Path existing, Path name) throws IOException {
    begin(Kind.LINK, existing, 0, 0, name).throwIfAny(name);
    return locked(
        () -> {
          FileContent file = tree.file(existing);
          FileTree.Place place = tree.place(name);
          if (place.node() != null) {
            return false;
          }
          requireRoom(name);
          tree.add(place, file);
          return true;
        });
  }

  @Override
  public boolean deleteIfExists(Path file) throws IOException {
    beginOrFail(Kind.DELETE, file);
    return locked(
        () -> {
          FileTree.Place place;
          try {
            place = tree.place(file);
          } catch (NoSuchFileException e) {
            return false;
          }
          Node node = place.node();
          if (node instanceof Directory directory && !FileTree.names(directory).isEmpty()) {
            throw new DirectoryNotEmptyException(file.toString());
          }
          if (node != null) {
            tree.remove(place);
          }
          return node != null;
        });
  }

  /** A name costs nothing here, but on a full disk there is no room for one. */
  private void requireRoom(Path path) throws IOException {
    if (!space.hasPages(1)) {
      throw Space.full(path);
    }
  }

  // ---- Disk: files

  @Override
  public long size(Path file) throws IOException {
    beginOrFail(Kind.STAT, file);
    return locked(() -> tree.file(file).size());
  }

  @Override
  public DiskFile create(Path file) throws IOException {
    beginOrFail(Kind.CREATE, file);
    return locked(
        () -> {
          FileTree.Place place = tree.place(file);
          if (place.node() != null) {
            throw new FileAlreadyExistsException(file.toString());
          }
          requireRoom(file);
          return open(tree.addFile(place), file, true);
        });
  }

  @Override
  public DiskFile openForWrite(Path file) throws IOException {
    beginOrFail(Kind.OPEN, file);
    return locked(
        () -> {
          if (tree.find(file) == null) {
            throw new NoSuchFileException(file.toString());
          }
          return open(fileToOpen(file), file, true);
        });
  }

  @Override
  public DiskFile openForRead(Path file) throws IOException {
    beginOrFail(Kind.OPEN, file);
    return locked(() -> open(fileToOpen(file), file, false));
  }

  private FileContent fileToOpen(Path file) throws FileNotFoundException {
    Node node = tree.find(file);
    if (node instanceof FileContent content) {
      return content;
    }
    String reason = node == null ? "No such file or directory" : "Is a directory";
    throw new FileNotFoundException(file + " (" + reason + ")");
  }

  private DiskFile open(FileContent content, Path file, boolean writable) {
    content.addUser();
    return new SimulatedFile(this, content, file, writable);
  }

  @Override
  public MappedFile map(Path file, long size) throws IOException {
    begin(Kind.MAP, file, 0, size).throwIfAny(file);
    return locked(
        () -> {
          FileContent content = tree.file(file);
          if (content.size() < size) {
            throw new IOException(
                "file is shorter than its mapping: file=" + file + " wanted=" + size);
          }
          boolean first = content.memory() == null;
          MappedMemory memory = content.map(file, size);
          if (first) {
            mapped.add(memory);
          }
          watch(content);
          content.addUser();
          return new SimulatedMapping(this, content, file, memory, Math.toIntExact(size));
        });
  }

  @Override
  public Optional<DiskLock> tryLock(Path file) throws IOException {
    beginOrFail(Kind.LOCK, file);
    return locked(
        () -> {
          FileTree.Place place = tree.place(file);
          if (place.node() == null) {
            requireRoom(file);
          }
          FileContent content = place.node() == null ? tree.addFile(place) : tree.file(file);
          return content.tryLock() ? Optional.of(lockOf(content)) : Optional.empty();
        });
  }

  private DiskLock lockOf(FileContent content) {
    content.addUser();
    AtomicBoolean open = new AtomicBoolean(true);
    return () ->
        close(
            () -> {
              if (open.getAndSet(false)) {
                content.unlock();
                content.removeUser();
              }
            });
  }
}
