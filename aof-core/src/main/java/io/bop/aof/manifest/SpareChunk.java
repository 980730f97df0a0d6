package io.bop.aof.manifest;

import io.bop.aof.io.Disk;
import io.bop.aof.io.DiskFile;
import java.io.IOException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file of the size of a chunk that only takes room, so that a full disk has room for one more
 * when the file goes. Confined to the log's thread.
 */
final class SpareChunk {

  /** Its name in the manifest directory. */
  static final String NAME = "spare";

  private static final Logger log = LoggerFactory.getLogger(SpareChunk.class);
  private static final int WRITE_SIZE = 64 * 1024;

  private final Disk disk;
  private final Path directory;
  private final Path path;
  private final int size;

  SpareChunk(Disk disk, Path directory, int size) {
    this.disk = disk;
    this.directory = directory;
    this.path = directory.resolve(NAME);
    this.size = size;
  }

  /** Makes the file if it is not there, and the disk has room for more than it and the reserve. */
  void prepare(long reserveBytes) {
    try {
      if (isWhole() || disk.usableSpace(directory) < size + reserveBytes) {
        return;
      }
      fill();
    } catch (IOException e) {
      log.warn("spare manifest chunk cannot be made: file={}", path, e);
      discard();
    }
  }

  private boolean isWhole() throws IOException {
    return disk.exists(path) && disk.size(path) >= size;
  }

  private void fill() throws IOException {
    disk.deleteIfExists(path);
    byte[] zeros = new byte[WRITE_SIZE];
    try (DiskFile file = disk.create(path)) {
      for (int position = 0; position < size; position += WRITE_SIZE) {
        file.write(position, zeros, 0, Math.min(WRITE_SIZE, size - position));
      }
      file.force();
    }
  }

  /** Gives the room back; false when there was none to give. */
  boolean release() throws IOException {
    boolean released = disk.deleteIfExists(path);
    if (released) {
      log.info("spare manifest chunk is used, the disk is full: file={}", path);
    }
    return released;
  }

  private void discard() {
    try {
      disk.deleteIfExists(path);
    } catch (IOException e) {
      log.debug("spare manifest chunk stays as it is: file={}", path, e);
    }
  }
}
