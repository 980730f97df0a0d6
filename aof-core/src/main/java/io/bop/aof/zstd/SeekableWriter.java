package io.bop.aof.zstd;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdException;
import io.bop.aof.format.WarmIndexLayout;
import java.io.IOException;
import java.lang.ref.Cleaner.Cleanable;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Writes files of the Zstandard seekable format, one after another, from front to back.
 *
 * <p>Per file: {@link #start}, {@link #frame} for the header page and each run of records, {@link
 * #skippable}, {@link #finish}. Memory is that of the largest frame so far and of zstd's own
 * tables; both are kept for the next file. After an exception the file is lost, the writer is not:
 * {@link #start} begins afresh. Confined to one thread at a time.
 */
public final class SeekableWriter implements AutoCloseable {

  /*
   * zstd works on direct buffers here, at the price of copying in and out. Given arrays, zstd-jni
   * pins them for the whole call, and on Java 17 to 21 G1 stops all threads that need a collection
   * until a pin ends. A frame takes a millisecond at low levels and a tenth of a second at high
   * ones: too long for the application we are a guest of. The copies cost 2 to 4 % at level 1.
   */
  private static final int FIRST_ENTRIES = 64;
  private static final ByteBuffer NONE = ByteBuffer.allocateDirect(0);

  private final ZstdCompressCtx context;
  private final Cleanable memory;
  private final CRC32C crc = new CRC32C();
  private ByteBuffer input = NONE;
  private ByteBuffer output = NONE;
  private byte[] out = new byte[0];
  private int[] compressedSizes = new int[FIRST_ENTRIES];
  private int[] sizes = new int[FIRST_ENTRIES];
  private int entries;
  private long bytes;
  private long rawBytes;
  private int tailLength;
  private @Nullable Sink sink;

  /** A writer without a file. */
  public SeekableWriter() {
    context = new ZstdCompressCtx();
    memory = NativeMemory.of(this, context::close);
    context.setChecksum(true);
    context.setContentSize(true);
  }

  /**
   * Begins a file; what was begun before and not finished is forgotten.
   *
   * @param level zstd's compression level
   */
  public void start(Sink target, int level) {
    context.setLevel(level);
    sink = target;
    crc.reset();
    entries = 0;
    bytes = 0;
    rawBytes = 0;
    tailLength = 0;
  }

  /**
   * Adds a frame with content checksum.
   *
   * @return its compressed size in bytes
   */
  public int frame(byte[] src, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, src.length);
    if (length == 0 || length > SeekableLayout.MAX_FRAME_SIZE) {
      throw new IllegalArgumentException("frame size is out of range: length=" + length);
    }
    int bound = Math.toIntExact(Zstd.compressBound(length));
    reserve(length, bound);
    input.clear().put(src, offset, length);
    int compressed;
    try {
      compressed = context.compressDirectByteBuffer(output, 0, bound, input, 0, length);
    } catch (ZstdException e) {
      throw new IOException("cannot compress a frame: length=" + length, e);
    }
    output.clear().get(out, 0, compressed);
    addEntry(compressed, length);
    emit(out, compressed);
    rawBytes += length;
    return compressed;
  }

  /** Adds the skippable frame with magic {@code 0x184D2A5A}; the tail begins with it. */
  public void skippable(byte[] payload) throws IOException {
    int size = SeekableLayout.SKIPPABLE_HEADER_SIZE + payload.length;
    byte[] frame = skippable(WarmIndexLayout.SKIPPABLE_MAGIC, size);
    System.arraycopy(payload, 0, frame, SeekableLayout.SKIPPABLE_HEADER_SIZE, payload.length);
    addEntry(size, 0);
    emit(frame, size);
    tailLength += size;
  }

  /** Ends the file with its seek table. */
  public void finish() throws IOException {
    int size = Math.toIntExact(SeekableLayout.tableSize(entries));
    byte[] table = skippable(SeekableLayout.TABLE_MAGIC, size);
    int at = SeekableLayout.SKIPPABLE_HEADER_SIZE;
    for (int i = 0; i < entries; i++) {
      SeekableLayout.putInt(table, at, compressedSizes[i]);
      SeekableLayout.putInt(table, at + Integer.BYTES, sizes[i]);
      at += SeekableLayout.ENTRY_SIZE;
    }
    SeekableLayout.putInt(table, at, entries);
    SeekableLayout.putInt(table, at + SeekableLayout.FOOTER_MAGIC_AT, SeekableLayout.FOOTER_MAGIC);
    emit(table, size);
    tailLength += size;
    sink = null;
  }

  /** Bytes written since {@link #start}. */
  public long bytes() {
    return bytes;
  }

  /** Uncompressed bytes of all frames since {@link #start}. */
  public long rawBytes() {
    return rawBytes;
  }

  /** CRC32C of everything written since {@link #start}. */
  public int crc32c() {
    return (int) crc.getValue();
  }

  /** Bytes of skippable frame and seek table. */
  public int tailLength() {
    return tailLength;
  }

  /** Frames with content since {@link #start}, the header page's included. */
  public int frames() {
    return tailLength == 0 ? entries : entries - 1;
  }

  /** Gives zstd's memory back. Idempotent. */
  @Override
  public void close() {
    memory.clean();
    input = NONE;
    output = NONE;
  }

  private static byte[] skippable(int magic, int size) {
    byte[] frame = new byte[size];
    SeekableLayout.putInt(frame, 0, magic);
    SeekableLayout.putInt(frame, Integer.BYTES, size - SeekableLayout.SKIPPABLE_HEADER_SIZE);
    return frame;
  }

  private void reserve(int length, int bound) {
    if (input.capacity() < length) {
      input = ByteBuffer.allocateDirect(length);
    }
    if (output.capacity() < bound) {
      output = ByteBuffer.allocateDirect(bound);
      out = new byte[bound];
    }
  }

  private void addEntry(int compressed, int size) {
    if (entries == compressedSizes.length) {
      compressedSizes = Arrays.copyOf(compressedSizes, entries * 2);
      sizes = Arrays.copyOf(sizes, entries * 2);
    }
    compressedSizes[entries] = compressed;
    sizes[entries] = size;
    entries++;
  }

  private void emit(byte[] source, int length) throws IOException {
    Sink target = sink;
    if (target == null) {
      throw new IllegalStateException("no file was started");
    }
    crc.update(source, 0, length);
    target.write(source, 0, length);
    bytes += length;
  }
}
