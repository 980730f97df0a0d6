package io.bop.aof.format;

/**
 * A durable mark: up to which position a segment file was forced; little-endian. Two of them are
 * written in turn, at {@link SegmentHeaderLayout#FIRST_MARK_AT} and {@link
 * SegmentHeaderLayout#SECOND_MARK_AT}.
 *
 * <pre>
 *   0      8          16       20
 *   | salt | position | CRC32C |
 * </pre>
 */
public final class DurableMarkLayout {

  /** Number of marks in a header page. */
  public static final int SLOTS = 2;

  public static final int SALT_AT = 0;
  public static final int POSITION_AT = SALT_AT + Long.BYTES;
  public static final int CRC_AT = POSITION_AT + Long.BYTES;
  public static final int SIZE = CRC_AT + Integer.BYTES;

  private DurableMarkLayout() {}

  /** Position of a mark in the file; slot 0 or 1. */
  public static int at(int slot) {
    if (slot < 0 || slot >= SLOTS) {
      throw new IllegalArgumentException("mark slot must be 0 or 1: slot=" + slot);
    }
    return slot == 0 ? SegmentHeaderLayout.FIRST_MARK_AT : SegmentHeaderLayout.SECOND_MARK_AT;
  }
}
