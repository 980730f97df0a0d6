package io.bop.aof.read;

import io.bop.aof.Tier;
import io.bop.aof.format.MalformedException;
import io.bop.aof.format.RecordLayout;
import io.bop.aof.format.SparseIndex;
import io.bop.aof.io.Disk;
import io.bop.aof.segment.SegmentBytes;
import io.bop.aof.segment.SlotFileBytes;
import io.bop.aof.tier0.HotCopy;
import java.io.EOFException;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** Runs of a sealed segment whose slot is not mapped; each fill opens the file and closes it. */
final class SlotRuns implements RunSource {

  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private final Disk disk;
  private final HotCopy copy;
  private @Nullable SparseIndex index;
  private long nextOffset = -1;
  private long nextPosition;

  SlotRuns(Disk disk, HotCopy copy) {
    this.disk = disk;
    this.copy = copy;
  }

  @Override
  public long segmentId() {
    return copy.segmentId();
  }

  @Override
  public Tier tier() {
    return Tier.TIER0;
  }

  @Override
  public boolean fill(long offset, long limit, Run run) throws IOException {
    try (SegmentBytes bytes = copy.open(disk)) {
      if (!(bytes instanceof SlotFileBytes file)) {
        return false;
      }
      long firstOffset = nextOffset;
      long position = nextPosition;
      if (offset != nextOffset) {
        long known = startBefore(file, offset);
        // Without an index there may be many runs before the offset: the walk goes on then.
        if (nextOffset <= known || nextOffset > offset) {
          firstOffset = known;
          position = positionOf(file, known);
        }
      }
      int length = (int) Math.min(Run.SIZE, file.dataEnd() - position);
      byte[] buffer = run.buffer(length);
      file.read(position, buffer, 0, length);
      int whole = wholeRecords(buffer, length);
      if (whole == 0) {
        length = (int) Math.min(sizeOfFirst(buffer), file.dataEnd() - position);
        buffer = run.buffer(length);
        file.read(position, buffer, 0, length);
        whole = length;
      }
      run.set(whole, firstOffset, file.salt(), segmentId(), position, Tier.TIER0);
      return true;
    }
  }

  @Override
  public void continueAt(long offset, long position) {
    nextOffset = offset;
    nextPosition = position;
  }

  private long startBefore(SlotFileBytes file, long offset) throws IOException {
    SparseIndex hint = indexOf(file);
    int entry = hint.floor(offset);
    return entry < 0 ? file.baseOffset() : hint.offsetAt(entry);
  }

  private long positionOf(SlotFileBytes file, long offset) throws IOException {
    SparseIndex hint = indexOf(file);
    int entry = hint.floor(offset);
    return entry < 0 ? SegmentBytes.DATA_START : hint.positionAt(entry);
  }

  /* The index is only a hint: without it, the walk begins at the first record. */
  private SparseIndex indexOf(SlotFileBytes file) throws IOException {
    SparseIndex current = index;
    if (current == null) {
      try {
        current = file.index();
        current.validate(file.baseOffset(), file.footer().nextOffset(), file.dataEnd());
      } catch (MalformedException | EOFException e) {
        current = SparseIndex.EMPTY;
      }
      index = current;
    }
    return current;
  }

  /* Only finds the border; the reader checks every record. */
  static int wholeRecords(byte[] buffer, int length) {
    int at = 0;
    while (length - at >= RecordLayout.HEADER_SIZE) {
      int size = (int) INT.get(buffer, at + RecordLayout.SIZE_AT);
      if (size < RecordLayout.HEADER_SIZE || size > RecordLayout.MAX_SIZE) {
        return length;
      }
      int padded = RecordLayout.padded(size);
      if (padded > length - at) {
        break;
      }
      at += padded;
    }
    return at;
  }

  static int sizeOfFirst(byte[] buffer) {
    return RecordLayout.padded((int) INT.get(buffer, RecordLayout.SIZE_AT));
  }

  @Override
  public void close() {}
}
