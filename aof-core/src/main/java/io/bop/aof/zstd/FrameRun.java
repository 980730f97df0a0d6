package io.bop.aof.zstd;

/**
 * Adjacent frames of records, compressed, as one read brought them. Immutable once read: any thread
 * may have them decompressed by its own {@link FrameReader}.
 */
public final class FrameRun {

  private final SeekableTail tail;
  private final int first;
  private final int count;
  private final byte[] bytes;

  FrameRun(SeekableTail tail, int first, int count, byte[] bytes) {
    this.tail = tail;
    this.first = first;
    this.count = count;
    this.bytes = bytes;
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

  /** Compressed bytes held. */
  public int bytesHeld() {
    return bytes.length;
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
    return (int) (tail.compressedPosition(frame) - tail.compressedPosition(first));
  }
}
