package io.bop.aof.segment;

import io.bop.aof.format.SegmentFooter;
import io.bop.aof.format.SegmentFooterCodec;
import io.bop.aof.format.SegmentFooterLayout;
import io.bop.aof.format.SparseIndex;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Index and footer of a segment, as they stand at the end of its file. */
public final class SegmentSealing {

  private SegmentSealing() {}

  /** What footer and index say about a scanned segment. */
  public static SegmentFooter footer(
      SegmentScan.Result scan,
      long segmentId,
      long salt,
      long baseOffset,
      long fileSize,
      long sealedAtMicros,
      int flags) {
    long indexSize = SparseIndex.encodedSize(scan.index().count());
    long indexPosition = (fileSize - SegmentFooterLayout.SIZE - indexSize) & -8L;
    return new SegmentFooter(
        segmentId,
        salt,
        baseOffset,
        scan.recordCount(),
        scan.dataEnd(),
        indexPosition,
        scan.index().count(),
        scan.minTimestamp(),
        scan.maxTimestamp(),
        scan.recordsCrc(),
        scan.hasLastExtId(),
        scan.lastExtId(),
        sealedAtMicros,
        flags | SegmentFooter.SEALED);
  }

  /** The bytes of the file from {@link SegmentFooter#indexPosition} to its end. */
  public static byte[] encodeEnd(SegmentFooter footer, SparseIndex index, long fileSize) {
    int length = Math.toIntExact(fileSize - footer.indexPosition());
    ByteBuffer end = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    end.put(0, index.encode(footer.salt()));
    SegmentFooterCodec.encode(footer, end, length - SegmentFooterLayout.SIZE);
    return end.array();
  }
}
