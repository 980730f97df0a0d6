package io.bop.aof.testkit.simulation;

import io.bop.aof.io.Disk;
import io.bop.aof.io.DiskFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Short words for what tests do to a disk. */
final class DiskSketch {

  static final Path ROOT = Path.of("/data");
  static final Path FILE = ROOT.resolve("file");

  private DiskSketch() {}

  /** A disk with an empty, durable {@link #ROOT}. */
  static SimulatedDisk disk(long seed) throws IOException {
    SimulatedDisk disk = new SimulatedDisk(seed);
    disk.createDirectories(ROOT);
    return disk;
  }

  static void write(Disk disk, Path path, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    try (DiskFile file = disk.exists(path) ? disk.openForWrite(path) : disk.create(path)) {
      file.write(0, bytes, 0, bytes.length);
    }
  }

  static void force(Disk disk, Path path) throws IOException {
    try (DiskFile file = disk.openForWrite(path)) {
      file.force();
    }
  }

  static void writeDurably(Disk disk, Path path, String text) throws IOException {
    write(disk, path, text);
    force(disk, path);
    disk.syncDirectory(path.getParent());
  }

  static String text(SimulatedDisk disk, Path path) throws IOException {
    return new String(disk.content(path), StandardCharsets.UTF_8);
  }

  /** The text, or "none" when there is no such file. */
  static String textOrNone(SimulatedDisk disk, Path path) throws IOException {
    return disk.exists(path) ? text(disk, path) : "none";
  }
}
