package io.bop.aof.io;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Mappings that can be ended by hand.
 *
 * <p>On Java 22 and later through a shared {@code Arena}, found by method handles, where a late
 * access is an exception; before that through the JDK's own cleaner, where it ends the process.
 */
final class Mappings {

  private static final Mapper MAPPER = choose();

  private Mappings() {}

  static MappedFile map(Path file, long size) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      return MAPPER.map(file, channel, size);
    }
  }

  private static Mapper choose() {
    try {
      return Runtime.version().feature() >= 22 ? new ArenaMapper() : new CleanerMapper();
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private interface Mapper {
    MappedFile map(Path file, FileChannel channel, long size) throws IOException;
  }

  private static final class ArenaMapper implements Mapper {
    private final MethodHandle ofShared;
    private final MethodHandle map;
    private final MethodHandle asByteBuffer;
    private final MethodHandle close;

    ArenaMapper() throws ReflectiveOperationException {
      MethodHandles.Lookup lookup = MethodHandles.publicLookup();
      Class<?> arena = Class.forName("java.lang.foreign.Arena");
      Class<?> segment = Class.forName("java.lang.foreign.MemorySegment");
      ofShared = lookup.findStatic(arena, "ofShared", MethodType.methodType(arena));
      close = lookup.findVirtual(arena, "close", MethodType.methodType(void.class));
      map =
          lookup.findVirtual(
              FileChannel.class,
              "map",
              MethodType.methodType(
                  segment, FileChannel.MapMode.class, long.class, long.class, arena));
      asByteBuffer =
          lookup.findVirtual(segment, "asByteBuffer", MethodType.methodType(ByteBuffer.class));
    }

    @Override
    public MappedFile map(Path file, FileChannel channel, long size) throws IOException {
      try {
        Object arena = ofShared.invoke();
        MappedByteBuffer buffer;
        try {
          Object segment = map.invoke(channel, FileChannel.MapMode.READ_WRITE, 0L, size, arena);
          buffer = (MappedByteBuffer) (ByteBuffer) asByteBuffer.invoke(segment);
        } catch (Throwable failure) {
          closeQuietly(arena);
          throw failure;
        }
        return new Mapping(file, buffer, () -> closeQuietly(arena));
      } catch (IOException | RuntimeException | Error e) {
        throw e;
      } catch (Throwable e) {
        throw new IOException("cannot map file", e);
      }
    }

    private void closeQuietly(Object arena) {
      try {
        close.invoke(arena);
      } catch (RuntimeException | Error e) {
        throw e;
      } catch (Throwable e) {
        throw new IllegalStateException("cannot end mapping", e);
      }
    }
  }

  private static final class CleanerMapper implements Mapper {
    private final MethodHandle invokeCleaner;

    CleanerMapper() throws ReflectiveOperationException {
      Class<?> unsafeClass = Class.forName("sun.misc.Unsafe");
      var field = unsafeClass.getDeclaredField("theUnsafe");
      field.setAccessible(true);
      Object unsafe = field.get(null);
      invokeCleaner =
          MethodHandles.lookup()
              .findVirtual(
                  unsafeClass, "invokeCleaner", MethodType.methodType(void.class, ByteBuffer.class))
              .bindTo(unsafe);
    }

    @Override
    public MappedFile map(Path file, FileChannel channel, long size) throws IOException {
      MappedByteBuffer buffer = channel.map(FileChannel.MapMode.READ_WRITE, 0, size);
      return new Mapping(file, buffer, () -> clean(buffer));
    }

    private void clean(ByteBuffer buffer) {
      try {
        invokeCleaner.invoke(buffer);
      } catch (RuntimeException | Error e) {
        throw e;
      } catch (Throwable e) {
        throw new IllegalStateException("cannot end mapping", e);
      }
    }
  }

  private static final class Mapping implements MappedFile {
    private final Path file;
    private final MappedByteBuffer buffer;
    private final Runnable unmap;
    private final AtomicBoolean closed = new AtomicBoolean();

    Mapping(Path file, MappedByteBuffer buffer, Runnable unmap) {
      this.file = file;
      this.buffer = buffer;
      this.unmap = unmap;
      buffer.order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public ByteBuffer buffer() {
      return buffer;
    }

    @Override
    public void force(long from, long to) throws IOException {
      try {
        buffer.force(Math.toIntExact(from), Math.toIntExact(to - from));
      } catch (Exception e) {
        // The JDK throws a checked IOException here without declaring it.
        throw asIoException(e);
      }
    }

    private IOException asIoException(Exception e) {
      @Nullable Throwable cause = e instanceof UncheckedIOException ? e.getCause() : e;
      return cause instanceof IOException io
          ? SystemDisk.translate(file, io)
          : new IOException("force failed: file=" + file, e);
    }

    @Override
    public void close() {
      if (closed.compareAndSet(false, true)) {
        unmap.run();
      }
    }
  }
}
