package io.bop.aof.segment;

/** A sealed segment that is still mapped, under a lease. */
public final class HotSegmentBytes implements SegmentBytes {

  private final HotSegment segment;
  private final long dataEnd;
  private boolean open = true;

  /** Takes over a lease that the caller acquired; it ends with the close. */
  public HotSegmentBytes(HotSegment segment) {
    this.segment = segment;
    this.dataEnd = HotSegment.positionOf(segment.committed());
  }

  @Override
  public long streamId() {
    return segment.header().streamId();
  }

  @Override
  public long segmentId() {
    return segment.segmentId();
  }

  @Override
  public long salt() {
    return segment.header().salt();
  }

  @Override
  public long baseOffset() {
    return segment.baseOffset();
  }

  @Override
  public long dataEnd() {
    return dataEnd;
  }

  @Override
  public void read(long position, byte[] dst, int offset, int length) {
    segment.copy((int) position, dst, offset, length);
  }

  @Override
  public void close() {
    if (open) {
      open = false;
      segment.release();
    }
  }
}
