package io.bop.aof.benchmarks.limit;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Room in one file, handed out by one atomic addition to a word of record index and position in
 * 8-byte units. Thread-safe.
 */
final class Claims {

  /** Answer when the file has no room left. */
  static final long FULL = -1;

  private static final int UNIT_SHIFT = 3;
  private static final int INDEX_SHIFT = 32;
  private static final long UNITS_MASK = (1L << INDEX_SHIFT) - 1;

  private final AtomicLong tail = new AtomicLong(RawFile.DATA_START >>> UNIT_SHIFT);
  private final int limit;

  /** Room up to {@code limit} bytes from the start of the file. */
  Claims(int limit) {
    this.limit = limit;
  }

  /** Claims room for one record of {@code padded} bytes; {@link #FULL} when there is none. */
  long claim(int padded) {
    long before = tail.getAndAdd((1L << INDEX_SHIFT) | (padded >>> UNIT_SHIFT));
    return positionOf(before) + padded <= limit ? before : FULL;
  }

  /** Index of the claimed record. */
  static int indexOf(long claim) {
    return (int) (claim >>> INDEX_SHIFT);
  }

  /** Place of the claimed record in bytes. */
  static int positionOf(long claim) {
    return (int) ((claim & UNITS_MASK) << UNIT_SHIFT);
  }
}
