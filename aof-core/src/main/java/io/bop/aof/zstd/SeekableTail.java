package io.bop.aof.zstd;

import io.bop.aof.UnsupportedFormatException;
import io.bop.aof.format.MalformedException;
import io.bop.aof.format.RecordLayout;
import io.bop.aof.format.SegmentFooter;
import io.bop.aof.format.WarmIndex;
import io.bop.aof.format.WarmIndexLayout;
import java.io.IOException;
import java.util.Arrays;

/**
 * What stands behind the frames of a warm file or segment object: where each frame is and which
 * records it holds. Immutable.
 *
 * <p>Frames are counted from 0 without the header page's, which comes first in the file.
 */
public final class SeekableTail {

  /** Read at once when the length of a tail is not known; enough for 400 frames. */
  private static final int FIRST_READ = 16 * 1024;

  /** Rough heap of the objects themselves and of a frame's place in all arrays. */
  private static final int HEAP_FIXED = 500;

  private static final int HEAP_PER_FRAME = 40;

  private final WarmIndex index;
  private final long[] positions;
  private final int[] sizes;
  private final int length;
  private final int maxFrameSize;
  private final int maxCompressedSize;

  private SeekableTail(WarmIndex index, long[] positions, int[] sizes, int length) {
    this.index = index;
    this.positions = positions;
    this.sizes = sizes;
    this.length = length;
    this.maxFrameSize = Arrays.stream(sizes).max().orElse(0);
    int largest = 0;
    for (int i = 0; i + 1 < positions.length; i++) {
      largest = Math.max(largest, (int) (positions[i + 1] - positions[i]));
    }
    this.maxCompressedSize = largest;
  }

  /**
   * The tail in the last bytes of a file.
   *
   * @param tail the end of the file; may begin before the tail does
   * @param fileSize bytes of the whole file
   * @param file its name, for messages
   * @throws MalformedException when it is none, is damaged, or does not fit the file; its position
   *     is in the file
   * @throws UnsupportedFormatException when it is intact and of a newer version
   */
  public static SeekableTail parse(byte[] tail, long fileSize, String file) {
    long from = fileSize - tail.length;
    if (from < 0) {
      throw new MalformedException(
          0,
          "file is shorter than its tail: size="
              + fileSize
              + " tail="
              + tail.length
              + " file="
              + file);
    }
    Table table = Table.find(tail, from, file);
    long indexPosition = table.indexPosition(fileSize);
    if (indexPosition < from) {
      throw new MalformedException(
          indexPosition,
          "tail is incomplete: given="
              + tail.length
              + " needed="
              + (fileSize - indexPosition)
              + " file="
              + file);
    }
    int indexAt = (int) (indexPosition - from);
    WarmIndex index = index(tail, indexAt, table.startAt, indexPosition, file);
    int frames = table.entries - SeekableLayout.FIXED_ENTRIES;
    if (frames != index.frameCount()) {
      throw new MalformedException(
          indexPosition,
          "seek table and index differ: frames="
              + frames
              + " indexed="
              + index.frameCount()
              + " file="
              + file);
    }
    return table.frames(index, indexPosition, tail.length - indexAt, file);
  }

  /**
   * Reads and parses the tail of a file; one read for all but very large files.
   *
   * @throws MalformedException as by {@link #parse}
   */
  public static SeekableTail read(RangeSource source, long fileSize, String file)
      throws IOException {
    byte[] tail = new byte[(int) Math.min(FIRST_READ, fileSize)];
    source.read(fileSize - tail.length, tail, 0, tail.length);
    long needed = fileSize - Table.indexPosition(source, tail, fileSize, file);
    if (needed > tail.length) {
      tail = new byte[Math.toIntExact(needed)];
      source.read(fileSize - tail.length, tail, 0, tail.length);
    }
    return parse(tail, fileSize, file);
  }

  private static WarmIndex index(byte[] tail, int at, int end, long position, String file) {
    int contentAt = at + SeekableLayout.SKIPPABLE_HEADER_SIZE;
    if (contentAt > end
        || SeekableLayout.getInt(tail, at) != WarmIndexLayout.SKIPPABLE_MAGIC
        || SeekableLayout.getUnsigned(tail, at + Integer.BYTES) != end - contentAt) {
      throw new MalformedException(
          position, "no index in front of the seek table: position=" + position + " file=" + file);
    }
    try {
      return WarmIndex.decode(Arrays.copyOfRange(tail, contentAt, end), file);
    } catch (MalformedException e) {
      long found = position + SeekableLayout.SKIPPABLE_HEADER_SIZE + e.position();
      throw new MalformedException(found, String.valueOf(e.getMessage()));
    }
  }

  /** The segment's footer. */
  public SegmentFooter footer() {
    return index.footer();
  }

  /** Number of frames of records. */
  public int frameCount() {
    return sizes.length;
  }

  /** Where the frame begins in the file. */
  public long compressedPosition(int frame) {
    return positions[frame];
  }

  /** Bytes of the frame in the file. */
  public int compressedSize(int frame) {
    return (int) (positions[frame + 1] - positions[frame]);
  }

  /** Bytes of {@code count} adjacent frames in the file. */
  public long compressedSize(int first, int count) {
    if (count < 1) {
      throw new IllegalArgumentException("count must be at least 1: count=" + count);
    }
    return positions[first + count] - positions[first];
  }

  /** Bytes of the header page's frame, which begins at position 0. */
  public int headerPageCompressedSize() {
    return (int) positions[0];
  }

  /** Bytes of the frame's records. */
  public int frameSize(int frame) {
    return sizes[frame];
  }

  /** Size of the largest frame's records; 0 when there are none. */
  public int maxFrameSize() {
    return maxFrameSize;
  }

  /** Size of the largest frame in the file; 0 when there are none. */
  public int maxCompressedSize() {
    return maxCompressedSize;
  }

  /** Offset of the frame's first record. */
  public long firstOffset(int frame) {
    return index.firstOffset(frame);
  }

  /** Records in the frame. */
  public int recordCount(int frame) {
    return index.recordCount(frame);
  }

  /** Lowest timestamp in the frame; {@link Long#MAX_VALUE} when it holds only padding. */
  public long minTimestamp(int frame) {
    return index.minTimestamp(frame);
  }

  /** Highest timestamp in the frame; {@link Long#MIN_VALUE} when it holds only padding. */
  public long maxTimestamp(int frame) {
    return index.maxTimestamp(frame);
  }

  /**
   * The frame that holds the offset.
   *
   * @throws IllegalArgumentException when the segment does not hold it
   */
  public int frameOf(long offset) {
    return index.frameOf(offset);
  }

  /**
   * The first frame with a record of that timestamp or a later one; {@link #frameCount} when there
   * is none.
   */
  public int firstFrameWithTimestampAtLeast(long t) {
    return index.firstFrameWithTimestampAtLeast(t);
  }

  /** Bytes of index and seek table. */
  public int length() {
    return length;
  }

  /** Bytes of header page and records, uncompressed. */
  public long rawBytes() {
    return footer().dataEnd();
  }

  /** Bytes that this object takes up, roughly. */
  public long heapBytes() {
    return HEAP_FIXED + (long) HEAP_PER_FRAME * frameCount();
  }

  /** A seek table within the last bytes of a file. */
  private static final class Table {
    private final byte[] bytes;
    private final int startAt;
    private final int entries;

    private Table(byte[] bytes, int startAt, int entries) {
      this.bytes = bytes;
      this.startAt = startAt;
      this.entries = entries;
    }

    static Table find(byte[] tail, long from, String file) {
      int entries = entries(tail, from, file);
      long start = tail.length - SeekableLayout.tableSize(entries);
      if (start < 0) {
        throw new MalformedException(
            from, "seek table is incomplete: entries=" + entries + " file=" + file);
      }
      int at = (int) start;
      long content = (long) tail.length - at - SeekableLayout.SKIPPABLE_HEADER_SIZE;
      if (SeekableLayout.getInt(tail, at) != SeekableLayout.TABLE_MAGIC
          || SeekableLayout.getUnsigned(tail, at + Integer.BYTES) != content) {
        throw new MalformedException(
            from + at, "no seek table: position=" + (from + at) + " file=" + file);
      }
      return new Table(tail, at, entries);
    }

    private static int entries(byte[] tail, long from, String file) {
      int at = tail.length - SeekableLayout.FOOTER_SIZE;
      if (at < 0
          || SeekableLayout.getInt(tail, at + SeekableLayout.FOOTER_MAGIC_AT)
              != SeekableLayout.FOOTER_MAGIC) {
        throw new MalformedException(
            from + Math.max(at, 0), "file does not end with a seek table: file=" + file);
      }
      long entries = SeekableLayout.getUnsigned(tail, at);
      int descriptor = tail[at + SeekableLayout.FOOTER_DESCRIPTOR_AT];
      if (descriptor != 0
          || entries < SeekableLayout.FIXED_ENTRIES
          || entries > SeekableLayout.MAX_FRAMES) {
        throw new MalformedException(
            from + at,
            "bad seek table: entries=" + entries + " descriptor=" + descriptor + " file=" + file);
      }
      return (int) entries;
    }

    /** Where the tail begins, given only some last bytes of the file; reads what is missing. */
    static long indexPosition(RangeSource source, byte[] tail, long fileSize, String file)
        throws IOException {
      long from = fileSize - tail.length;
      long tableSize = SeekableLayout.tableSize(entries(tail, from, file));
      if (tableSize > fileSize) {
        throw new MalformedException(0, "file is shorter than its seek table: file=" + file);
      }
      byte[] table = tail;
      if (tableSize > tail.length) {
        table = new byte[(int) tableSize];
        source.read(fileSize - tableSize, table, 0, table.length);
      }
      long position = find(table, fileSize - table.length, file).indexPosition(fileSize);
      if (position < 0) {
        throw new MalformedException(0, "file is shorter than its index: file=" + file);
      }
      if (fileSize - position
          > tableSize
              + WarmIndexLayout.size(SeekableLayout.MAX_FRAMES)
              + SeekableLayout.SKIPPABLE_HEADER_SIZE) {
        throw new MalformedException(position, "index is too large: file=" + file);
      }
      return position;
    }

    long indexPosition(long fileSize) {
      return fileSize - SeekableLayout.tableSize(entries) - compressed(entries - 1);
    }

    private long compressed(int entry) {
      return SeekableLayout.getUnsigned(bytes, entryAt(entry));
    }

    private long size(int entry) {
      return SeekableLayout.getUnsigned(bytes, entryAt(entry) + Integer.BYTES);
    }

    private int entryAt(int entry) {
      return startAt + SeekableLayout.SKIPPABLE_HEADER_SIZE + entry * SeekableLayout.ENTRY_SIZE;
    }

    SeekableTail frames(WarmIndex index, long indexPosition, int length, String file) {
      int count = index.frameCount();
      long[] positions = new long[count + 1];
      int[] sizes = new int[count];
      check(0, size(0) == SeekableLayout.HEADER_PAGE_SIZE && plausible(0), file);
      positions[0] = compressed(0);
      long dataEnd = SeekableLayout.HEADER_PAGE_SIZE;
      for (int i = 0; i < count; i++) {
        int entry = i + 1;
        long size = size(entry);
        long least = (long) index.recordCount(i) * RecordLayout.HEADER_SIZE;
        check(positions[i], size >= least && plausible(entry), file);
        sizes[i] = (int) size;
        positions[i + 1] = positions[i] + compressed(entry);
        dataEnd += size;
      }
      check(indexPosition, size(entries - 1) == 0, file);
      check(indexPosition, positions[count] == indexPosition, file);
      check(indexPosition, dataEnd == index.footer().dataEnd(), file);
      return new SeekableTail(index, positions, sizes, length);
    }

    private boolean plausible(int entry) {
      return compressed(entry) > 0
          && compressed(entry) <= SeekableLayout.MAX_COMPRESSED_SIZE
          && size(entry) <= SeekableLayout.MAX_FRAME_SIZE;
    }

    private static void check(long position, boolean holds, String file) {
      if (!holds) {
        throw new MalformedException(
            position, "seek table does not add up: position=" + position + " file=" + file);
      }
    }
  }
}
