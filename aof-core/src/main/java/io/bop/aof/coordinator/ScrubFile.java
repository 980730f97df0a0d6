package io.bop.aof.coordinator;

import io.bop.aof.UnsupportedFormatException;
import io.bop.aof.format.MalformedException;
import io.bop.aof.format.ScrubState;
import io.bop.aof.format.ScrubStateLayout;
import io.bop.aof.io.Disk;
import io.bop.aof.io.DiskFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps {@link ScrubState} in a file. What it says is never needed, so no damage to it stops
 * anybody: verification begins from the front. That a newer version wrote it is another matter: it
 * would be overwritten. Confined to one thread.
 */
public final class ScrubFile {

  private static final Logger log = LoggerFactory.getLogger(ScrubFile.class);
  private static final String NAME = "scrub.state";

  private final Disk disk;
  private final Path file;

  ScrubFile(Disk disk, Path root) {
    this.disk = disk;
    this.file = root.resolve(NAME);
  }

  /**
   * Looks at the file of a root that is about to be opened; damage is left to verification.
   *
   * @throws UnsupportedFormatException when a newer version wrote it
   */
  public static void requireReadable(Disk disk, Path root) {
    new ScrubFile(disk, root).read();
  }

  /**
   * What was written last; empty when there is nothing of use.
   *
   * @throws UnsupportedFormatException when a newer version wrote it
   */
  Optional<ScrubState> read() {
    if (!disk.exists(file)) {
      return Optional.empty();
    }
    try (DiskFile in = disk.openForRead(file)) {
      byte[] bytes = new byte[(int) Math.min(in.size(), ScrubStateLayout.MAX_SIZE + 1L)];
      in.readFully(0, bytes, 0, bytes.length);
      return Optional.of(ScrubState.decode(bytes, file.toString()));
    } catch (IOException | MalformedException e) {
      log.info("verification begins from the front: file={} reason={}", file, e.getMessage());
      return Optional.empty();
    }
  }

  void write(ScrubState state) {
    Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
    try {
      disk.deleteIfExists(temporary);
      byte[] bytes = state.encode();
      try (DiskFile out = disk.create(temporary)) {
        out.write(0, bytes, 0, bytes.length);
        out.force();
      }
      disk.rename(temporary, file);
    } catch (IOException e) {
      log.info("progress of verification is not kept: file={} reason={}", file, e.getMessage());
    }
  }
}
