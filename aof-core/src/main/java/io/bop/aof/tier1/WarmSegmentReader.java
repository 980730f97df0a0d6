package io.bop.aof.tier1;

import io.bop.aof.io.DiskFile;
import io.bop.aof.zstd.FrameReader;
import io.bop.aof.zstd.RangeSource;
import io.bop.aof.zstd.SeekableTail;
import java.io.Closeable;
import java.io.IOException;

/**
 * One open warm file. Stays readable when the file is deleted meanwhile. Confined to one thread at
 * a time; the tail and cached frames may be shared.
 *
 * <p>Damage is a {@code MalformedException} with the position in the file. Frames are verified by
 * zstd's content checksum; records are the caller's to verify.
 */
public final class WarmSegmentReader implements RangeSource, Closeable {

  private final WarmFiles files;
  private final FrameCache cache;
  private final DiskFile file;
  private final long streamId;
  private final long segmentId;
  private final long bytes;
  private final SeekableTail tail;

  WarmSegmentReader(WarmFiles files, FrameCache cache, DiskFile file, long streamId, long segmentId)
      throws IOException {
    this.files = files;
    this.cache = cache;
    this.file = file;
    this.streamId = streamId;
    this.segmentId = segmentId;
    this.bytes = file.size();
    this.tail =
        cache.tail(
            FrameKey.tail(streamId, segmentId, bytes),
            () -> SeekableTail.read(this, bytes, files.path(streamId, segmentId).toString()));
  }

  /** Size of the file. */
  public long bytes() {
    return bytes;
  }

  /** Which frames there are. */
  public SeekableTail tail() {
    return tail;
  }

  /**
   * A frame's records, for point reads. A frame that is asked for the second time goes into the
   * cache; before that it costs no new memory.
   *
   * @param reader of the calling thread
   * @param scratch at least {@link SeekableTail#frameSize} bytes
   * @return {@code scratch}, or the cache's array, which must not be changed; the records begin at
   *     index 0 and end at {@link SeekableTail#frameSize}
   */
  public byte[] frame(int frame, FrameReader reader, byte[] scratch) throws IOException {
    FrameKey key = new FrameKey(streamId, segmentId, bytes, frame);
    byte[] cached = cache.getIfPresent(key);
    if (cached != null) {
      files.touch(streamId, segmentId);
      return cached;
    }
    if (cache.wantedAgain(key)) {
      return frame(frame, reader);
    }
    files.touch(streamId, segmentId);
    reader.readFrame(this, tail, frame, scratch);
    return scratch;
  }

  /**
   * A frame's records through the cache, at once; the array must not be changed.
   *
   * @param reader of the calling thread
   */
  public byte[] frame(int frame, FrameReader reader) throws IOException {
    files.touch(streamId, segmentId);
    return cache.get(
        new FrameKey(streamId, segmentId, bytes, frame),
        () -> {
          byte[] records = new byte[tail.frameSize(frame)];
          reader.readFrame(this, tail, frame, records);
          return records;
        });
  }

  /**
   * A frame's records into the caller's array, past the cache, for reading from front to back.
   *
   * @param reader of the calling thread
   * @return bytes of records, from index 0
   */
  public int readFrame(int frame, FrameReader reader, byte[] dst) throws IOException {
    files.touch(streamId, segmentId);
    byte[] cached = cache.getIfPresent(new FrameKey(streamId, segmentId, bytes, frame));
    if (cached != null) {
      System.arraycopy(cached, 0, dst, 0, cached.length);
      return cached.length;
    }
    return reader.readFrame(this, tail, frame, dst);
  }

  /** Bytes of the file as they are. */
  @Override
  public void read(long position, byte[] dst, int offset, int length) throws IOException {
    file.readFully(position, dst, offset, length);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
