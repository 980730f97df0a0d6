package io.bop.aof.tier1;

import io.bop.aof.io.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * What the directory of warm files holds, read once. Confined to one thread.
 *
 * @param files all of them, sorted by stream and segment
 * @param trusted those whose size was expected, and not asked for
 */
record WarmDirectory(List<WarmFileName> files, List<WarmFileName> trusted) {

  /** Reads it, and removes what a crash left half-written and folders that nothing is in. */
  static WarmDirectory read(Disk disk, Path directory, ExpectedSize expected) throws IOException {
    WarmDirectory found = new WarmDirectory(new ArrayList<>(), new ArrayList<>());
    for (Path folder : disk.list(directory)) {
      OptionalLong streamId = WarmNames.streamId(folder);
      if (streamId.isPresent()) {
        found.add(disk, folder, streamId.getAsLong(), expected);
      }
    }
    return found;
  }

  private void add(Disk disk, Path folder, long streamId, ExpectedSize expected)
      throws IOException {
    List<Path> paths = disk.list(folder);
    boolean removed = false;
    for (Path path : paths) {
      OptionalLong segmentId = WarmNames.segmentId(path);
      if (segmentId.isPresent()) {
        long bytes = expected.of(streamId, segmentId.getAsLong());
        boolean known = bytes >= 0;
        WarmFileName file =
            new WarmFileName(streamId, segmentId.getAsLong(), known ? bytes : disk.size(path));
        files.add(file);
        if (known) {
          trusted.add(file);
        }
      } else if (WarmNames.isTemporary(path)) {
        removed |= disk.deleteIfExists(path);
      }
    }
    if (paths.isEmpty()) {
      disk.deleteIfExists(folder);
    } else if (removed) {
      disk.syncDirectory(folder);
    }
  }
}
