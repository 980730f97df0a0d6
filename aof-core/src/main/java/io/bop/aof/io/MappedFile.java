package io.bop.aof.io;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A file mapped into memory, to read and write. The memory may be used by many threads; whoever
 * uses it must know that the mapping was not closed, or the process may die.
 */
public interface MappedFile extends AutoCloseable {

  /** The mapped bytes, little-endian; use only absolute access. The same object at each call. */
  ByteBuffer buffer();

  /**
   * Makes bytes {@code [from, to)} durable.
   *
   * @throws IOException when the disk refused; the bytes must then be seen as not durable, and a
   *     later force that succeeds proves nothing
   */
  void force(long from, long to) throws IOException;

  /** Ends the mapping at once. Idempotent. */
  @Override
  void close();
}
