package io.bop.aof.read;

import io.bop.aof.format.MalformedException;
import io.bop.aof.format.SegmentFooter;
import io.bop.aof.manifest.SegmentEntry;

/** Whether a copy is of the segment that the manifest means. Stateless. */
final class CopyIdentity {

  private CopyIdentity() {}

  /**
   * Compares what the copy says of itself with the manifest. The records' own checksums do not do
   * that: the salt they are under comes with the copy.
   *
   * @throws MalformedException when it is the copy of another segment
   */
  static void require(SegmentEntry entry, SegmentFooter footer) {
    boolean same =
        footer.segmentId() == entry.segmentId()
            && footer.baseOffset() == entry.baseOffset()
            && footer.recordCount() == entry.recordCount()
            && footer.dataEnd() == entry.dataEnd()
            && footer.recordsCrc() == entry.recordsCrc();
    if (!same) {
      throw new MalformedException(
          0,
          "copy of another segment: segment="
              + entry.segmentId()
              + " baseOffset="
              + entry.baseOffset()
              + " recordCount="
              + entry.recordCount()
              + " found="
              + footer);
    }
  }
}
