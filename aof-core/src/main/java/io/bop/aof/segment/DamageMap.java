package io.bop.aof.segment;

import io.bop.aof.format.RecordLayout;
import io.bop.aof.format.RecordScanner;
import io.bop.aof.format.RecordScanner.Step;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which records of a damaged segment can be read all the same. Immutable. */
public final class DamageMap {

  /*
   * Behind bytes that are no record the next one is looked for at every place where one can begin.
   * What passes for a record there has the segment's salt and its own offset in its checksum, and
   * an offset that the bytes passed over leave room for.
   */

  /**
   * A run of whole records without damage, or, when it is a hole, of records that are lost.
   *
   * @param firstOffset of the run
   * @param nextOffset first after it
   * @param position where it begins in the file
   * @param end first position after it
   */
  public record Extent(long firstOffset, long nextOffset, long position, long end) {}

  private final List<Extent> readable;
  private final Extent whole;

  private DamageMap(List<Extent> readable, Extent whole) {
    this.readable = List.copyOf(readable);
    this.whole = whole;
  }

  /**
   * Walks a segment.
   *
   * @param nextOffset first offset after it; {@code Long.MAX_VALUE}: not known
   * @param dataEnd position after its last record, or the limit of the walk
   */
  public static DamageMap scan(
      SegmentScan.Source source, long salt, long baseOffset, long nextOffset, long dataEnd)
      throws IOException {
    Extent whole = new Extent(baseOffset, nextOffset, SegmentBytes.DATA_START, dataEnd);
    return new DamageMap(new Walk(source, salt, whole).run(), whole);
  }

  /** The readable runs, by rising offset. */
  public List<Extent> readable() {
    return readable;
  }

  /** The readable run that holds the offset; null: it is lost. */
  public @Nullable Extent find(long offset) {
    for (Extent extent : readable) {
      if (offset >= extent.firstOffset() && offset < extent.nextOffset()) {
        return extent;
      }
    }
    return null;
  }

  /** The lost run that holds the offset, which no readable one does. */
  public Extent holeAt(long offset) {
    long first = whole.firstOffset();
    long position = whole.position();
    for (Extent extent : readable) {
      if (extent.firstOffset() > offset) {
        return new Extent(first, extent.firstOffset(), position, extent.position());
      }
      first = extent.nextOffset();
      position = extent.end();
    }
    return new Extent(first, whole.nextOffset(), position, whole.end());
  }

  /** How many records can be read. */
  public long readableRecords() {
    return readable.stream().mapToLong(e -> e.nextOffset() - e.firstOffset()).sum();
  }

  /** One walk; confined to one thread. */
  private static final class Walk {

    private static final VarHandle INT =
        MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG =
        MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int WINDOW = 256 * 1024;
    private static final int STEP = Long.BYTES;

    private final SegmentScan.Source source;
    private final long salt;
    private final Extent whole;
    private final RecordScanner scanner = new RecordScanner();
    private final List<Extent> found = new ArrayList<>();
    private byte[] window = new byte[0];
    private long windowPosition;
    private int windowLength;
    private long position;
    private long offset;

    Walk(SegmentScan.Source source, long salt, Extent whole) {
      this.source = source;
      this.salt = salt;
      this.whole = whole;
      this.position = whole.position();
      this.offset = whole.firstOffset();
    }

    List<Extent> run() throws IOException {
      boolean more = true;
      while (more) {
        long first = offset;
        long start = position;
        walkReadable();
        if (offset > first) {
          found.add(new Extent(first, offset, start, position));
        }
        more = position < whole.end() && offset < whole.nextOffset() && findNext();
      }
      return found;
    }

    private void walkReadable() throws IOException {
      while (offset < whole.nextOffset() && isRecord(position, offset)) {
        position += scanner.nextAt() - scanner.at();
        offset++;
      }
    }

    /* Goes to the next place that holds a record. */
    private boolean findNext() throws IOException {
      long damagedAt = position;
      long at = position + STEP;
      for (; at + RecordLayout.HEADER_SIZE <= whole.end(); at += STEP) {
        int index = load(at, RecordLayout.HEADER_SIZE);
        long candidate = (long) LONG.get(window, index + RecordLayout.OFFSET_AT);
        long skipped = candidate - offset;
        boolean plausible =
            skipped > 0
                && skipped <= (at - damagedAt) / RecordLayout.HEADER_SIZE
                && candidate < whole.nextOffset();
        if (plausible && isRecord(at, candidate)) {
          position = at;
          offset = candidate;
          return true;
        }
      }
      return false;
    }

    private boolean isRecord(long at, long expected) throws IOException {
      if (at + RecordLayout.HEADER_SIZE > whole.end()) {
        return false;
      }
      int index = load(at, RecordLayout.HEADER_SIZE);
      int size = (int) INT.get(window, index + RecordLayout.SIZE_AT);
      if (size < RecordLayout.HEADER_SIZE
          || size > RecordLayout.MAX_SIZE
          || at + RecordLayout.padded(size) > whole.end()) {
        return false;
      }
      int length = RecordLayout.padded(size);
      index = load(at, length);
      scanner.reset(window, index, index + length, salt, expected);
      return scanner.advance() == Step.RECORD;
    }

    /* The index of that position in the window, with so many bytes behind it. */
    private int load(long at, int length) throws IOException {
      boolean there = at >= windowPosition && at + length <= windowPosition + windowLength;
      if (!there) {
        int wanted = (int) Math.min(Math.max(WINDOW, length), whole.end() - at);
        if (window.length < wanted) {
          window = new byte[wanted];
        }
        windowLength = 0;
        source.read(at, window, 0, wanted);
        windowPosition = at;
        windowLength = wanted;
      }
      return (int) (at - windowPosition);
    }
  }
}
