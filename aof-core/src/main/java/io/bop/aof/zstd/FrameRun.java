package io.bop.aof.zstd;

/**
 * Adjacent frames of records, compressed, in bytes of their file. Immutable once made: any thread
 * may have them decompressed by its own {@link FrameReader}.
 */
public final class FrameRun {

  private final SeekableTail tail;
  private final int first;
  private final int count;
  private final byte[] bytes;
  private final long position;

  /**
   * Frames of which all bytes are there.
   *
   * @param tail of their file
   * @param first index of the first frame
   * @param count how many frames, at least 1
   * @param bytes of the file; shared, not copied
   * @param position of these bytes in the file
   */
  public FrameRun(SeekableTail tail, int first, int count, byte[] bytes, long position) {
    long from = tail.compressedPosition(first);
    long to = from + tail.compressedSize(first, count);
    if (from < position || to > position + bytes.length) {
      throw new IllegalArgumentException(
          "frames are not in these bytes: from=" + from + " to=" + to + " position=" + position);
    }
    this.tail = tail;
    this.first = first;
    this.count = count;
    this.bytes = bytes;
    this.position = position;
  }

  /** The tail of the file they are from. */
  public SeekableTail tail() {
    return tail;
  }

  /** Index of the first frame. */
  public int first() {
    return first;
  }

  /** How many frames. */
  public int count() {
    return count;
  }

  byte[] bytes() {
    return bytes;
  }

  /** Index of the frame's first byte in {@link #bytes}. */
  int at(int frame) {
    if (frame < first || frame >= first + count) {
      throw new IndexOutOfBoundsException(
          "frame is not in the run: frame=" + frame + " first=" + first + " count=" + count);
    }
    return (int) (tail.compressedPosition(frame) - position);
  }
}
