package io.bop.aof.benchmarks.limit;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file filled like an engine's slot and mapped anew for each use: a first page of its own, then
 * zeros in 64 KiB writes, forced. Used by one thread, but for the mapped bytes.
 */
final class RawFile implements AutoCloseable {

  /** Where records begin, as in a slot. */
  static final int DATA_START = 4096;

  /** Size of the engine's largest slot. */
  static final int SLOT_SIZE = 64 * 1024 * 1024;

  private static final int FILL_SIZE = 64 * 1024;
  private static final Unmapper UNMAPPER = new Unmapper();

  private final Path path;
  private final int size;
  private MappedByteBuffer mapping;

  private RawFile(Path path, int size, MappedByteBuffer mapping) {
    this.path = path;
    this.size = size;
    this.mapping = mapping;
  }

  /** Creates, fills, forces and maps a file. */
  static RawFile create(Path path, int size) throws IOException {
    try (FileChannel channel =
        FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ByteBuffer zeros = ByteBuffer.allocateDirect(FILL_SIZE);
      write(channel, zeros, DATA_START);
      write(channel, zeros, FILL_SIZE - DATA_START);
      for (long at = FILL_SIZE; at < size; at += FILL_SIZE) {
        write(channel, zeros, (int) Math.min(FILL_SIZE, size - at));
      }
      channel.force(true);
    }
    return new RawFile(path, size, map(path, size));
  }

  private static void write(FileChannel channel, ByteBuffer zeros, int length) throws IOException {
    zeros.clear().limit(length);
    while (zeros.hasRemaining()) {
      channel.write(zeros);
    }
  }

  private static MappedByteBuffer map(Path path, int size) throws IOException {
    try (FileChannel channel =
        FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      MappedByteBuffer mapping = channel.map(FileChannel.MapMode.READ_WRITE, 0, size);
      mapping.order(ByteOrder.LITTLE_ENDIAN);
      return mapping;
    }
  }

  /** The mapped bytes, little-endian; valid until {@link #renew} or {@link #close}. */
  MappedByteBuffer buffer() {
    return mapping;
  }

  /** Makes bytes {@code [from, to)} durable. */
  void force(int from, int to) {
    mapping.force(from, to - from);
  }

  /** Forces all and maps anew: what an engine does with a slot between two uses. */
  void renew() throws IOException {
    mapping.force();
    UNMAPPER.unmap(mapping);
    mapping = map(path, size);
  }

  @Override
  public void close() throws IOException {
    UNMAPPER.unmap(mapping);
    Files.deleteIfExists(path);
  }

  /** Ends a mapping at once; waiting for the collector would leave gigabytes mapped. */
  private static final class Unmapper {
    private final Object unsafe;
    private final Method invokeCleaner;

    Unmapper() {
      try {
        Class<?> type = Class.forName("sun.misc.Unsafe");
        Field field = type.getDeclaredField("theUnsafe");
        field.setAccessible(true);
        unsafe = field.get(null);
        invokeCleaner = type.getMethod("invokeCleaner", ByteBuffer.class);
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException("this JDK cannot end mappings by hand", e);
      }
    }

    void unmap(MappedByteBuffer mapping) {
      try {
        invokeCleaner.invoke(unsafe, mapping);
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException("cannot end mapping", e);
      }
    }
  }
}
