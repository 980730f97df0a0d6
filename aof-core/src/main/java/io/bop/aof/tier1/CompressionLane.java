package io.bop.aof.tier1;

import io.bop.aof.format.MalformedException;
import io.bop.aof.format.SegmentFooter;
import io.bop.aof.format.SegmentHeader;
import io.bop.aof.format.SegmentHeaderCodec;
import io.bop.aof.format.WarmIndex;
import io.bop.aof.segment.SegmentBytes;
import io.bop.aof.zstd.FrameReader;
import io.bop.aof.zstd.FrameSetting;
import io.bop.aof.zstd.RangeSource;
import io.bop.aof.zstd.SeekableWriter;
import io.bop.aof.zstd.Sink;
import java.io.IOException;

/**
 * What one compression job needs, kept for the next one: zstd's memory and buffers of a frame's
 * size. Confined to one thread at a time.
 */
final class CompressionLane implements AutoCloseable {

  private final SeekableWriter writer = new SeekableWriter();
  private final FrameReader reader = new FrameReader();
  private final ReadBack readBack = new ReadBack(reader);
  private byte[] buffer = new byte[0];

  /**
   * Writes the segment's warm file, verifying each record on its way in.
   *
   * @throws SegmentDamagedException when the segment is not intact or not the footer's
   */
  void compress(SegmentBytes source, SegmentFooter footer, FrameSetting setting, Sink sink)
      throws IOException {
    byte[] page = headerPage(source);
    writer.start(sink, setting.level());
    writer.frame(page, 0, page.length);
    RecordRuns runs = new RecordRuns(source, setting.frameSize(), buffer);
    WarmIndex.Builder index = WarmIndex.builder();
    while (runs.next()) {
      writer.frame(runs.buffer(), 0, runs.length());
      index.addFrame(
          runs.firstOffset(), runs.recordCount(), runs.minTimestamp(), runs.maxTimestamp());
    }
    buffer = runs.buffer();
    checkFooter(source, footer, runs);
    writer.skippable(index.build(footer).encode());
    writer.finish();
  }

  /** Reads a file back and verifies all of it. */
  ReadBack.Content verify(RangeSource file, long size, String name) throws IOException {
    return readBack.verify(file, size, name);
  }

  private static byte[] headerPage(SegmentBytes source) throws IOException {
    byte[] page = new byte[SegmentBytes.DATA_START];
    source.read(0, page, 0, page.length);
    SegmentHeader header;
    try {
      header = SegmentHeaderCodec.decode(page);
    } catch (MalformedException e) {
      throw new SegmentDamagedException(
          source.streamId(), source.segmentId(), e.position(), String.valueOf(e.getMessage()));
    }
    if (header.streamId() != source.streamId()
        || header.segmentId() != source.segmentId()
        || header.salt() != source.salt()
        || header.baseOffset() != source.baseOffset()) {
      throw new SegmentDamagedException(
          source.streamId(), source.segmentId(), 0, "header of another segment: " + header);
    }
    return page;
  }

  private static void checkFooter(SegmentBytes source, SegmentFooter footer, RecordRuns runs) {
    boolean fits =
        footer.segmentId() == source.segmentId()
            && footer.salt() == source.salt()
            && footer.baseOffset() == source.baseOffset()
            && footer.nextOffset() == runs.nextOffset()
            && footer.dataEnd() == source.dataEnd()
            && footer.recordsCrc() == runs.recordsCrc();
    if (!fits) {
      throw new SegmentDamagedException(
          source.streamId(),
          source.segmentId(),
          source.dataEnd(),
          "footer is not of these records: nextOffset="
              + runs.nextOffset()
              + " recordsCrc="
              + runs.recordsCrc()
              + " dataEnd="
              + source.dataEnd()
              + " footer="
              + footer);
    }
  }

  @Override
  public void close() {
    writer.close();
    reader.close();
  }
}
