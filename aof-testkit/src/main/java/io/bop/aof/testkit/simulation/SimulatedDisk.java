package io.bop.aof.testkit.simulation;

import io.bop.aof.io.Disk;
import io.bop.aof.io.DiskFile;
import io.bop.aof.io.DurableDirectories;
import io.bop.aof.io.MappedFile;
import io.bop.aof.testkit.SeededRandom;
import io.bop.aof.testkit.simulation.DiskOperation.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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

  private final Space space;
  private final FileTree tree;
  private final Names names;
  private final Gate gate;
  private final Handles handles = new Handles();
  private final DiskDamage damage = new DiskDamage(this);
  private final long nextSeed;

  /* The disk that came after this one. Guarded by the gate. */
  private final DurableDirectories directories = new DurableDirectories(new DirectoryNames());
  private @Nullable SimulatedDisk next;

  /**
   * An empty disk without bounds.
   *
   * @param seed decides when pages are written back by themselves
   */
  public SimulatedDisk(long seed) {
    this(seed, new Space(), null);
  }

  private SimulatedDisk(long seed, Space space, @Nullable FileTree tree) {
    this.space = space;
    this.tree = tree == null ? new FileTree(space) : tree;
    this.names = new Names(this.tree, space);
    this.gate = new Gate(seed);
    this.nextSeed = new SeededRandom(seed).nextLong();
  }

  // ---- the simulation

  /** Who is told of each operation before it happens: one listener, the last that was set. */
  public void onOperation(OperationListener listener) {
    gate.onOperation(listener);
  }

  /**
   * What runs when somebody asks for the memory of a mapping, on that thread: a place where another
   * thread may go first.
   */
  void onTouch(Runnable action) {
    gate.onTouch(action);
  }

  /** How many operations there were on this disk, those that failed included. */
  public long operations() {
    return gate.operations();
  }

  /** What goes wrong. */
  public DiskFaults faults() {
    return gate.faults();
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
    synchronized (gate) {
      SimulatedDisk found = crashUnchecked(seed);
      handles.check();
      return found;
    }
  }

  /* For who releases this disk next: that looks at its memory too, and looking is dear. */
  SimulatedDisk crashUnchecked(long seed) {
    synchronized (gate) {
      gate.end("the power failed");
      Space found = new Space();
      found.capacity(space.capacity());
      next = new SimulatedDisk(seed, found, tree.afterCrash(seed, found));
      return next;
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
    synchronized (gate) {
      SimulatedDisk found = restartUnchecked();
      handles.check();
      return found;
    }
  }

  /* As crashUnchecked. */
  SimulatedDisk restartUnchecked() {
    synchronized (gate) {
      gate.end("the process died");
      tree.forgetUsers();
      SimulatedDisk found = new SimulatedDisk(nextSeed, space, tree);
      tree.forEachFile((path, file) -> found.gate.watch(file));
      next = found;
      return found;
    }
  }

  /**
   * Ends the use of this disk, if nothing else did, and gives the memory of its mappings back for
   * other disks: faster than to leave it to the garbage collector. Only when no thread uses a
   * mapping of this disk any more.
   *
   * @throws AssertionError when memory was written to after its mapping was closed
   */
  public void release() {
    synchronized (gate) {
      if (!gate.isGone()) {
        gate.end("it was released");
      }
      handles.release();
      handles.check();
    }
  }

  /**
   * Looks for writes to memory whose mapping was closed, on this disk and all that came after it by
   * {@link #crash} and {@link #restart}. For the end of a test.
   *
   * @throws AssertionError when there was one, with the file
   */
  public void checkMappings() {
    for (SimulatedDisk disk = this; disk != null; disk = disk.check()) {}
  }

  private @Nullable SimulatedDisk check() {
    synchronized (gate) {
      handles.check();
      return next;
    }
  }

  /**
   * What is open: files, mappings and locks, by the path they were opened with, sorted; what is
   * open twice is there twice. Not an operation.
   */
  public List<Path> open() {
    synchronized (gate) {
      gate.requireAlive();
      return handles.paths();
    }
  }

  /** How many bytes of files fit; what is there already stays. Boundless if never set. */
  public void capacity(long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("capacity must not be negative: bytes=" + bytes);
    }
    synchronized (gate) {
      space.capacity(bytes);
    }
  }

  /** Room that files take, in whole pages of 4 KiB; holes and names take none. */
  public long usedBytes() {
    synchronized (gate) {
      return space.used();
    }
  }

  /** All files, sorted. Not an operation. */
  public List<Path> files() {
    synchronized (gate) {
      gate.requireAlive();
      List<Path> files = new ArrayList<>();
      tree.forEachFile((path, file) -> files.add(path));
      files.sort(null);
      return files;
    }
  }

  /** The bytes of a file as processes see them now. Not an operation. */
  public byte[] content(Path file) throws IOException {
    return gate.aside(
        () -> {
          FileContent content = tree.file(file);
          byte[] bytes = new byte[Math.toIntExact(content.size())];
          content.read(0, bytes, 0, bytes.length);
          return bytes;
        });
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
    gate.aside(
        () -> {
          FileContent content = tree.file(file);
          change.apply(content);
          content.settle();
          return content;
        });
  }

  /** Something that is done to a file. */
  interface Change {
    void apply(FileContent content) throws IOException;
  }

  // ---- Disk: directories

  @Override
  public void createDirectories(Path directory) throws IOException {
    directories.create(directory);
  }

  private final class DirectoryNames implements DurableDirectories.Names {
    @Override
    public boolean isDirectory(Path path) throws IOException {
      return gate.operate(Kind.STAT, path, () -> names.isDirectory(path));
    }

    @Override
    public boolean isWritable(Path directory) {
      return true;
    }

    @Override
    public void makeDirectory(Path directory) throws IOException {
      gate.operate(
          Kind.CREATE,
          directory,
          () -> {
            names.makeDirectory(directory);
            return directory;
          });
    }

    @Override
    public void syncDirectory(Path directory) throws IOException {
      SimulatedDisk.this.syncDirectory(directory);
    }
  }

  @Override
  public boolean exists(Path path) {
    if (!gate.begin(Kind.STAT, path, 0, 0).isNone()) {
      return false;
    }
    synchronized (gate) {
      gate.requireAlive();
      return tree.find(path) != null;
    }
  }

  @Override
  public List<Path> list(Path directory) throws IOException {
    return gate.operate(Kind.LIST, directory, () -> names.list(directory));
  }

  @Override
  public void syncDirectory(Path directory) throws IOException {
    gate.operate(
        Kind.SYNC_DIRECTORY,
        directory,
        () -> {
          names.sync(directory);
          return directory;
        });
  }

  @Override
  public long usableSpace(Path directory) throws IOException {
    return gate.operate(
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
    gate.operate(
        Kind.RENAME,
        from,
        to,
        () -> {
          names.rename(from, to);
          return to;
        });
  }

  @Override
  public boolean linkIfAbsent(Path existing, Path name) throws IOException {
    return gate.operate(Kind.LINK, existing, name, () -> names.linkIfAbsent(existing, name));
  }

  @Override
  public boolean deleteIfExists(Path file) throws IOException {
    directories.forget(file);
    return gate.operate(Kind.DELETE, file, () -> names.deleteIfExists(file));
  }

  // ---- Disk: files

  @Override
  public long size(Path file) throws IOException {
    return gate.operate(Kind.STAT, file, () -> tree.file(file).size());
  }

  @Override
  public DiskFile create(Path file) throws IOException {
    return gate.operate(Kind.CREATE, file, () -> open(names.create(file), file, true));
  }

  @Override
  public DiskFile openForWrite(Path file) throws IOException {
    return gate.operate(
        Kind.OPEN,
        file,
        () -> {
          names.requireExists(file);
          return open(names.toOpen(file), file, true);
        });
  }

  @Override
  public DiskFile openForRead(Path file) throws IOException {
    return gate.operate(Kind.OPEN, file, () -> open(names.toOpen(file), file, false));
  }

  private DiskFile open(FileContent content, Path file, boolean writable) {
    SimulatedFile opened = new SimulatedFile(this, content, file, writable);
    content.addUser();
    handles.opened(opened, file);
    return opened;
  }

  @Override
  public MappedFile map(Path file, long size) throws IOException {
    gate.begin(Kind.MAP, file, 0, size).throwIfAny(file);
    return gate.alone(() -> map(tree.file(file), file, size));
  }

  private MappedFile map(FileContent content, Path file, long size) throws IOException {
    if (content.size() < size) {
      throw new IOException("file is shorter than its mapping: file=" + file + " wanted=" + size);
    }
    MappedMemory memory = content.map(file, size);
    gate.watch(content);
    content.addUser();
    handles.mapped(memory);
    SimulatedMapping mapping =
        new SimulatedMapping(this, content, file, memory, Math.toIntExact(size));
    handles.opened(mapping, file);
    return mapping;
  }

  @Override
  public Optional<DiskLock> tryLock(Path file) throws IOException {
    return gate.operate(
        Kind.LOCK,
        file,
        () -> {
          FileContent content = names.findOrCreate(file);
          return content.tryLock() ? Optional.of(lockOf(content, file)) : Optional.empty();
        });
  }

  private DiskLock lockOf(FileContent content, Path file) {
    Object handle = new Object();
    content.addUser();
    handles.opened(handle, file);
    return () ->
        gate.close(
            () -> {
              if (handles.closed(handle)) {
                content.unlock();
                content.removeUser();
              }
            });
  }

  Gate gate() {
    return gate;
  }

  Handles handles() {
    return handles;
  }
}
