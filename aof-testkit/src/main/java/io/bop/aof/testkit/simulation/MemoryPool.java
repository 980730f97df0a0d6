package io.bop.aof.testkit.simulation;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Memory between two mappings, of all disks of this process: allocating it is the dearest part of a
 * simulation. Thread-safe.
 */
final class MemoryPool {

  private static final long MOST_BYTES = 64L * 1024 * 1024;

  private static final MemoryPool INSTANCE = new MemoryPool();

  /* By size; only looked up. Guarded by this. */
  private final Map<Integer, Deque<Unused>> unused = new HashMap<>();
  private long bytes;

  private MemoryPool() {}

  static MemoryPool instance() {
    return INSTANCE;
  }

  /** Memory with any content. */
  MappedMemory take(int size) {
    Unused found = poll(size);
    return found == null ? allocate(size) : found.take();
  }

  /* Memory that somebody was blamed for is left to whoever writes to it. */
  private synchronized @Nullable Unused poll(int size) {
    Deque<Unused> fitting = unused.get(size);
    Unused found = null;
    while (fitting != null && !fitting.isEmpty() && (found == null || found.isBlamed())) {
      found = fitting.removeFirst();
      bytes -= size;
    }
    return found == null || found.isBlamed() ? null : found;
  }

  private MappedMemory allocate(int size) {
    try {
      return new MappedMemory(size);
    } catch (OutOfMemoryError e) {
      synchronized (this) {
        unused.clear();
        bytes = 0;
      }
      return new MappedMemory(size);
    }
  }

  /** Takes memory of a file that nobody may use any more. */
  Unused give(MappedMemory memory, String file) {
    memory.spoil();
    Unused given = new Unused(memory, file);
    synchronized (this) {
      bytes += memory.size();
      unused.computeIfAbsent(memory.size(), size -> new ArrayDeque<>()).addLast(given);
      while (bytes > MOST_BYTES) {
        dropOldest(memory.size());
      }
    }
    return given;
  }

  private void dropOldest(int preferred) {
    Deque<Unused> fitting = unused.get(preferred);
    if (fitting == null || fitting.isEmpty()) {
      unused.clear();
      bytes = 0;
    } else {
      fitting.removeFirst().drop();
      bytes -= preferred;
    }
  }

  /** Spoiled memory, and the file that it was mapped to. Thread-safe. */
  static final class Unused {
    private final String file;
    private @Nullable MappedMemory memory;
    private int lateWrite = -1;

    private Unused(MappedMemory memory, String file) {
      this.memory = memory;
      this.file = file;
    }

    private synchronized MappedMemory take() {
      check();
      MappedMemory taken = memory;
      if (taken == null) {
        throw new IllegalStateException("memory was taken twice: file=" + file);
      }
      memory = null;
      return taken;
    }

    private synchronized void drop() {
      memory = null;
    }

    synchronized boolean isBlamed() {
      return lateWrite >= 0;
    }

    /** Whether there is nothing to be checked any more. */
    synchronized boolean isDone() {
      return memory == null && lateWrite < 0;
    }

    /** Fails if the memory was written to between its two uses, or since the first. */
    synchronized void check() {
      MappedMemory unused = memory;
      if (unused != null && lateWrite < 0) {
        lateWrite = unused.lateWrite();
      }
      if (lateWrite >= 0) {
        throw new AssertionError(
            "memory was written to after its mapping was closed: file="
                + file
                + " position="
                + lateWrite);
      }
    }
  }
}
