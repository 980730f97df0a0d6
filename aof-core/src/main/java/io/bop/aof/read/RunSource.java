package io.bop.aof.read;

import io.bop.aof.CorruptionException;
import io.bop.aof.Tier;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** One copy of one segment, read run by run. Confined to the reader that opened it. */
interface RunSource extends AutoCloseable {

  /** The segment's id. */
  long segmentId();

  /** Where the copy lies. */
  Tier tier();

  /**
   * Fills {@code run} with whole records, unchecked; the first one is at or before {@code offset},
   * which lies in the segment.
   *
   * @param limit offsets from here on need not be there
   * @return false when the copy has ended, and another must be found
   */
  boolean fill(long offset, long limit, Run run) throws IOException;

  /**
   * An offset at or behind {@code offset}, in the segment, before which no record from {@code
   * offset} on has a timestamp of {@code micros} or later; as far as that is known without reading
   * records.
   */
  default long passOlder(long offset, long micros) {
    return offset;
  }

  /** The reader has seen all of the last run: the next one begins there. */
  default void continueAt(long offset, long position) {}

  /** The records that cannot be had when that one cannot; null: not known. */
  default CorruptionException.@Nullable Range damageAt(long offset) {
    return null;
  }

  @Override
  void close();
}
