package io.bop.aof.testkit.simulation;

import io.bop.aof.io.DiskFile;
import io.bop.aof.testkit.simulation.DiskOperation.Kind;
import io.bop.aof.testkit.simulation.InjectedFault.Effect;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;

/** An open file of a {@link SimulatedDisk}. */
final class SimulatedFile implements DiskFile {

  private final Gate gate;
  private final Handles handles;
  private final FileContent content;
  private final Path path;
  private final boolean writable;

  SimulatedFile(SimulatedDisk disk, FileContent content, Path path, boolean writable) {
    this.gate = disk.gate();
    this.handles = disk.handles();
    this.content = content;
    this.path = path;
    this.writable = writable;
  }

  @Override
  public int read(long position, byte[] dst, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, dst.length);
    requirePosition(position);
    InjectedFault fault = gate.begin(Kind.READ, path, position, length);
    int wanted = fault.effect() == Effect.SHORT_READ ? fault.done(length) : length;
    if (fault.effect() != Effect.SHORT_READ && fault.effect() != Effect.FLIP_BIT) {
      fault.throwIfAny(path);
    }
    int read =
        gate.alone(
            () -> {
              requireOpen();
              return content.read(position, dst, offset, wanted);
            });
    fault.flip(dst, offset, read);
    return read;
  }

  @Override
  public void write(long position, byte[] src, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, src.length);
    requirePosition(position);
    InjectedFault fault = gate.begin(Kind.WRITE, path, position, length);
    boolean flipped = fault.effect() == Effect.FLIP_BIT;
    byte[] stored = flipped ? src.clone() : src;
    fault.flip(stored, offset, length);
    int done = fault.isNone() || flipped ? length : fault.done(length);
    gate.alone(
        () -> {
          requireWritable();
          gate.watch(content);
          content.write(path, position, stored, offset, done);
          return done;
        });
    if (!flipped) {
      fault.throwIfAny(path);
    }
  }

  @Override
  public long size() throws IOException {
    gate.begin(Kind.STAT, path, 0, 0).throwIfAny(path);
    return gate.alone(
        () -> {
          requireOpen();
          return content.size();
        });
  }

  @Override
  public void force() throws IOException {
    InjectedFault fault = gate.begin(Kind.FORCE, path, 0, 0);
    gate.alone(
        () -> {
          requireOpen();
          content.force(0, Long.MAX_VALUE, fault.isNone());
          return content;
        });
    fault.throwIfAny(path);
  }

  @Override
  public void truncate(long size) throws IOException {
    gate.begin(Kind.TRUNCATE, path, 0, size).throwIfAny(path);
    gate.alone(
        () -> {
          requireWritable();
          gate.watch(content);
          content.resize(path, size);
          return content;
        });
  }

  @Override
  public void close() {
    gate.close(
        () -> {
          if (handles.closed(this)) {
            content.removeUser();
          }
        });
  }

  private static void requirePosition(long position) throws IOException {
    if (position < 0) {
      throw new IOException("negative position: position=" + position);
    }
  }

  private void requireOpen() throws IOException {
    if (!handles.isOpen(this)) {
      throw new IOException("file is closed: path=" + path);
    }
  }

  private void requireWritable() throws IOException {
    requireOpen();
    if (!writable) {
      throw new IOException("file is open for reading only: path=" + path);
    }
  }
}
