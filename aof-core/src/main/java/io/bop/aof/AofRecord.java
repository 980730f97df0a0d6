package io.bop.aof;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One record as it was appended. A record that a reader hands out is a view, valid until the reader
 * moves; {@link #copy()} makes one that lasts and is immutable.
 */
public interface AofRecord {

  /** Its number within the stream. */
  long offset();

  /** Append time, unless the caller gave one; exact to the microsecond. */
  Instant timestamp();

  /** {@link #timestamp()} in microseconds since the Unix epoch. */
  long timestampMicros();

  /** The caller's own identifier, if one was given. */
  OptionalLong extId();

  /** Read-only view of the payload, from its position to its limit; the same buffer each time. */
  ByteBuffer payload();

  /** Length of the payload in bytes. */
  int payloadSize();

  /** A copy of the payload. */
  byte[] payloadBytes();

  /** A copy of the key, if there is one. */
  Optional<byte[]> key();

  /** The headers; empty when there are none. */
  RecordHeaders headers();

  /** A record that stays valid when the reader moves; itself if it is one. */
  AofRecord copy();
}
