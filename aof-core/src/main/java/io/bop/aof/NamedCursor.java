package io.bop.aof;

import java.time.Instant;
import java.util.Objects;

/**
 * How far a consumer has come in one stream, as it was last saved.
 *
 * @param consumer who reads; {@code [A-Za-z0-9][A-Za-z0-9._-]{0,63}}
 * @param stream the name of the stream
 * @param cursor the place to go on from: everything below has been handled
 * @param savedAt when, by the wall clock
 */
public record NamedCursor(String consumer, String stream, Cursor cursor, Instant savedAt) {

  /** Nothing may be null. */
  public NamedCursor {
    Objects.requireNonNull(consumer, "consumer");
    Objects.requireNonNull(stream, "stream");
    Objects.requireNonNull(cursor, "cursor");
    Objects.requireNonNull(savedAt, "savedAt");
  }
}
