package io.bop.aof.manifest;

import io.bop.aof.io.Disk;
import io.bop.aof.io.DiskFile;
import java.io.IOException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that only takes room, so that a full disk has room for a chunk more when the file shrinks,
 * and a last time, for what makes room, when it goes. Confined to the log's thread.
 */
final class SpareChunk {

  /** Its name in the manifest directory. */
  static final String NAME = "spare";

  /** Kept when the rest is used: room to record what is removed, and with it all that waited. */
  static final int LAST = 64 * 1024;

  private static final Logger log = LoggerFactory.getLogger(SpareChunk.class);
  private static final int WRITE_SIZE = 64 * 1024;

  private final Disk disk;
  private final Path directory;
  private final Path path;
  private final int size;
  private boolean missing;

  SpareChunk(Disk disk, Path directory, int chunkSize) {
    this.disk = disk;
    this.directory = directory;
    this.path = directory.resolve(NAME);
    this.size = chunkSize + LAST;
  }

  /** Makes the file whole, if the disk has room for more than what is missing and the reserve. */
  void prepare(long reserveBytes) {
    try {
      long there = present();
      missing = there < size;
      if (missing && disk.usableSpace(directory) >= size - there + reserveBytes) {
        fill(there);
        missing = false;
      }
    } catch (IOException e) {
      // Not tried again before it is asked for.
      missing = false;
      log.warn("spare manifest chunk cannot be made: file={}", path, e);
    }
  }

  private long present() throws IOException {
    return disk.exists(path) ? disk.size(path) : 0;
  }

  private void fill(long from) throws IOException {
    byte[] zeros = new byte[WRITE_SIZE];
    try (DiskFile file = disk.exists(path) ? disk.openForWrite(path) : disk.create(path)) {
      try {
        for (long at = from; at < size; at += WRITE_SIZE) {
          file.write(at, zeros, 0, (int) Math.min(WRITE_SIZE, size - at));
        }
        file.force();
      } catch (IOException e) {
        // Somebody was faster; what was there before is still good for something.
        file.truncate(from);
        throw e;
      }
    }
    // It may be the next process that needs it.
    disk.syncDirectory(directory);
  }

  /** Whether some of it was given back, or could not be made. */
  boolean isMissing() {
    return missing;
  }

  /** Gives the room of a chunk back; false when there was none to give. */
  boolean release() {
    try {
      if (present() <= LAST) {
        return false;
      }
      try (DiskFile file = disk.openForWrite(path)) {
        file.truncate(LAST);
      }
    } catch (IOException e) {
      return unusable(e);
    }
    missing = true;
    log.info("spare manifest chunk is used, the disk is full: file={}", path);
    return true;
  }

  /** Gives the last of it back, for what makes room; false when there was none to give. */
  boolean releaseLast() {
    try {
      if (!disk.deleteIfExists(path)) {
        return false;
      }
    } catch (IOException e) {
      return unusable(e);
    }
    missing = true;
    log.info("last of the spare manifest chunk is used to make room: file={}", path);
    return true;
  }

  private boolean unusable(IOException e) {
    log.warn("spare manifest chunk cannot be used: file={}", path, e);
    return false;
  }
}
