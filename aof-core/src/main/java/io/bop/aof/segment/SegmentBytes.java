package io.bop.aof.segment;

import io.bop.aof.format.SegmentHeaderLayout;
import java.io.IOException;

/**
 * The bytes of one sealed segment as they stand in Tier 0, held for a while. Confined to one
 * thread; close it soon: it keeps the slot from being used again.
 */
public interface SegmentBytes extends AutoCloseable {

  /** The stream's id. */
  long streamId();

  /** The segment's id. */
  long segmentId();

  /** The salt of its records. */
  long salt();

  /** Offset of its first record. */
  long baseOffset();

  /** Position after the last record; records begin at {@link #DATA_START}. */
  long dataEnd();

  /**
   * Copies bytes of header page and records.
   *
   * @param position from the start of the file; {@code position + length <= dataEnd()}
   */
  void read(long position, byte[] dst, int offset, int length) throws IOException;

  @Override
  void close();

  /** Where the records begin: behind the header page. */
  int DATA_START = SegmentHeaderLayout.PAGE_SIZE;
}
