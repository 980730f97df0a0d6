package io.bop.aof.testkit.simulation;

import io.bop.aof.io.NoSpaceException;
import java.io.IOException;
import java.nio.file.Path;

/** Room on the disk, in whole pages. Guarded by the disk. */
final class Space {

  /** Nobody fills that in a test; and sums of it do not overflow. */
  static final long BOUNDLESS = 1L << 60;

  private long capacity = BOUNDLESS;
  private long used;

  long capacity() {
    return capacity;
  }

  void capacity(long bytes) {
    capacity = bytes;
  }

  long used() {
    return used;
  }

  long free() {
    return Math.max(0, capacity - used);
  }

  boolean hasPages(long count) {
    return free() >= count * Page.SIZE;
  }

  /** Changes the use by that many pages; there may be less room than that. */
  void add(long pages) {
    used += pages * Page.SIZE;
  }

  static NoSpaceException full(Path path) {
    return new NoSpaceException(
        "disk is full: path=" + path, new IOException("No space left on device"));
  }
}
