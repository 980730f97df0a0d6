package io.bop.aof.testkit.torture;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Where the tortured store lives: a file system of its own where the machine allows that, and a
 * counted directory elsewhere. It can be filled to the brim and freed again. Confined to one
 * thread.
 */
final class SmallDisk implements Closeable {

  private static final String BALLAST = "ballast";
  private static final String IMAGE = "disk.img";
  private static final int FILL_SIZE = 64 * 1024;

  /** The kinds of disk, the truest first. */
  enum Kind {
    /** An image in a file, mounted by loop device. Needs the right to mount. */
    EXT4,
    /** A file system in memory. Needs the right to mount. */
    TMPFS,
    /** A directory whose bytes the writing process counts itself. */
    QUOTA,
    /** A directory, as large as the disk it is on. */
    PLAIN
  }

  private final Kind kind;
  private final Path directory;
  private final long bytes;
  private final AtomicBoolean closed = new AtomicBoolean();
  private boolean filled;
  private boolean filledOnce;

  private SmallDisk(Kind kind, Path directory, long bytes) {
    this.kind = kind;
    this.directory = directory;
    this.bytes = bytes;
  }

  /**
   * Makes a disk below {@code parent}.
   *
   * @throws IOException when the machine does not allow this kind
   */
  static SmallDisk make(Kind kind, Path parent, long bytes) throws IOException {
    Path directory = parent.resolve("disk");
    Files.createDirectories(directory);
    switch (kind) {
      case EXT4 -> {
        Path image = parent.resolve(IMAGE);
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
          file.setLength(bytes);
        }
        // Many small objects: more inodes than the default; nothing kept back for the superuser.
        command("mkfs.ext4", "-q", "-F", "-m", "0", "-i", "4096", image.toString());
        command("mount", "-o", "loop", image.toString(), directory.toString());
      }
      case TMPFS ->
          command("mount", "-t", "tmpfs", "-o", "size=" + bytes, "tmpfs", directory.toString());
      case QUOTA, PLAIN -> {}
    }
    return new SmallDisk(kind, directory, bytes);
  }

  /** Makes the truest disk that the machine allows. */
  static SmallDisk makeBest(Path parent, long bytes) throws IOException {
    for (Kind kind : new Kind[] {Kind.EXT4, Kind.TMPFS}) {
      try {
        return make(kind, parent, bytes);
      } catch (IOException e) {
        Files.deleteIfExists(parent.resolve(IMAGE));
      }
    }
    return make(Kind.QUOTA, parent, bytes);
  }

  Kind kind() {
    return kind;
  }

  Path directory() {
    return directory;
  }

  /** What the writing process must count itself; 0: nothing. */
  long quotaBytes() {
    return kind == Kind.QUOTA ? bytes : 0;
  }

  boolean canBeFilled() {
    return kind != Kind.PLAIN;
  }

  /** Whether it is full. */
  boolean isFilled() {
    return filled;
  }

  /** Whether it ever was full. */
  boolean wasFilled() {
    return filledOnce;
  }

  // ---- full

  /** Takes room until at most about {@code spareBytes} are free; may be repeated to take more. */
  void fill(long spareBytes) throws IOException {
    filled = true;
    filledOnce = true;
    Path ballast = directory.resolve(BALLAST);
    if (kind == Kind.QUOTA) {
      long surplus = bytes - FileTrees.size(directory) - spareBytes;
      if (surplus > 0) {
        try (RandomAccessFile file = new RandomAccessFile(ballast.toFile(), "rw")) {
          file.setLength(file.length() + surplus);
        }
      }
      return;
    }
    byte[] zeros = new byte[FILL_SIZE];
    try (OutputStream out =
        Files.newOutputStream(ballast, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      while (freeBytes() > spareBytes + FILL_SIZE) {
        out.write(zeros);
      }
    } catch (IOException e) {
      // The store took the rest meanwhile: as full as can be.
      if (freeBytes() > spareBytes + FILL_SIZE) {
        throw e;
      }
    }
  }

  private long freeBytes() throws IOException {
    return Files.getFileStore(directory).getUsableSpace();
  }

  /** Makes the room again that {@link #fill} took. */
  void free() throws IOException {
    Files.deleteIfExists(directory.resolve(BALLAST));
    filled = false;
  }

  /** Removes the image of a disk that was closed. */
  void deleteImage() throws IOException {
    Files.deleteIfExists(directory.resolveSibling(IMAGE));
  }

  // ---- mounting

  private static void command(String... words) throws IOException {
    Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
        process.destroyForcibly();
        throw new IOException("command failed: " + String.join(" ", words) + " said=" + said);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** Unmounts; the files of a directory stay. Idempotent; any thread. */
  @Override
  public void close() throws IOException {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    switch (kind) {
      case EXT4, TMPFS -> command("umount", directory.toString());
      case QUOTA, PLAIN -> {}
    }
  }
}
