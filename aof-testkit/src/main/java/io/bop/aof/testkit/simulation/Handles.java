package io.bop.aof.testkit.simulation;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;

/** What a process holds of a disk: open files, mappings, locks, and memory. Guarded by the disk. */
final class Handles {

  private final IdentityHashMap<Object, Path> open = new IdentityHashMap<>();
  private final List<MappedMemory> mapped = new ArrayList<>();
  private final List<MemoryPool.Unused> retired = new ArrayList<>();

  void opened(Object handle, Path path) {
    open.put(handle, path);
  }

  /** False when it was closed before. */
  boolean closed(Object handle) {
    return open.remove(handle) != null;
  }

  boolean isOpen(Object handle) {
    return open.containsKey(handle);
  }

  /** The paths of all that is open, as it was opened, sorted. */
  List<Path> paths() {
    return open.values().stream().sorted().toList();
  }

  // ---- memory

  void mapped(MappedMemory memory) {
    if (!mapped.contains(memory)) {
      mapped.add(memory);
    }
  }

  /** No mapping uses the memory any more. */
  void unmapped(MappedMemory memory, Path path) {
    mapped.remove(memory);
    retired.removeIf(MemoryPool.Unused::isDone);
    retired.add(MemoryPool.instance().give(memory, path.toString()));
  }

  /** Fails when memory was written to after its last mapping was closed. */
  void check() {
    retired.forEach(MemoryPool.Unused::check);
  }

  /** The process is dead: nobody uses its memory any more. */
  void release() {
    for (MappedMemory memory : mapped) {
      MemoryPool.instance().give(memory, "a file that was mapped when its process ended");
    }
    mapped.clear();
  }
}
