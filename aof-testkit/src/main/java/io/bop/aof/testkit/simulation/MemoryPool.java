package io.bop.aof.testkit.simulation;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * Memory between two mappings, of all disks of this process: allocating it is the dearest part of a
 * simulation. Thread-safe.
 */
final class MemoryPool {

  private static final long MOST_BYTES = 128L * 1024 * 1024;

  private static final MemoryPool INSTANCE = new MemoryPool();

  /* By size; only looked up. Guarded by this. */
  private final Map<Integer, Deque<Unused>> unused = new HashMap<>();
  private long bytes;

  private MemoryPool() {}

  static MemoryPool instance() {
    return INSTANCE;
  }

  /** Spoiled memory, and the file that it was mapped to. */
  static final class Unused {
    private final MappedMemory memory;
    private final String owner;
    private boolean checked;

    Unused(MappedMemory memory, String owner) {
      this.memory = memory;
      this.owner = owner;
    }

    private void check() {
      int position = checked ? -1 : memory.lateWrite();
      if (position >= 0) {
        checked = true;
        throw new AssertionError(
            "memory was written to after its mapping was closed: "
                + owner
                + " position="
                + position);
      }
    }
  }

  /** Memory with any content. */
  MappedMemory take(int size) {
    Unused found;
    synchronized (this) {
      Deque<Unused> fitting = unused.get(size);
      found = fitting == null ? null : fitting.pollFirst();
      if (found == null) {
        return new MappedMemory(size);
      }
      bytes -= size;
    }
    synchronized (found) {
      found.check();
      found.checked = true;
    }
    return found.memory;
  }

  /** Memory that nobody may use any more; {@code owner} is told when somebody does. */
  Unused give(MappedMemory memory, String owner) {
    memory.spoil();
    Unused given = new Unused(memory, owner);
    synchronized (this) {
      if (bytes + memory.size() <= MOST_BYTES) {
        bytes += memory.size();
        unused.computeIfAbsent(memory.size(), size -> new ArrayDeque<>()).addLast(given);
      }
    }
    return given;
  }

  /** Fails if the memory was written to since it was given, unless it has a new user. */
  void check(Unused given) {
    synchronized (given) {
      given.check();
    }
  }
}
