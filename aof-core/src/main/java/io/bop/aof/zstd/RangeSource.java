package io.bop.aof.zstd;

import java.io.IOException;

/** Ranges of a file or of an object. */
@FunctionalInterface
public interface RangeSource {

  /**
   * Reads exactly {@code length} bytes.
   *
   * @param position bytes from the start of the file
   * @throws IOException when they cannot be had, or the file ends before
   */
  void read(long position, byte[] dst, int offset, int length) throws IOException;
}
