package io.bop.aof.testkit.simulation;

import io.bop.aof.io.MappedFile;
import io.bop.aof.testkit.simulation.DiskOperation.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Objects;

/** A mapped file of a {@link SimulatedDisk}. */
final class SimulatedMapping implements MappedFile {

  private final SimulatedDisk disk;
  private final FileContent content;
  private final Path path;
  private final MappedMemory memory;
  private final ByteBuffer buffer;
  private boolean closed;

  SimulatedMapping(
      SimulatedDisk disk, FileContent content, Path path, MappedMemory memory, int size) {
    this.disk = disk;
    this.content = content;
    this.path = path;
    this.memory = memory;
    this.buffer = memory.attach(size);
  }

  @Override
  public ByteBuffer buffer() {
    disk.touched();
    return buffer;
  }

  @Override
  public void force(long from, long to) throws IOException {
    requireRange(from, to);
    InjectedFault fault = disk.begin(Kind.FORCE_MAPPED, path, from, to - from);
    disk.locked(
        () -> {
          if (closed) {
            throw new IOException("mapping is closed: path=" + path);
          }
          content.force(from, to, fault.isNone());
          return content;
        });
    fault.throwIfAny(path);
  }

  private void requireRange(long from, long to) throws IOException {
    try {
      Objects.checkFromToIndex(from, to, (long) buffer.capacity());
    } catch (IndexOutOfBoundsException e) {
      throw new IOException("force failed", e);
    }
  }

  @Override
  public void close() {
    disk.close(
        () -> {
          if (!closed) {
            closed = true;
            if (memory.detach()) {
              content.unmap();
              disk.retire(memory, path);
            }
            content.removeUser();
          }
        });
  }
}
