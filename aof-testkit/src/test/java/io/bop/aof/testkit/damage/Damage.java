package io.bop.aof.testkit.damage;

import io.bop.aof.testkit.SeededRandom;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * What is done to one file, or to two.
 *
 * @param what in words, for messages
 * @param paths the files that are not what they were
 * @param kind of the first one
 */
record Damage(String what, List<Path> paths, FileKind kind) {

  /** Ways to damage a file. */
  enum Way {
    BYTE("one byte"),
    ZERO_512("512 bytes zeroed"),
    ZERO_4096("4,096 bytes zeroed"),
    TRUNCATED("cut"),
    MISSING("missing"),
    SWAPPED("swapped with one of its kind"),
    FOREIGN("from another store");

    private final String text;

    Way(String text) {
      this.text = text;
    }

    /** For tables. */
    String text() {
      return text;
    }
  }

  /** Where a byte is drawn from: most of a slot was never written. */
  private static final int NEAR = 8_192;

  /** Damages one byte of the file. */
  static Damage flip(SeededRandom random, ImageDisk disk, Path path, FileKind kind)
      throws IOException {
    ImageFile file = disk.file(path);
    if (file.size() == 0) {
      return new Damage("empty: file=" + path, List.of(), kind);
    }
    long at = place(random, file, 1);
    byte[] one = new byte[1];
    file.read(at, one, 0, 1);
    int xor = random.oneIn(2) ? 1 << random.nextInt(Byte.SIZE) : random.between(1, 0xFF);
    one[0] ^= (byte) xor;
    file.write(at, one, 0, 1);
    return new Damage("byte: file=" + path + " at=" + at + " xor=" + xor, List.of(path), kind);
  }

  /** Zeroes an aligned range of the file. */
  static Damage zero(SeededRandom random, ImageDisk disk, Path path, FileKind kind, int length)
      throws IOException {
    ImageFile file = disk.file(path);
    long at = file.size() == 0 ? 0 : place(random, file, 1) / length * length;
    int size = (int) Math.min(length, file.size() - at);
    byte[] before = new byte[size];
    file.read(at, before, 0, size);
    file.write(at, new byte[size], 0, size);
    String what = "zeroes: file=" + path + " at=" + at + " length=" + size;
    return new Damage(
        what, Arrays.equals(before, new byte[size]) ? List.of() : List.of(path), kind);
  }

  /** Cuts the file. */
  static Damage cut(SeededRandom random, ImageDisk disk, Path path, FileKind kind)
      throws IOException {
    ImageFile file = disk.file(path);
    long size = file.size() == 0 ? 0 : place(random, file, 1);
    String what = "cut: file=" + path + " from=" + file.size() + " to=" + size;
    List<Path> paths = size == file.size() ? List.of() : List.of(path);
    file.resize(size);
    return new Damage(what, paths, kind);
  }

  /** Removes the file. */
  static Damage remove(ImageDisk disk, Path path, FileKind kind) {
    disk.put(path, null);
    return new Damage("missing: file=" + path, List.of(path), kind);
  }

  /** Puts other files of the kind in the place of each other. */
  static Damage swap(ImageDisk disk, Path path, Path other, FileKind kind) throws IOException {
    ImageFile file = disk.file(path);
    disk.put(path, disk.file(other));
    disk.put(other, file);
    List<Path> paths = path.equals(other) ? List.of() : List.of(path, other);
    return new Damage("swapped: file=" + path + " with=" + other, paths, kind);
  }

  /** Puts a file of another store in its place. */
  static Damage replace(ImageDisk disk, Path path, ImageFile foreign, Path from, FileKind kind) {
    disk.put(path, foreign.copy());
    return new Damage("foreign: file=" + path + " from=" + from, List.of(path), kind);
  }

  private static long place(SeededRandom random, ImageFile file, int length) {
    long last = file.size() - length;
    long near = random.between(0, (int) Math.min(last, NEAR));
    return switch (random.nextInt(5)) {
      case 0 -> near;
      case 1 -> last - near;
      case 2 -> Math.min(last, random.between(0, 128 * 1024));
      default -> random.between(0, (int) last);
    };
  }
}
