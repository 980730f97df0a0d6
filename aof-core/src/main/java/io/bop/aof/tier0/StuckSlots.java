package io.bop.aof.tier0;

import io.bop.aof.io.Disk;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Slot files in which a claim was never committed. The thread that made it may wake up as long as
 * the process lives, also when the store was closed and opened again, and writes into the file
 * then. Thread-safe.
 */
final class StuckSlots {

  /* Per disk, so that simulated machines of one process know nothing of each other. */
  private static final Map<Disk, Set<Path>> FILES =
      Collections.synchronizedMap(new WeakHashMap<>());

  private StuckSlots() {}

  static void add(Disk disk, Path file) {
    FILES.computeIfAbsent(disk, key -> ConcurrentHashMap.newKeySet()).add(normal(file));
  }

  static boolean contains(Disk disk, Path file) {
    Set<Path> files = FILES.get(disk);
    return files != null && files.contains(normal(file));
  }

  private static Path normal(Path file) {
    return file.toAbsolutePath().normalize();
  }
}
