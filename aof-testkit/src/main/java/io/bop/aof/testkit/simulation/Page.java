package io.bop.aof.testkit.simulation;

import java.util.Arrays;

/**
 * 4 KiB of a file at some moment. Immutable, but for the file that has just made it and has shown
 * it to nobody.
 */
record Page(byte[] bytes) {

  /** What a page cache and a disk move at once. */
  static final int SIZE = 4096;

  /** What a disk writes at once, whatever happens. */
  static final int SECTOR = 512;

  /** All zeros; never written to. Pages of zeros are this one, so that they cost nothing. */
  static final Page ZERO = new Page(new byte[SIZE]);

  /** A copy of the bytes. */
  static Page copyOf(byte[] src, int offset) {
    return isZero(src, offset) ? ZERO : new Page(Arrays.copyOfRange(src, offset, offset + SIZE));
  }

  /** These bytes, which nobody else changes. */
  static Page of(byte[] bytes) {
    return isZero(bytes, 0) ? ZERO : new Page(bytes);
  }

  private static boolean isZero(byte[] src, int offset) {
    return Arrays.equals(src, offset, offset + SIZE, ZERO.bytes, 0, SIZE);
  }

  /** A copy that may be written to until it is shown to somebody. */
  Page copy() {
    return new Page(bytes.clone());
  }

  /** The page as it is when the file ends inside of it. */
  Page cutTo(int length) {
    return of(Arrays.copyOf(Arrays.copyOf(bytes, length), SIZE));
  }

  /** The sectors of this page, but those of {@code other} whose bit is set in {@code mask}. */
  Page tornWith(Page other, int mask) {
    byte[] torn = bytes.clone();
    for (int sector = 0; sector < SIZE / SECTOR; sector++) {
      if ((mask >>> sector & 1) != 0) {
        System.arraycopy(other.bytes, sector * SECTOR, torn, sector * SECTOR, SECTOR);
      }
    }
    return of(torn);
  }
}
