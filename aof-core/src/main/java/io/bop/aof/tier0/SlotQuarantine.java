package io.bop.aof.tier0;

import io.bop.aof.io.Disk;
import java.io.IOException;
import java.nio.file.Path;

/** Sets damaged slot files aside, durably, under a name that nobody opens. */
public final class SlotQuarantine {

  /** Folder beside the slots. */
  public static final String FOLDER = "quarantine";

  private SlotQuarantine() {}

  /** Moves the file; returns where it is now. */
  public static Path move(Disk disk, Path file) throws IOException {
    Path folder = file.resolveSibling(FOLDER);
    disk.createDirectories(folder);
    Path target = folder.resolve(file.getFileName());
    for (int i = 1; disk.exists(target); i++) {
      target = folder.resolve(file.getFileName() + "." + i);
    }
    disk.rename(file, target);
    try {
      disk.syncDirectory(folder);
      Path parent = file.getParent();
      if (parent != null) {
        disk.syncDirectory(parent);
      }
    } catch (IOException e) {
      putBack(disk, target, file, e);
      throw e;
    }
    return target;
  }

  /* A move that was not forced does not count: the next open must find the file where it was. */
  private static void putBack(Disk disk, Path from, Path to, IOException cause) {
    try {
      disk.rename(from, to);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }
}
