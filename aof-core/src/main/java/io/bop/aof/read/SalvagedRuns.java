package io.bop.aof.read;

import io.bop.aof.CorruptionException;
import io.bop.aof.Tier;
import io.bop.aof.format.MalformedException;
import io.bop.aof.io.Disk;
import io.bop.aof.manifest.SegmentEntry;
import io.bop.aof.segment.DamageMap;
import io.bop.aof.segment.DamageMap.Extent;
import io.bop.aof.segment.SegmentBytes;
import io.bop.aof.tier0.HotCopy;
import java.io.IOException;

/** Runs of a damaged hot copy, as far as they can be read: the last copy there is. */
final class SalvagedRuns implements RunSource {

  private final Disk disk;
  private final HotCopy copy;
  private final DamageMap map;
  private long nextOffset = -1;
  private long nextPosition;

  private SalvagedRuns(Disk disk, HotCopy copy, DamageMap map) {
    this.disk = disk;
    this.copy = copy;
    this.map = map;
  }

  /** Finds out what can be read of the copy. */
  static SalvagedRuns open(Disk disk, HotCopy copy, SegmentEntry entry) throws IOException {
    DamageMap map;
    try (SegmentBytes bytes = bytesOf(disk, copy)) {
      // The file may have been cut short.
      long there = copy.mapped() == null ? disk.size(copy.slot().file()) : entry.dataEnd();
      map =
          DamageMap.scan(
              bytes::read,
              bytes.salt(),
              entry.baseOffset(),
              entry.nextOffset(),
              Math.min(there, entry.dataEnd()));
    }
    return new SalvagedRuns(disk, copy, map);
  }

  private static SegmentBytes bytesOf(Disk disk, HotCopy copy) throws IOException {
    SegmentBytes bytes = copy.open(disk);
    if (bytes == null) {
      throw new IOException("hot copy is gone: segment=" + copy.segmentId());
    }
    return bytes;
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
    Extent extent = map.find(offset);
    if (extent == null) {
      throw new MalformedException(map.holeAt(offset).position(), "record is lost");
    }
    // There may be many runs before the offset, which the reader passes over one after the other.
    boolean on = nextOffset > extent.firstOffset() && nextOffset <= offset;
    long first = on ? nextOffset : extent.firstOffset();
    long position = on ? nextPosition : extent.position();
    int length = (int) Math.min(Run.SIZE, extent.end() - position);
    try (SegmentBytes bytes = bytesOf(disk, copy)) {
      while (true) {
        byte[] buffer = run.buffer(length);
        bytes.read(position, buffer, 0, length);
        int whole = SlotRuns.wholeRecords(buffer, length);
        if (whole > 0) {
          run.set(whole, first, bytes.salt(), segmentId(), position, Tier.TIER0);
          return true;
        }
        length = (int) Math.min(SlotRuns.sizeOfFirst(buffer), extent.end() - position);
      }
    }
  }

  @Override
  public void continueAt(long offset, long position) {
    nextOffset = offset;
    nextPosition = position;
  }

  @Override
  public CorruptionException.Range damageAt(long offset) {
    Extent hole = map.holeAt(offset);
    return new CorruptionException.Range(hole.position(), hole.firstOffset(), hole.nextOffset());
  }

  @Override
  public void close() {}
}
