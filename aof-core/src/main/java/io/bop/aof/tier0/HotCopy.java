package io.bop.aof.tier0;

import io.bop.aof.format.SegmentFooter;
import io.bop.aof.io.Disk;
import io.bop.aof.segment.HotSegment;
import io.bop.aof.segment.HotSegmentBytes;
import io.bop.aof.segment.LeaseCount;
import io.bop.aof.segment.SegmentBytes;
import io.bop.aof.segment.Slot;
import io.bop.aof.segment.SlotFileBytes;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A sealed segment's copy in Tier 0: still mapped, or only a file. Thread-safe. */
public final class HotCopy {

  private final long streamId;
  private final long segmentId;
  private final Slot slot;
  private final @Nullable HotSegment mapped;
  private final SegmentFooter footer;
  private final LeaseCount leases;
  private volatile long lastUsedNanos;

  /** The copy of a segment that this process filled. */
  HotCopy(HotSegment mapped, SegmentFooter footer, long nanos) {
    this.streamId = mapped.header().streamId();
    this.segmentId = mapped.segmentId();
    this.slot = mapped.slot();
    this.mapped = mapped;
    this.footer = footer;
    this.leases = mapped.leases();
    this.lastUsedNanos = nanos;
  }

  /** A copy that was found at open. */
  HotCopy(long streamId, Slot slot, SegmentFooter footer, long nanos) {
    this.streamId = streamId;
    this.segmentId = footer.segmentId();
    this.slot = slot;
    this.mapped = null;
    this.footer = footer;
    this.leases = new LeaseCount();
    this.lastUsedNanos = nanos;
  }

  /** The stream's id. */
  public long streamId() {
    return streamId;
  }

  /** The segment's id. */
  public long segmentId() {
    return segmentId;
  }

  /** The file. */
  public Slot slot() {
    return slot;
  }

  /** The mapped segment; null when there is only the file. */
  public @Nullable HotSegment mapped() {
    return mapped;
  }

  /** Rights to use it. */
  public LeaseCount leases() {
    return leases;
  }

  /** Remembers the use, for the order of eviction. */
  public void touch(long nanos) {
    lastUsedNanos = nanos;
  }

  /** Monotonic time of the last use. */
  public long lastUsedNanos() {
    return lastUsedNanos;
  }

  /** The footer; {@code bytes} are this copy's, open. */
  public SegmentFooter footer(SegmentBytes bytes) {
    return bytes instanceof SlotFileBytes file ? file.footer() : footer;
  }

  /**
   * The bytes, under a lease that ends with the close.
   *
   * @return null when the copy is ending
   */
  public @Nullable SegmentBytes open(Disk disk) throws IOException {
    if (!leases.tryAcquire()) {
      return null;
    }
    if (mapped != null) {
      return new HotSegmentBytes(mapped);
    }
    try {
      return SlotFileBytes.open(disk, slot, leases, footer);
    } catch (IOException | RuntimeException e) {
      leases.release();
      throw e;
    }
  }
}
