package io.bop.aof.objectstore.filesystem;

import io.bop.aof.io.Disk;
import io.bop.aof.io.DiskFile;
import io.bop.aof.objectstore.ObjectBody;
import io.bop.aof.objectstore.ObjectMetadata;
import java.io.IOException;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/** Moves bytes in bounded pieces, checking them on the way. */
final class FileCopy {

  /* One buffer a call; large enough that system calls do not matter. */
  static final int PIECE = 256 * 1024;

  private FileCopy() {}

  /** Writes the body to a new file and forces it; refuses a body that is not what it says. */
  static void toNewFile(Disk disk, String key, ObjectBody body, Path target) throws IOException {
    try (DiskFile out = disk.create(target)) {
      int crc32c =
          body instanceof ObjectBody.OfBytes bytes
              ? copyBytes(bytes.bytes(), out)
              : copyFile(disk, key, (ObjectBody.OfFile) body, out);
      if (crc32c != body.crc32c()) {
        throw DiskFailures.corrupt(
            key,
            "error=body does not match its checksum expected=%s actual=%s"
                .formatted(
                    ObjectMetadata.crc32cText(body.crc32c()), ObjectMetadata.crc32cText(crc32c)));
      }
      out.force();
    }
  }

  private static int copyBytes(byte[] bytes, DiskFile out) throws IOException {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, bytes.length);
    for (int at = 0; at < bytes.length; at += PIECE) {
      DiskFailures.stopWhenInterrupted();
      out.write(at, bytes, at, Math.min(PIECE, bytes.length - at));
    }
    return (int) crc.getValue();
  }

  private static int copyFile(Disk disk, String key, ObjectBody.OfFile body, DiskFile out)
      throws IOException {
    CRC32C crc = new CRC32C();
    byte[] piece = new byte[(int) Math.min(PIECE, body.size())];
    try (DiskFile in = disk.openForRead(body.file())) {
      for (long at = 0; at < body.size(); ) {
        DiskFailures.stopWhenInterrupted();
        int wanted = (int) Math.min(piece.length, body.size() - at);
        int read = in.read(at, piece, 0, wanted);
        if (read < wanted) {
          throw DiskFailures.corrupt(
              key, "error=file is shorter than its body file=" + body.file() + " size=" + at);
        }
        crc.update(piece, 0, read);
        out.write(at, piece, 0, read);
        at += read;
      }
    }
    return (int) crc.getValue();
  }

  /** CRC32C of a whole file. */
  static int crc32c(DiskFile file) throws IOException {
    CRC32C crc = new CRC32C();
    byte[] piece = new byte[(int) Math.min(PIECE, file.size())];
    long at = 0;
    int read = piece.length;
    while (read > 0) {
      DiskFailures.stopWhenInterrupted();
      read = file.read(at, piece, 0, piece.length);
      crc.update(piece, 0, Math.max(read, 0));
      at += read;
    }
    return (int) crc.getValue();
  }

  /** Reads until the array is full or the file ends; returns how many bytes were read. */
  static int read(DiskFile file, long position, byte[] dst) throws IOException {
    int total = 0;
    while (total < dst.length) {
      DiskFailures.stopWhenInterrupted();
      int wanted = Math.min(PIECE, dst.length - total);
      int read = file.read(position + total, dst, total, wanted);
      total += Math.max(read, 0);
      if (read < wanted) {
        break;
      }
    }
    return total;
  }
}
