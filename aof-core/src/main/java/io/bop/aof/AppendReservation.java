package io.bop.aof;

import java.nio.ByteBuffer;

/**
 * A buffer to build one payload in. Confined to one thread. Closing without {@link #commit()}
 * aborts and costs nothing.
 */
public interface AppendReservation extends AutoCloseable {

  /**
   * The staging buffer: position 0, limit the reserved length. Little-endian or not as you set it.
   */
  ByteBuffer buffer();

  /**
   * Appends the whole buffer, from 0 to the reserved length, at the stream's durability.
   *
   * @return the record's offset
   * @throws IllegalStateException when it was committed or aborted before
   */
  long commit();

  /** Gives the buffer back; nothing is appended. Idempotent. */
  void abort();

  @Override
  default void close() {
    abort();
  }
}
