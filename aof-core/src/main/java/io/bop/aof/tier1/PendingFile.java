package io.bop.aof.tier1;

import io.bop.aof.format.MalformedException;
import io.bop.aof.io.Disk;
import io.bop.aof.io.DiskFile;
import io.bop.aof.io.DiskRoom;
import io.bop.aof.zstd.RangeSource;
import io.bop.aof.zstd.Sink;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32C;

/**
 * A warm file under its temporary name. It gets its final name by {@link #publish}; closed without
 * that, it is gone. Confined to one thread.
 */
final class PendingFile implements Sink, AutoCloseable {

  private static final long LOOK_EVERY = 1024 * 1024;
  private static final int PIECE = 256 * 1024;

  private final Disk disk;
  private final DiskRoom room;
  private final Path folder;
  private final Path path;
  private final AtomicLong bytesUsed;
  private final DiskFile file;
  private final CRC32C crc = new CRC32C();
  private long size;
  private long looked;
  private boolean published;

  /**
   * Creates the file.
   *
   * @param room keeps a reserve on the disk
   * @param bytesUsed grows with the file, and shrinks again when it goes away
   */
  PendingFile(Disk disk, Path path, DiskRoom room, AtomicLong bytesUsed) throws IOException {
    this.disk = disk;
    this.room = room;
    Path parent = path.getParent();
    this.folder = parent == null ? path : parent;
    this.path = path;
    this.bytesUsed = bytesUsed;
    disk.deleteIfExists(path);
    this.file = disk.create(path);
  }

  /** Appends; an interrupt cancels the job here. */
  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    checkInterrupt();
    if (size + length >= looked) {
      room.require(folder, length);
      looked = size + length + LOOK_EVERY;
    }
    file.write(size, bytes, offset, length);
    crc.update(bytes, offset, length);
    size += length;
    bytesUsed.addAndGet(length);
  }

  static void checkInterrupt() throws InterruptedIOException {
    if (Thread.currentThread().isInterrupted()) {
      throw new InterruptedIOException("job was cancelled");
    }
  }

  /** Bytes so far. */
  long size() {
    return size;
  }

  /** CRC32C of the bytes so far. */
  int crc32c() {
    return (int) crc.getValue();
  }

  /** Reads what was written. */
  RangeSource source() {
    return file::readFully;
  }

  /**
   * Reads the whole file again; an interrupt cancels the job here too.
   *
   * @param name for the message
   * @throws ReadBackException when it is not what was written
   */
  void requireReadBack(String name) throws IOException {
    CRC32C found = new CRC32C();
    byte[] piece = new byte[(int) Math.min(PIECE, size)];
    for (long at = 0; at < size; at += piece.length) {
      checkInterrupt();
      int length = (int) Math.min(piece.length, size - at);
      file.readFully(at, piece, 0, length);
      found.update(piece, 0, length);
    }
    if ((int) found.getValue() != crc32c()) {
      throw new ReadBackException(
          "warm file does not read back: file="
              + name
              + " expected="
              + Integer.toHexString(crc32c())
              + " found="
              + Integer.toHexString((int) found.getValue()),
          null);
    }
  }

  /**
   * Compares a length with that of the object that this is to be a copy of.
   *
   * @param atEnd whether nothing follows, so that it must not be shorter either
   */
  static void requireLength(long expected, long found, boolean atEnd, String name) {
    if (found > expected || (atEnd && found < expected)) {
      throw new MalformedException(
          found,
          "wrong length of object: expected=" + expected + " found=" + found + " file=" + name);
    }
  }

  /** Makes the content durable. */
  void force() throws IOException {
    file.force();
  }

  /** Gives the file its final name; the caller makes the directory durable. */
  void publish(Path target) throws IOException {
    file.close();
    disk.rename(path, target);
    published = true;
  }

  @Override
  public void close() throws IOException {
    if (published) {
      return;
    }
    bytesUsed.addAndGet(-size);
    try {
      file.close();
    } finally {
      disk.deleteIfExists(path);
    }
  }
}
