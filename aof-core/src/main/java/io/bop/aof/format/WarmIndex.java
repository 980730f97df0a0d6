package io.bop.aof.format;

import io.bop.aof.UnsupportedFormatException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Which records each frame of a warm file or segment object holds, and the segment's footer.
 * Immutable.
 *
 * <p><b>Frame numbers do not count the header page.</b> Frame 0 is the first one with records,
 * which is the second data frame of the file: frame {@code i} here is entry {@code i + 1} of the
 * seek table.
 *
 * <p>The frames follow each other without a gap and together hold exactly the offsets of the
 * footer. {@code PADDING} counts as a record, but its timestamp counts for nothing: a frame without
 * any other record has minimum {@link Long#MAX_VALUE} and maximum {@link Long#MIN_VALUE}.
 */
public final class WarmIndex {

  private static final Envelope.Kind KIND =
      new Envelope.Kind("warm index", WarmIndexLayout.MAGIC, WarmIndexLayout.VERSION);

  private final long[] firstOffsets;
  private final int[] recordCounts;
  private final long[] minTimestamps;
  private final long[] maxTimestamps;
  private final SegmentFooter footer;

  private WarmIndex(Builder builder, SegmentFooter footer) {
    this.firstOffsets = Arrays.copyOf(builder.firstOffsets, builder.count);
    this.recordCounts = Arrays.copyOf(builder.recordCounts, builder.count);
    this.minTimestamps = Arrays.copyOf(builder.minTimestamps, builder.count);
    this.maxTimestamps = Arrays.copyOf(builder.maxTimestamps, builder.count);
    this.footer = footer;
  }

  /** Starts an index. */
  public static Builder builder() {
    return new Builder(Builder.FIRST_CAPACITY);
  }

  /** Number of frames with records; the header page's is not one of them. */
  public int frameCount() {
    return firstOffsets.length;
  }

  /** Offset of a frame's first record. */
  public long firstOffset(int frame) {
    return firstOffsets[frame];
  }

  /** Records of a frame; at least 1. */
  public int recordCount(int frame) {
    return recordCounts[frame];
  }

  /** Lowest timestamp of a frame's records. */
  public long minTimestamp(int frame) {
    return minTimestamps[frame];
  }

  /** Highest timestamp of a frame's records. */
  public long maxTimestamp(int frame) {
    return maxTimestamps[frame];
  }

  /** The segment's footer. */
  public SegmentFooter footer() {
    return footer;
  }

  /**
   * The frame that holds a record.
   *
   * @throws IllegalArgumentException when the segment does not hold that offset
   */
  public int frameOf(long offset) {
    if (offset < footer.baseOffset() || offset >= footer.nextOffset()) {
      throw new IllegalArgumentException(
          "offset is not in this segment: offset="
              + offset
              + " baseOffset="
              + footer.baseOffset()
              + " nextOffset="
              + footer.nextOffset());
    }
    int found = Arrays.binarySearch(firstOffsets, offset);
    return found >= 0 ? found : -found - 2;
  }

  /**
   * The first frame with a record whose timestamp is at least {@code t}, or {@link #frameCount}
   * when there is none. The lowest offset of the segment with such a timestamp is in this very
   * frame.
   */
  public int firstFrameWithTimestampAtLeast(long t) {
    int frame = 0;
    while (frame < maxTimestamps.length && maxTimestamps[frame] < t) {
      frame++;
    }
    return frame;
  }

  /** The payload of the skippable frame. */
  public byte[] encode() {
    byte[] bytes = new byte[Math.toIntExact(WarmIndexLayout.size(frameCount()))];
    ByteBuffer out = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    out.putLong(WarmIndexLayout.MAGIC).putInt(WarmIndexLayout.VERSION).putInt(frameCount());
    for (int i = 0; i < frameCount(); i++) {
      out.putLong(firstOffsets[i]).putInt(recordCounts[i]);
      out.putLong(minTimestamps[i]).putLong(maxTimestamps[i]);
    }
    out.put(SegmentFooterCodec.bytes(footer));
    Envelope.sign(out, bytes.length);
    return bytes;
  }

  /**
   * The index in all of these bytes.
   *
   * @param payload of the skippable frame
   * @param file its name, for messages
   * @throws MalformedException when it is not one, is damaged, or makes no sense
   * @throws UnsupportedFormatException when it is intact and of a newer version
   */
  public static WarmIndex decode(byte[] payload, String file) {
    if (payload.length < WarmIndexLayout.FIXED_SIZE) {
      throw new MalformedException(
          payload.length, "warm index ends early: length=" + payload.length + " file=" + file);
    }
    ByteBuffer in = ByteBuffer.wrap(payload).order(ByteOrder.LITTLE_ENDIAN);
    Envelope.check(in, 0, payload.length, KIND, file);
    int count = in.getInt(WarmIndexLayout.FRAME_COUNT_AT);
    if (count < 0 || payload.length != WarmIndexLayout.size(count)) {
      throw new MalformedException(
          WarmIndexLayout.FRAME_COUNT_AT,
          "wrong length of warm index: frameCount="
              + count
              + " length="
              + payload.length
              + " file="
              + file);
    }
    int footerAt = WarmIndexLayout.ENTRIES_AT + count * WarmIndexLayout.ENTRY_SIZE;
    SegmentFooter footer = SegmentFooterCodec.decode(payload, footerAt, file);
    try {
      return entries(in, count).build(footer);
    } catch (IllegalArgumentException e) {
      throw new MalformedException(
          WarmIndexLayout.ENTRIES_AT,
          "warm index makes no sense: file=" + file + ": " + e.getMessage());
    }
  }

  private static Builder entries(ByteBuffer in, int count) {
    Builder builder = new Builder(count);
    for (int i = 0; i < count; i++) {
      int at = WarmIndexLayout.ENTRIES_AT + i * WarmIndexLayout.ENTRY_SIZE;
      builder.addFrame(
          in.getLong(at + WarmIndexLayout.FIRST_OFFSET_AT),
          in.getInt(at + WarmIndexLayout.RECORD_COUNT_AT),
          in.getLong(at + WarmIndexLayout.MIN_TIMESTAMP_AT),
          in.getLong(at + WarmIndexLayout.MAX_TIMESTAMP_AT));
    }
    return builder;
  }

  /** Is told of every frame with records, in order. Confined to one thread. */
  public static final class Builder {

    private static final int FIRST_CAPACITY = 64;

    private long[] firstOffsets;
    private int[] recordCounts;
    private long[] minTimestamps;
    private long[] maxTimestamps;
    private int count;
    private long nextOffset;

    private Builder(int capacity) {
      this.firstOffsets = new long[capacity];
      this.recordCounts = new int[capacity];
      this.minTimestamps = new long[capacity];
      this.maxTimestamps = new long[capacity];
    }

    /**
     * The next frame with records; the header page's is not told.
     *
     * @param firstOffset follows the frame before without a gap
     * @param recordCount at least 1, {@code PADDING} included
     * @param minTimestamp lowest of its records, {@code PADDING} apart
     * @param maxTimestamp highest of its records, {@code PADDING} apart
     * @throws IllegalArgumentException when that can not be
     */
    public Builder addFrame(
        long firstOffset, int recordCount, long minTimestamp, long maxTimestamp) {
      boolean follows = count == 0 || firstOffset == nextOffset;
      boolean empty = minTimestamp == Long.MAX_VALUE && maxTimestamp == Long.MIN_VALUE;
      if (!follows
          || firstOffset < 0
          || recordCount < 1
          || firstOffset + recordCount < 0
          || (minTimestamp > maxTimestamp && !empty)) {
        throw new IllegalArgumentException(
            "frame can not follow: frame="
                + count
                + " firstOffset="
                + firstOffset
                + " nextOffset="
                + nextOffset
                + " recordCount="
                + recordCount
                + " minTimestamp="
                + minTimestamp
                + " maxTimestamp="
                + maxTimestamp);
      }
      grow();
      firstOffsets[count] = firstOffset;
      recordCounts[count] = recordCount;
      minTimestamps[count] = minTimestamp;
      maxTimestamps[count] = maxTimestamp;
      count++;
      nextOffset = firstOffset + recordCount;
      return this;
    }

    /**
     * The index of the frames told.
     *
     * @param footer the segment's; the frames hold exactly its offsets
     * @throws IllegalArgumentException when they do not
     */
    public WarmIndex build(SegmentFooter footer) {
      long first = count == 0 ? footer.baseOffset() : firstOffsets[0];
      long next = count == 0 ? first : nextOffset;
      if (first != footer.baseOffset() || next != footer.nextOffset()) {
        throw new IllegalArgumentException(
            "frames do not hold the segment's offsets: first="
                + first
                + " next="
                + next
                + " baseOffset="
                + footer.baseOffset()
                + " nextOffset="
                + footer.nextOffset());
      }
      return new WarmIndex(this, footer);
    }

    private void grow() {
      if (count == firstOffsets.length) {
        int capacity = 2 * Math.max(count, 1);
        firstOffsets = Arrays.copyOf(firstOffsets, capacity);
        recordCounts = Arrays.copyOf(recordCounts, capacity);
        minTimestamps = Arrays.copyOf(minTimestamps, capacity);
        maxTimestamps = Arrays.copyOf(maxTimestamps, capacity);
      }
    }
  }
}
