package io.bop.aof.tier0;

import io.bop.aof.format.SparseIndex;

/** The sizes that slots have; they follow each stream's write rate. */
public enum SizeClass {
  /** 1 MiB: quiet streams. */
  SMALL(1L << 20),
  /** 8 MiB. */
  MEDIUM(8L << 20),
  /** 64 MiB: busy streams. */
  LARGE(64L << 20);

  private final long bytes;
  private final int limit;

  SizeClass(long bytes) {
    this.bytes = bytes;
    this.limit = (int) (bytes - SparseIndex.maxEncodedSize(bytes));
  }

  /** Size of the file in bytes. */
  public long bytes() {
    return bytes;
  }

  /** Position that records must not pass, so that index and footer fit behind them. */
  public int limit() {
    return limit;
  }

  /** The next larger one; itself if it is the largest. */
  public SizeClass larger() {
    return this == SMALL ? MEDIUM : LARGE;
  }

  /** The next smaller one; itself if it is the smallest. */
  public SizeClass smaller() {
    return this == LARGE ? MEDIUM : SMALL;
  }

  /** Whether files of a class have that size. */
  public static boolean isOne(long bytes) {
    for (SizeClass size : values()) {
      if (size.bytes == bytes) {
        return true;
      }
    }
    return false;
  }

  /** The class of files of that size. */
  public static SizeClass of(long bytes) {
    for (SizeClass size : values()) {
      if (size.bytes == bytes) {
        return size;
      }
    }
    throw new IllegalArgumentException("no such size class: bytes=" + bytes);
  }
}
