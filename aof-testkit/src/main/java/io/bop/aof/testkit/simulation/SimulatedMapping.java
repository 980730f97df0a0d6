package io.bop.aof.testkit.simulation;

import io.bop.aof.io.MappedFile;
import io.bop.aof.testkit.simulation.DiskOperation.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Objects;

/** A mapped file of a {@link SimulatedDisk}. */
final class SimulatedMapping implements MappedFile {

  private final Gate gate;
  private final Handles handles;
  private final FileContent content;
  private final Path path;
  private final MappedMemory memory;
  private final ByteBuffer buffer;

  SimulatedMapping(
      SimulatedDisk disk, FileContent content, Path path, MappedMemory memory, int size) {
    this.gate = disk.gate();
    this.handles = disk.handles();
    this.content = content;
    this.path = path;
    this.memory = memory;
    this.buffer = memory.attach(size);
  }

  @Override
  public ByteBuffer buffer() {
    gate.touched();
    return buffer;
  }

  @Override
  public void force(long from, long to) throws IOException {
    requireRange(from, to);
    InjectedFault fault = gate.begin(Kind.FORCE_MAPPED, path, from, to - from);
    gate.alone(
        () -> {
          if (!handles.isOpen(this)) {
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
    gate.close(
        () -> {
          if (handles.closed(this)) {
            if (memory.detach()) {
              content.unmap();
              handles.unmapped(memory, path);
            }
            content.removeUser();
          }
        });
  }
}
