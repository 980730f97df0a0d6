package io.bop.aof.zstd;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import io.bop.aof.format.MalformedException;
import java.io.IOException;
import java.lang.ref.Cleaner.Cleanable;

/**
 * Reads frames of warm files and segment objects. Each frame's content checksum and size are
 * verified; the records' own checksums are the caller's to verify. Keeps zstd's memory and a buffer
 * as large as the largest compressed frame so far. Confined to one thread at a time.
 *
 * <p>Damage is a {@link MalformedException} whose position is that of the frame in the file.
 */
public final class FrameReader implements AutoCloseable {

  private final ZstdDecompressCtx context = new ZstdDecompressCtx();
  private final Cleanable memory = NativeMemory.of(this, context::close);
  private byte[] compressed = new byte[0];

  /** A reader; close it to give zstd's memory back. */
  public FrameReader() {}

  /**
   * Reads and decompresses one frame of records.
   *
   * @param frame from 0 to {@link SeekableTail#frameCount()}
   * @param dst receives the records from index 0; {@link SeekableTail#frameSize} bytes are needed
   * @return bytes of records
   */
  public int readFrame(RangeSource source, SeekableTail tail, int frame, byte[] dst)
      throws IOException {
    long position = tail.compressedPosition(frame);
    int length = tail.compressedSize(frame);
    fetch(source, position, length);
    return decompress(compressed, 0, length, position, dst, tail.frameSize(frame));
  }

  /**
   * Reads the segment's header page.
   *
   * @param dst receives 4,096 bytes from index 0
   */
  public int readHeaderPage(RangeSource source, SeekableTail tail, byte[] dst) throws IOException {
    int length = tail.headerPageCompressedSize();
    fetch(source, 0, length);
    return decompress(compressed, 0, length, 0, dst, SeekableLayout.HEADER_PAGE_SIZE);
  }

  /**
   * Decompresses one frame of a run.
   *
   * @param frame index in the file
   * @param dst as in {@link #readFrame}
   * @return bytes of records
   */
  public int decompress(FrameRun run, int frame, byte[] dst) {
    int at = run.at(frame);
    SeekableTail tail = run.tail();
    return decompress(
        run.bytes(),
        at,
        tail.compressedSize(frame),
        tail.compressedPosition(frame),
        dst,
        tail.frameSize(frame));
  }

  /** Gives zstd's memory back. Idempotent. */
  @Override
  public void close() {
    memory.clean();
  }

  private void fetch(RangeSource source, long position, int length) throws IOException {
    if (compressed.length < length) {
      compressed = new byte[length];
    }
    source.read(position, compressed, 0, length);
  }

  private int decompress(byte[] src, int at, int length, long position, byte[] dst, int size) {
    if (dst.length < size) {
      throw new IllegalArgumentException(
          "array is too small for the frame: length=" + dst.length + " needed=" + size);
    }
    int found;
    try {
      found = context.decompressByteArray(dst, 0, size, src, at, length);
    } catch (ZstdException e) {
      throw new MalformedException(
          position, "damaged frame: position=" + position + " zstd=" + e.getMessage());
    }
    if (found != size) {
      throw new MalformedException(
          position,
          "wrong frame size: position=" + position + " expected=" + size + " found=" + found);
    }
    return found;
  }
}
