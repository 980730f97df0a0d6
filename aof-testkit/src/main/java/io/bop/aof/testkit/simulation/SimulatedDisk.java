package io.bop.aof.testkit.simulation;

import io.bop.aof.io.Disk;
import io.bop.aof.io.DiskFile;
import io.bop.aof.io.MappedFile;
import io.bop.aof.testkit.SeededRandom;
import io.bop.aof.testkit.simulation.DiskOperation.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A disk in memory that loses at a power failure what a real one may lose, and nothing else.
 *
 * <p>It keeps beside the bytes that processes see what is on the disk for certain:
 *
 * <ul>
 *   <li>Bytes are on the disk when a force of them has returned. Of each page of 4 KiB that was not
 *       forced the next boot finds the last forced state, the newest, or one in between (pages are
 *       written back at any moment), or sectors of 512 bytes of two such states. An unforced size
 *       is found old, new or in between, with zeros where nothing was written back.
 *   <li>A name that was created, changed or removed is on the disk when its directory was synced.
 *       Until then the next boot finds it as it was or as it is, each name for itself; a rename is
 *       found done or not done, never half, and syncing either directory is enough.
 *   <li>A {@linkplain DiskFaults.Fault#fail failed} force is final: its pages are read with the new
 *       bytes, also after a {@link #restart}, and no later force brings them to the disk, although
 *       it succeeds. Only bytes written anew are forced again, with the rest of their page.
 *   <li>A full disk refuses new pages and new names, never the overwriting of pages that exist.
 * </ul>
 *
 * <p>All other answers are those of the real disk, exceptions included. Paths are absolute or
 * relative to the working directory of this process, whose real files are never touched. There are
 * no permissions and no symbolic links.
 *
 * <p>Mappings are memory, shared by all mappings of a file and by its readers and writers. When the
 * last mapping of a file is closed, its memory is filled with a pattern: a late reader gets
 * nonsense, and a late writer is found at the end of the process or when the memory is used again,
 * by an {@link AssertionError} that names the file. Three things differ from a real mapping: bytes
 * that are set to the value they have do not make a page dirty, a file that grew can't be mapped at
 * its new size before its other mappings are closed, and what lies behind the end of a truncated
 * file reads as zeros instead of ending the process.
 *
 * <p>Everything follows from the seeds and the order of operations. Thread-safe; the {@link
 * OperationListener} is called outside of all locks.
 */
public final class SimulatedDisk implements Disk {

  private static final int OPERATIONS_PER_WRITE_BACK = 8;

  private final Object mutex = new Object();
  private final Space space;
  private final FileTree tree;
  private final Names names;
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
    this.names = new Names(this.tree, space);
  }

  // ---- the simulation

  /** Who is told of each operation before it happens: one listener, the last that was set. */
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
   * The power fails, and the machine boots again. This disk is gone: each further call of it throws
   * {@link DiskGoneError}, but closing, which does nothing. The new disk has the same capacity, and
   * neither listener nor faults.
   *
   * @param seed decides what is found of that which was not forced
   * @return the disk that the next process finds
   * @throws AssertionError when memory was written to after its mapping was closed
   */
  public SimulatedDisk crash(long seed) {
    synchronized (mutex) {
      end("the power failed");
      Space found = new Space();
      found.capacity(space.capacity());
      return new SimulatedDisk(seed, found, tree.afterCrash(seed, found));
    }
  }

  /**
   * The process dies, and the machine goes on: all bytes and names are as the process left them,
   * its files and mappings are closed, its locks are free. What was not durable still is not. This
   * disk is gone: each further call of it throws {@link DiskGoneError}, but closing, which does
   * nothing. The new disk has the same capacity, and neither listener nor faults.
   *
   * @return the disk that the next process finds
   * @throws AssertionError when memory was written to after its mapping was closed
   */
  public SimulatedDisk restart() {
    synchronized (mutex) {
      end("the process died");
      tree.forgetUsers();
      SimulatedDisk next = new SimulatedDisk(random.nextLong(), space, tree);
      tree.forEachFile((path, file) -> next.watch(file));
      return next;
    }
  }

  private void end(String reason) {
    requireAlive();
    gone = reason;
    retired.forEach(MemoryPool.Unused::check);
  }

  /**
   * Ends the use of this disk, if nothing else did, and gives the memory of its mappings back for
   * other disks: faster than to leave it to the garbage collector. Only when no thread uses a
   * mapping of this disk any more.
   *
   * @throws AssertionError when memory was written to after its mapping was closed
   */
  public void release() {
    synchronized (mutex) {
      if (gone == null) {
        end("it was released");
      }
      mapped.forEach(
          memory -> MemoryPool.instance().give(memory, "a file of a process that ended"));
      mapped.clear();
    }
  }

  /** How many bytes of files fit; what is there already stays. Boundless if never set. */
  public void capacity(long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("capacity must not be negative: bytes=" + bytes);
    }
    synchronized (mutex) {
      space.capacity(bytes);
    }
  }

  /** Room that files take, in whole pages of 4 KiB; holes and names take none. */
  public long usedBytes() {
    synchronized (mutex) {
      return space.used();
    }
  }

  /** All files, sorted. Not an operation. */
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

  private <T> T operate(Kind kind, Path path, Action<T> action) throws IOException {
    begin(kind, path, 0, 0).throwIfAny(path);
    return locked(action);
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

  /** Closing does nothing when the disk is gone: its end closed everything. */
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
    retired.removeIf(MemoryPool.Unused::isDone);
    retired.add(MemoryPool.instance().give(memory, path.toString()));
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
    if (operate(Kind.STAT, directory, () -> names.isDirectory(directory))) {
      return;
    }
    Path parent = directory.toAbsolutePath().getParent();
    if (parent != null) {
      createDirectories(parent);
    }
    operate(
        Kind.CREATE,
        directory,
        () -> {
          names.makeDirectory(directory);
          return directory;
        });
    if (parent != null) {
      syncDirectory(parent);
    }
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
    return operate(Kind.LIST, directory, () -> names.list(directory));
  }

  @Override
  public void syncDirectory(Path directory) throws IOException {
    operate(
        Kind.SYNC_DIRECTORY,
        directory,
        () -> {
          names.sync(directory);
          return directory;
        });
  }

  @Override
  public long usableSpace(Path directory) throws IOException {
    return operate(
        Kind.STAT,
        directory,
        () -> {
          names.requireExists(directory);
          return space.free();
        });
  }

  // ---- Disk: names

  @Override
  public void rename(Path from, Path to) throws IOException {
    begin(Kind.RENAME, from, 0, 0, to).throwIfAny(to);
    locked(
        () -> {
          names.rename(from, to);
          return to;
        });
  }

  @Override
  public boolean linkIfAbsent(Path existing, Path name) throws IOException {
    begin(Kind.LINK, existing, 0, 0, name).throwIfAny(name);
    return locked(() -> names.linkIfAbsent(existing, name));
  }

  @Override
  public boolean deleteIfExists(Path file) throws IOException {
    return operate(Kind.DELETE, file, () -> names.deleteIfExists(file));
  }

  // ---- Disk: files

  @Override
  public long size(Path file) throws IOException {
    return operate(Kind.STAT, file, () -> tree.file(file).size());
  }

  @Override
  public DiskFile create(Path file) throws IOException {
    return operate(Kind.CREATE, file, () -> open(names.create(file), file, true));
  }

  @Override
  public DiskFile openForWrite(Path file) throws IOException {
    return operate(
        Kind.OPEN,
        file,
        () -> {
          names.requireExists(file);
          return open(names.toOpen(file), file, true);
        });
  }

  @Override
  public DiskFile openForRead(Path file) throws IOException {
    return operate(Kind.OPEN, file, () -> open(names.toOpen(file), file, false));
  }

  private DiskFile open(FileContent content, Path file, boolean writable) {
    content.addUser();
    return new SimulatedFile(this, content, file, writable);
  }

  @Override
  public MappedFile map(Path file, long size) throws IOException {
    begin(Kind.MAP, file, 0, size).throwIfAny(file);
    return locked(() -> map(tree.file(file), file, size));
  }

  private MappedFile map(FileContent content, Path file, long size) throws IOException {
    if (content.size() < size) {
      throw new IOException("file is shorter than its mapping: file=" + file + " wanted=" + size);
    }
    MappedMemory before = content.memory();
    MappedMemory memory = content.map(file, size);
    if (before == null) {
      mapped.add(memory);
    }
    watch(content);
    content.addUser();
    return new SimulatedMapping(this, content, file, memory, Math.toIntExact(size));
  }

  @Override
  public Optional<DiskLock> tryLock(Path file) throws IOException {
    return operate(
        Kind.LOCK,
        file,
        () -> {
          FileContent content = names.findOrCreate(file);
          return content.tryLock() ? Optional.of(lockOf(content)) : Optional.empty();
        });
  }

  private DiskLock lockOf(FileContent content) {
    content.addUser();
    AtomicBoolean held = new AtomicBoolean(true);
    return () ->
        close(
            () -> {
              if (held.getAndSet(false)) {
                content.unlock();
                content.removeUser();
              }
            });
  }
}
