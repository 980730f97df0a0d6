package io.bop.aof.tier1;

import io.bop.aof.io.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.BiConsumer;

/** The folder for damaged warm files. Thread-safe; one move per segment at a time. */
final class WarmQuarantine {

  private final Disk disk;
  private final Path directory;
  private volatile BiConsumer<WarmFileName, Path> moved = (name, file) -> {};

  WarmQuarantine(Disk disk, Path directory) {
    this.disk = disk;
    this.directory = directory;
  }

  Path folder() {
    return directory.resolve(WarmNames.QUARANTINE);
  }

  void onMoved(BiConsumer<WarmFileName, Path> listener) {
    moved = listener;
  }

  /**
   * Moves a file there, durably.
   *
   * @param gone run as soon as it has its old name no more
   * @return where it is now
   */
  Path move(Path file, WarmFileName name, Runnable gone) throws IOException {
    disk.createDirectories(folder());
    int attempt = 0;
    Path target = target(name, attempt);
    while (disk.exists(target)) {
      attempt++;
      target = target(name, attempt);
    }
    disk.rename(file, target);
    gone.run();
    // The new name first: between the two it may have both, and never none.
    disk.syncDirectory(folder());
    disk.syncDirectory(WarmNames.stream(directory, name.streamId()));
    moved.accept(name, target);
    return target;
  }

  private Path target(WarmFileName name, int attempt) {
    return folder().resolve(WarmNames.quarantined(name.streamId(), name.segmentId(), attempt));
  }
}
