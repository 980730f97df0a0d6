package io.bop.aof.testkit.simulation;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Damage to the files of a {@link SimulatedDisk}, as by a bad disk or a careless hand: not an
 * operation of the process, seen by it at once, and durable. A file that is mapped changes in
 * memory too. Thread-safe.
 */
public final class DiskDamage {

  private final SimulatedDisk disk;

  DiskDamage(SimulatedDisk disk) {
    this.disk = disk;
  }

  /**
   * Flips one bit.
   *
   * @param position byte in the file
   * @param bit from 0 to 7
   */
  public void flipBit(Path file, long position, int bit) throws IOException {
    byte[] one = read(file, position, 1);
    one[0] ^= (byte) (1 << bit);
    write(file, position, one);
  }

  /** Overwrites bytes {@code [from, to)} with zeros. */
  public void zero(Path file, long from, long to) throws IOException {
    read(file, from, Math.toIntExact(to - from));
    write(file, from, new byte[Math.toIntExact(to - from)]);
  }

  /** Cuts the file to {@code size} bytes, at most what it has. */
  public void truncate(Path file, long size) throws IOException {
    disk.change(
        file,
        content -> {
          requireInside(file, size, content.size());
          content.resize(file, size);
        });
  }

  /** Exchanges the content of two files. */
  public void swap(Path one, Path other) throws IOException {
    byte[] first = disk.content(one);
    disk.replaceContent(one, disk.content(other));
    disk.replaceContent(other, first);
  }

  private byte[] read(Path file, long position, int length) throws IOException {
    byte[] bytes = new byte[length];
    disk.change(
        file,
        content -> {
          requireInside(file, position + length, content.size());
          content.read(position, bytes, 0, length);
        });
    return bytes;
  }

  private void write(Path file, long position, byte[] bytes) throws IOException {
    disk.change(file, content -> content.write(file, position, bytes, 0, bytes.length));
  }

  private static void requireInside(Path file, long position, long size) {
    if (position < 0 || position > size) {
      throw new IllegalArgumentException(
          "damage outside of the file: file=" + file + " position=" + position + " size=" + size);
    }
  }
}
