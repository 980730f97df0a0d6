package io.bop.aof;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Reads a stream in order, over all tiers. Confined to one thread at a time. An idle reader pins
 * nothing.
 */
public interface AofReader extends AutoCloseable {

  /**
   * The next record, or null when there is none yet. The record is valid until the next call on
   * this reader; {@link AofRecord#copy()} keeps it.
   *
   * @throws CorruptionException when no copy of the bytes is intact
   * @throws SegmentUnavailableException when no tier holds a readable copy
   * @throws Tier2UnavailableException when only Tier 2 holds the bytes and it does not answer
   */
  @Nullable AofRecord next();

  /** Like {@link #next()}, but waits at the end of the stream; null when nothing came in time. */
  @Nullable AofRecord poll(Duration timeout);

  /**
   * The offset that {@link #next()} will deliver, or a later one where offsets were left unused.
   */
  long nextOffset();

  /**
   * The tier of the bytes that the last record came from; null while none were read, and from a
   * reader that does not know. What is kept in memory of a colder tier counts as that tier.
   */
  default @Nullable Tier tier() {
    return null;
  }

  /** The place of {@link #nextOffset()}, to be kept and gone on from later. */
  Cursor cursor();

  @Override
  void close();
}
