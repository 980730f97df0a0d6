package io.bop.aof.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * Where some of a segment's records stand: the first one, and from then on one about every 64 KiB.
 * A hint only: whoever uses an entry checks the record that it finds there, and scans from the
 * segment's first record when there is no index. Immutable.
 */
public final class SparseIndex {

  /** The index of a segment of which nothing is known. */
  public static final SparseIndex EMPTY = new SparseIndex(new long[0], new long[0], new int[0]);

  private static final long MAX_POSITION = 0xFFFF_FFFFL;

  private final long[] offsets;
  private final long[] maxTimestamps;
  private final int[] positions;

  private SparseIndex(long[] offsets, long[] maxTimestamps, int[] positions) {
    this.offsets = offsets;
    this.maxTimestamps = maxTimestamps;
    this.positions = positions;
  }

  /** Starts an index. */
  public static Builder builder() {
    return new Builder();
  }

  /** Number of entries. */
  public int count() {
    return offsets.length;
  }

  /** Offset of entry {@code i}. */
  public long offsetAt(int i) {
    return offsets[i];
  }

  /** Position in the file of entry {@code i}'s record. */
  public long positionAt(int i) {
    return Integer.toUnsignedLong(positions[i]);
  }

  /** Highest timestamp of the records from the segment's first to entry {@code i}'s, inclusive. */
  public long maxTimestampAt(int i) {
    return maxTimestamps[i];
  }

  /** The last entry whose offset is at most that; −1 when there is none. */
  public int floor(long offset) {
    int found = Arrays.binarySearch(offsets, offset);
    return found >= 0 ? found : -found - 2;
  }

  /**
   * Position of a record with that offset or a lower one: of entry {@link #floor}, or of the
   * segment's first record when there is no such entry.
   */
  public long positionAtOrBefore(long offset) {
    int i = floor(offset);
    return i < 0 ? SegmentHeaderLayout.PAGE_SIZE : positionAt(i);
  }

  /**
   * The first entry whose {@link #maxTimestampAt} is at least {@code t}, or {@link #count} when
   * there is none. Timestamps need not rise, so this does not name a record; for {@code i} returned
   * it guarantees:
   *
   * <ul>
   *   <li>every record up to and including entry {@code i - 1}'s is older than {@code t} (if {@code
   *       i > 0});
   *   <li>a record that is not older lies behind entry {@code i - 1}'s and at or in front of entry
   *       {@code i}'s (if {@code i < count()}).
   * </ul>
   *
   * So a scan that begins at entry {@code max(0, i - 1)} meets the lowest offset whose timestamp is
   * at least {@code t}, at entry {@code i} at the latest; for {@code i == count()} it meets it
   * behind the last entry or finds that the segment has none.
   */
  public int firstWithMaxTimestampAtLeast(long t) {
    int low = 0;
    int high = maxTimestamps.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (maxTimestamps[middle] < t) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** Bytes that {@link #encode} returns for that many entries. */
  public static long encodedSize(int count) {
    return (long) count * SparseIndexLayout.ENTRY_SIZE + SparseIndexLayout.CRC_SIZE;
  }

  /**
   * The room that a segment file must keep free behind its records: footer, and any index that a
   * builder makes of records in front of that room. A multiple of 8.
   *
   * @param fileSize a multiple of 8, more than a header page
   */
  public static int maxEncodedSize(long fileSize) {
    if (fileSize <= SegmentHeaderLayout.PAGE_SIZE || fileSize > MAX_POSITION) {
      throw new IllegalArgumentException("bad size of a segment file: fileSize=" + fileSize);
    }
    long room = fileSize - SegmentHeaderLayout.PAGE_SIZE;
    int count = (int) ((room + SparseIndexLayout.INTERVAL - 1) / SparseIndexLayout.INTERVAL);
    return RecordLayout.padded((int) encodedSize(count)) + SegmentFooterLayout.SIZE;
  }

  /**
   * Its bytes in the file.
   *
   * @param salt the segment's
   */
  public byte[] encode(long salt) {
    byte[] bytes = new byte[Math.toIntExact(encodedSize(count()))];
    ByteBuffer out = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < offsets.length; i++) {
      out.putLong(offsets[i]).putLong(maxTimestamps[i]).putInt(positions[i]);
    }
    out.putInt(crc(bytes, salt));
    return bytes;
  }

  /**
   * The index in all of these bytes.
   *
   * @param salt the segment's
   * @throws MalformedException when they are no index of this segment, are damaged, or make no
   *     sense
   */
  public static SparseIndex decode(byte[] bytes, long salt) {
    int size = bytes.length - SparseIndexLayout.CRC_SIZE;
    if (size < 0 || size % SparseIndexLayout.ENTRY_SIZE != 0) {
      throw new MalformedException(0, "bad length of sparse index: length=" + bytes.length);
    }
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    if (in.getInt(size) != crc(bytes, salt)) {
      throw new MalformedException(size, "damaged sparse index: checksum mismatch");
    }
    int count = size / SparseIndexLayout.ENTRY_SIZE;
    Builder entries = new Builder(count);
    for (int i = 0; i < count; i++) {
      int at = i * SparseIndexLayout.ENTRY_SIZE;
      long offset = in.getLong(at + SparseIndexLayout.OFFSET_AT);
      long timestamp = in.getLong(at + SparseIndexLayout.MAX_TIMESTAMP_AT);
      long position = Integer.toUnsignedLong(in.getInt(at + SparseIndexLayout.POSITION_AT));
      if (!entries.mayFollow(offset, position) || timestamp < entries.maxTimestamp) {
        throw new MalformedException(
            at,
            "sparse index makes no sense: entry="
                + i
                + " offset="
                + offset
                + " position="
                + position
                + " maxTimestamp="
                + timestamp);
      }
      entries.append(offset, timestamp, position);
    }
    return entries.build();
  }

  /**
   * Checks that it can be the index of a segment.
   *
   * @param baseOffset the segment's
   * @param nextOffset first offset after the segment
   * @param dataEnd position after its last record
   * @throws MalformedException when it can not
   */
  public void validate(long baseOffset, long nextOffset, long dataEnd) {
    int last = count() - 1;
    if (last < 0) {
      return;
    }
    if (offsets[0] != baseOffset || positionAt(0) != SegmentHeaderLayout.PAGE_SIZE) {
      throw new MalformedException(
          0,
          "sparse index does not begin with the segment: offset="
              + offsets[0]
              + " baseOffset="
              + baseOffset
              + " position="
              + positionAt(0));
    }
    if (offsets[last] >= nextOffset || positionAt(last) >= dataEnd) {
      throw new MalformedException(
          (long) last * SparseIndexLayout.ENTRY_SIZE,
          "sparse index reaches beyond the segment: offset="
              + offsets[last]
              + " nextOffset="
              + nextOffset
              + " position="
              + positionAt(last)
              + " dataEnd="
              + dataEnd);
    }
  }

  private static int crc(byte[] bytes, long salt) {
    CRC32C crc = new CRC32C();
    crc.update(ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(0, salt));
    crc.update(bytes, 0, bytes.length - SparseIndexLayout.CRC_SIZE);
    return (int) crc.getValue();
  }

  /** Is told of every record of a segment, in order. Confined to one thread. */
  public static final class Builder {

    private static final int FIRST_CAPACITY = 16;

    private long[] offsets;
    private long[] maxTimestamps;
    private int[] positions;
    private int count;
    private long lastPosition;
    private long maxTimestamp = Long.MIN_VALUE;

    private Builder() {
      this(FIRST_CAPACITY);
    }

    private Builder(int capacity) {
      this.offsets = new long[capacity];
      this.maxTimestamps = new long[capacity];
      this.positions = new int[capacity];
    }

    /**
     * The segment's next record; makes an entry of it when it is time for one.
     *
     * @param timestamp the record's; {@link Long#MIN_VALUE} for {@code PADDING}, whose time counts
     *     for nothing
     * @param position of its first byte in the file
     * @throws IllegalArgumentException when an entry is due and the record can not stand there
     */
    public void add(long offset, long timestamp, long position) {
      if (count > 0 && position - lastPosition < SparseIndexLayout.INTERVAL) {
        maxTimestamp = Math.max(maxTimestamp, timestamp);
        return;
      }
      if (!mayFollow(offset, position)) {
        throw new IllegalArgumentException(
            "record can not stand here: offset="
                + offset
                + " position="
                + position
                + " lastPosition="
                + lastPosition);
      }
      append(offset, Math.max(maxTimestamp, timestamp), position);
    }

    /** The index of the records so far. */
    public SparseIndex build() {
      return new SparseIndex(
          Arrays.copyOf(offsets, count),
          Arrays.copyOf(maxTimestamps, count),
          Arrays.copyOf(positions, count));
    }

    private boolean mayFollow(long offset, long position) {
      if (offset < 0
          || position < SegmentHeaderLayout.PAGE_SIZE
          || position > MAX_POSITION
          || position % RecordLayout.ALIGNMENT != 0) {
        return false;
      }
      if (count == 0) {
        return true;
      }
      long records = offset - offsets[count - 1];
      return records > 0 && records <= (position - lastPosition) / RecordLayout.HEADER_SIZE;
    }

    private void append(long offset, long timestamp, long position) {
      if (count == offsets.length) {
        int capacity = 2 * Math.max(count, 1);
        offsets = Arrays.copyOf(offsets, capacity);
        maxTimestamps = Arrays.copyOf(maxTimestamps, capacity);
        positions = Arrays.copyOf(positions, capacity);
      }
      offsets[count] = offset;
      maxTimestamps[count] = timestamp;
      positions[count] = (int) position;
      count++;
      maxTimestamp = timestamp;
      lastPosition = position;
    }
  }
}
