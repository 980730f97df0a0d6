package io.bop.aof.segment;

import io.bop.aof.format.SegmentHeader;
import io.bop.aof.io.MappedFile;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One use of a slot: a segment that receives records, or was sealed and is still mapped.
 *
 * <p>Thread-safe and lock-free. Appending is three steps: {@link #claim} fixes offset and place,
 * {@link #write} copies, {@link #commit} publishes. Whoever claimed must commit, whatever happens.
 */
public final class HotSegment {

  /*
   * The tail is one word: bit 63 TRIPPED, bits 32..62 the count of claimed records, bits 0..31 the
   * position behind them in units of 8 bytes. A claim moves count and position in one step; a
   * record that does not fit sets TRIPPED and moves nothing, so a tripped word itself says where
   * the segment ends, whoever tripped it and whatever became of that thread.
   *
   * The committed word has the same shape without TRIPPED. It only rises, always over whole batches
   * (their entries are stored from last to first), and no reader passes it.
   *
   * Both are never reset: a thread that slept over the whole life of this use finds the word
   * tripped and its CAS failing. They lie on cache lines of their own.
   */
  private static final VarHandle WORD = MethodHandles.arrayElementVarHandle(long[].class);
  private static final VarHandle NEXT;
  private static final int TAIL = 8;
  private static final int COMMITTED = 24;
  private static final int WORDS = 40;
  private static final long TRIPPED = 1L << 63;
  private static final int UNIT_SHIFT = 3;
  private static final int COUNT_SHIFT = 32;

  /** Most records of one segment, so that its commit table stays bounded. */
  public static final int MAX_RECORDS = 1 << 20;

  /** The answer to a claim that does not fit, or came after one that did not. */
  public static final long NO_ROOM = -1;

  /** The answer to a claim that expected another offset. */
  public static final long CONFLICT = -2;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      NEXT = lookup.findVarHandle(HotSegment.class, "next", HotSegment.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final SegmentHeader header;
  private final long salt;
  private final long baseOffset;
  private final @Nullable Slot slot;
  private final @Nullable MappedFile mapping;
  private final CommitTable table;
  private final int limitUnits;
  private final int maxRecords;
  private final long openedNanos;
  private final long[] words = new long[WORDS];
  private final LeaseCount leases = new LeaseCount();

  private volatile @Nullable HotSegment next;
  private volatile boolean sealed;
  private volatile boolean forgotten;

  /**
   * A segment that receives records.
   *
   * @param limit position that records must not pass: behind it index and footer find room
   */
  public HotSegment(
      SegmentHeader header,
      Slot slot,
      MappedFile mapping,
      int limit,
      CommitTablePool pool,
      long openedNanos) {
    this.header = header;
    this.salt = header.salt();
    this.baseOffset = header.baseOffset();
    this.slot = slot;
    this.mapping = mapping;
    this.limitUnits = limit >>> UNIT_SHIFT;
    this.maxRecords = (int) Math.min(MAX_RECORDS, slot.size() / 32);
    this.table = new CommitTable(pool, maxRecords);
    this.openedNanos = openedNanos;
    words[TAIL] = SegmentBytes.DATA_START >>> UNIT_SHIFT;
    WORD.setVolatile(words, COMMITTED, (long) (SegmentBytes.DATA_START >>> UNIT_SHIFT));
  }

  private HotSegment(SegmentHeader header, CommitTablePool pool) {
    this.header = header;
    this.salt = header.salt();
    this.baseOffset = header.baseOffset();
    this.slot = null;
    this.mapping = null;
    this.limitUnits = 0;
    this.maxRecords = 0;
    this.table = new CommitTable(pool, 0);
    this.openedNanos = 0;
    this.sealed = true;
    this.leases.retire(() -> {});
    words[COMMITTED] = SegmentBytes.DATA_START >>> UNIT_SHIFT;
    WORD.setVolatile(words, TAIL, TRIPPED | SegmentBytes.DATA_START >>> UNIT_SHIFT);
  }

  /**
   * A segment without bytes that is tripped from the start: what a stream stands on before its
   * first segment of this process. The header's base offset and bytes are the stream's next ones.
   */
  public static HotSegment origin(SegmentHeader header) {
    return new HotSegment(header, new CommitTablePool(0));
  }

  // ---- identity

  /** Identity and place in the stream. */
  public SegmentHeader header() {
    return header;
  }

  /** The segment's id. */
  public long segmentId() {
    return header.segmentId();
  }

  /** Offset of its first record. */
  public long baseOffset() {
    return baseOffset;
  }

  /** Whether there are bytes behind it; false only for {@link #origin}. */
  public boolean hasBytes() {
    return slot != null;
  }

  /** The file. */
  public Slot slot() {
    if (slot == null) {
      throw new IllegalStateException("the origin of a stream has no slot");
    }
    return slot;
  }

  /** Monotonic time of its making. */
  public long openedNanos() {
    return openedNanos;
  }

  // ---- append

  /**
   * Claims places for records that stand behind each other.
   *
   * @param count how many, at least 1
   * @param paddedSize their size in bytes together, a multiple of 8
   * @param expectedOffset the offset that the first must get; negative: any
   * @return the claim for {@link #indexOf} and {@link #positionOf}, {@link #NO_ROOM} or {@link
   *     #CONFLICT}
   */
  public long claim(int count, int paddedSize, long expectedOffset) {
    int units = paddedSize >>> UNIT_SHIFT;
    long delta = ((long) count << COUNT_SHIFT) + units;
    while (true) {
      long tail = (long) WORD.getVolatile(words, TAIL);
      if (tail < 0) {
        return NO_ROOM;
      }
      int index = (int) (tail >>> COUNT_SHIFT);
      if (expectedOffset >= 0 && baseOffset + index != expectedOffset) {
        return CONFLICT;
      }
      if ((int) tail + units > limitUnits || index + count > maxRecords) {
        WORD.compareAndSet(words, TAIL, tail, tail | TRIPPED);
        continue;
      }
      for (int i = index; i < index + count; i += CommitTablePool.PAGE_ENTRIES) {
        table.prepare(i);
      }
      table.prepare(index + count - 1);
      if (WORD.compareAndSet(words, TAIL, tail, tail + delta)) {
        return tail;
      }
      Thread.onSpinWait();
    }
  }

  /** Whether records of that size would fit an empty segment with this limit. */
  public static boolean fits(int count, long paddedSize, long limit, long slotSize) {
    return count <= Math.min(MAX_RECORDS, slotSize / 32)
        && SegmentBytes.DATA_START + paddedSize <= limit;
  }

  /** Index of the first record of a claim. */
  public static int indexOf(long claim) {
    return (int) (claim >>> COUNT_SHIFT) & 0x7FFF_FFFF;
  }

  /** Position of the first record of a claim. */
  public static int positionOf(long claim) {
    return (int) claim << UNIT_SHIFT;
  }

  /** Copies a record to its claimed place. */
  public void write(RecordBytes record, int index, int position) {
    record.write(bytes(), position, baseOffset + index, salt);
  }

  /** Fills a claimed place with a record that only takes its offset. */
  public void writePadding(int index, int position, int paddedSize) {
    RecordBytes.writePadding(bytes(), position, paddedSize, baseOffset + index, salt);
  }

  /**
   * Marks a record of a batch as written; the first of the batch comes last, by {@link #commit}.
   */
  public void commitLater(int index, int end) {
    table.commit(index, end);
  }

  /** Publishes a record and moves the committed prefix as far as it goes. */
  public void commit(int index, int end) {
    table.commit(index, end);
    long committed = (long) WORD.getVolatile(words, COMMITTED);
    if ((int) (committed >>> COUNT_SHIFT) != index) {
      // Either an earlier record is not committed yet, and its committer sees ours; or it was
      // committed at this moment, and after the fence we see that.
      VarHandle.fullFence();
    }
    advance();
  }

  private void advance() {
    long committed = (long) WORD.getVolatile(words, COMMITTED);
    while (true) {
      int claimed = indexOf((long) WORD.getVolatile(words, TAIL));
      int index = (int) (committed >>> COUNT_SHIFT);
      int end = 0;
      int i = index;
      while (i < claimed) {
        int recordEnd = table.end(i);
        if (recordEnd == 0) {
          break;
        }
        end = recordEnd;
        i++;
      }
      if (i == index) {
        return;
      }
      long moved = (long) i << COUNT_SHIFT | end >>> UNIT_SHIFT;
      if (WORD.compareAndSet(words, COMMITTED, committed, moved)) {
        committed = moved;
      } else {
        committed = (long) WORD.getVolatile(words, COMMITTED);
      }
    }
  }

  /** Lets no more records in. */
  public void trip() {
    long tail;
    do {
      tail = (long) WORD.getVolatile(words, TAIL);
    } while (tail >= 0 && !WORD.compareAndSet(words, TAIL, tail, tail | TRIPPED));
  }

  /** Lets no more records in, if it has any; false: it is empty and not tripped. */
  public boolean tripUnlessEmpty() {
    while (true) {
      long tail = (long) WORD.getVolatile(words, TAIL);
      if (tail < 0) {
        return true;
      }
      if (indexOf(tail) == 0) {
        return false;
      }
      if (WORD.compareAndSet(words, TAIL, tail, tail | TRIPPED)) {
        return true;
      }
    }
  }

  // ---- state

  /** The tail word; see {@link #indexOf}, {@link #positionOf}, {@link #isTripped(long)}. */
  public long tail() {
    return (long) WORD.getVolatile(words, TAIL);
  }

  /** Whether a tail word takes no more claims. */
  public static boolean isTripped(long tail) {
    return tail < 0;
  }

  /** Whether it takes no more records. */
  public boolean isTripped() {
    return tail() < 0;
  }

  /** The committed word; see {@link #indexOf} and {@link #positionOf}. */
  public long committed() {
    return (long) WORD.getVolatile(words, COMMITTED);
  }

  /** First offset that is not committed. */
  public long committedOffset() {
    return baseOffset + indexOf(committed());
  }

  /** First offset that is not claimed. */
  public long claimedOffset() {
    return baseOffset + indexOf(tail());
  }

  /** Whether it takes no more records and all that were claimed are committed. */
  public boolean isComplete() {
    long tail = tail();
    return tail < 0 && indexOf(tail) == indexOf(committed());
  }

  /** Record bytes of the stream up to the end of this segment's claims. */
  public long claimedBytes() {
    return header.baseBytes() + positionOf(tail()) - SegmentBytes.DATA_START;
  }

  /** The segment that follows in the stream, once there is one. */
  public @Nullable HotSegment next() {
    return next;
  }

  /** Makes {@code successor} the one that follows, if there is none yet. */
  public boolean linkNext(HotSegment successor) {
    return NEXT.compareAndSet(this, null, successor);
  }

  /** Whether index and footer are written and durable. */
  public boolean isSealed() {
    return sealed;
  }

  /** Says that index and footer are written and durable. */
  public void markSealed() {
    sealed = true;
  }

  /** Whether readers shall not find it any more. */
  public boolean isForgotten() {
    return forgotten;
  }

  /** Says that readers shall not find it any more; it is about to be retired. */
  public void markForgotten() {
    forgotten = true;
  }

  // ---- reading

  /** Position of the record with that index, which must be committed or the next one. */
  public int startOf(int index) {
    return index == 0 ? SegmentBytes.DATA_START : table.end(index - 1);
  }

  /**
   * The index behind the last record, below {@code limit}, that ends at or before {@code position};
   * at least {@code from}.
   */
  public int lastFitting(int from, int limit, int position) {
    int low = from;
    int high = limit;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (table.end(middle - 1) <= position) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  /** Copies bytes out; the caller holds a lease. */
  public void copy(int position, byte[] dst, int offset, int length) {
    bytes().get(position, dst, offset, length);
  }

  /** The mapped bytes; the caller holds a lease or an unfinished claim. */
  public ByteBuffer bytes() {
    return mapping().buffer();
  }

  /** The mapping; the caller holds a lease. */
  public MappedFile mapping() {
    MappedFile current = mapping;
    if (current == null) {
      throw new IllegalStateException("the origin of a stream has no mapping");
    }
    return current;
  }

  // ---- leases

  /** Rights to use the mapping. */
  public LeaseCount leases() {
    return leases;
  }

  /** Takes the right to use the mapping; false when it is ending. */
  public boolean tryLease() {
    return leases.tryAcquire();
  }

  /** Gives a lease back. */
  public void release() {
    leases.release();
  }

  /**
   * Grants no more leases; when the last one is back, ends the mapping and runs {@code whenUnused}.
   * Only once, and only for a segment that is sealed or complete.
   */
  public void retire(Runnable whenUnused) {
    leases.retire(
        () -> {
          mapping().close();
          table.release();
          whenUnused.run();
        });
  }

  @Override
  public String toString() {
    return "stream=" + header.streamId() + " segment=" + header.segmentId();
  }
}
