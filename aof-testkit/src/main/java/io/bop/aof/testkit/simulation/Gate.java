package io.bop.aof.testkit.simulation;

import io.bop.aof.testkit.SeededRandom;
import io.bop.aof.testkit.simulation.DiskOperation.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What every operation of a disk passes: it is counted, the listener is told, the plan of faults is
 * asked, and then it happens alone. Thread-safe; the listener is called outside of the lock.
 */
final class Gate {

  private static final int OPERATIONS_PER_WRITE_BACK = 8;

  private final AtomicLong operations = new AtomicLong();
  private final DiskFaults faults = new DiskFaults();
  private volatile @Nullable OperationListener listener;
  private volatile Runnable touch = () -> {};
  private volatile @Nullable String gone;

  /* Guarded by this. The files are those that may have pages to be written back. */
  private final SeededRandom random;
  private final List<FileContent> watched = new ArrayList<>();

  Gate(long seed) {
    this.random = new SeededRandom(seed);
  }

  /** What is done alone. */
  interface Action<T> {
    T run() throws IOException;
  }

  DiskFaults faults() {
    return faults;
  }

  void onOperation(OperationListener told) {
    listener = told;
  }

  long operations() {
    return operations.get();
  }

  void onTouch(Runnable action) {
    touch = action;
  }

  /** Somebody asks for mapped memory. */
  void touched() {
    touch.run();
  }

  // ---- operations

  /** Before an operation: what is going to happen to it. */
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

  /** An operation that has no half-way. */
  <T> T operate(Kind kind, Path path, Action<T> action) throws IOException {
    begin(kind, path, 0, 0).throwIfAny(path);
    return alone(action);
  }

  /** An operation that has no half-way, on two names. */
  <T> T operate(Kind kind, Path path, Path target, Action<T> action) throws IOException {
    begin(kind, path, 0, 0, target).throwIfAny(target);
    return alone(action);
  }

  /** The operation itself. */
  <T> T alone(Action<T> action) throws IOException {
    synchronized (this) {
      requireAlive();
      if (random.oneIn(OPERATIONS_PER_WRITE_BACK)) {
        writeBack();
      }
      return action.run();
    }
  }

  /** What is not an operation of the process. */
  <T> T aside(Action<T> action) throws IOException {
    synchronized (this) {
      requireAlive();
      return action.run();
    }
  }

  /** Closing does nothing when the disk is gone: its end closed everything. */
  void close(Runnable action) {
    synchronized (this) {
      if (gone == null) {
        action.run();
      }
    }
  }

  // ---- the end

  /** Lets no operation in any more. */
  void end(String reason) {
    requireAlive();
    gone = reason;
  }

  boolean isGone() {
    return gone != null;
  }

  void requireAlive() {
    String what = gone;
    if (what != null) {
      throw new DiskGoneError("disk is gone: " + what);
    }
  }

  // ---- pages that are written back by themselves

  /** The file may get pages to be written back. */
  void watch(FileContent file) {
    if (file.list()) {
      watched.add(file);
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
}
