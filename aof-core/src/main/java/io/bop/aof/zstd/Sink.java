package io.bop.aof.zstd;

import java.io.IOException;

/** Takes the bytes of a file from front to back. */
@FunctionalInterface
public interface Sink {

  /** Takes the next {@code length} bytes; the array is the caller's again on return. */
  void write(byte[] bytes, int offset, int length) throws IOException;
}
