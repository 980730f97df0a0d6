package io.bop.aof.cursor;

import io.bop.aof.UnsupportedFormatException;
import io.bop.aof.format.CursorEntry;
import io.bop.aof.format.CursorSlotCodec;
import io.bop.aof.format.CursorSlotCodec.CursorSlot;
import io.bop.aof.format.MalformedException;
import io.bop.aof.io.Disk;
import io.bop.aof.io.DiskFile;
import io.bop.aof.manifest.ManifestFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The file of one cursor. Confined to one thread at a time. */
final class CursorFile {

  /*
   * A save overwrites the older of two slots, so that a torn write leaves the newer one. After a
   * failed force the kernel may say yes to the next one without having written anything, so a file
   * that failed is never forced again: the next save makes a new one that takes its name.
   */
  private final Disk disk;
  private final Path path;
  private final UUID storeId;
  private long sequence;
  private int nextAt;
  private boolean usable;

  CursorFile(Disk disk, Path path, UUID storeId) {
    this.disk = disk;
    this.path = path;
    this.storeId = storeId;
  }

  Path path() {
    return path;
  }

  /**
   * What was saved last.
   *
   * @throws MalformedException when the file is damaged, or another cursor's
   * @throws UnsupportedFormatException when a newer version wrote it
   */
  CursorEntry read() throws IOException {
    byte[] bytes = new byte[CursorSlotCodec.FILE_SIZE];
    try (DiskFile in = disk.openForRead(path)) {
      in.read(0, bytes, 0, bytes.length);
    }
    CursorSlot first = slot(bytes, 0);
    CursorSlot second = slot(bytes, CursorSlotCodec.SIZE);
    boolean firstIsNewer =
        first != null && (second == null || first.sequence() > second.sequence());
    CursorSlot newest = firstIsNewer ? first : second;
    if (newest == null) {
      throw new MalformedException(0, "no intact place in the cursor's file: file=" + path);
    }
    sequence = newest.sequence();
    nextAt = firstIsNewer ? CursorSlotCodec.SIZE : 0;
    usable = true;
    return newest.entry();
  }

  private @Nullable CursorSlot slot(byte[] bytes, int at) {
    try {
      CursorSlot slot = CursorSlotCodec.decode(bytes, at, path.toString());
      boolean own =
          slot.storeId().equals(storeId) && path.endsWith(CursorFiles.fileName(slot.entry()));
      return own ? slot : null;
    } catch (MalformedException e) {
      return null;
    }
  }

  /** Saves durably; when it fails, the place saved before is there, or this one. */
  void write(CursorEntry entry) throws IOException {
    byte[] slot = CursorSlotCodec.encode(new CursorSlot(storeId, sequence + 1, entry));
    if (!usable) {
      byte[] whole = new byte[CursorSlotCodec.FILE_SIZE];
      System.arraycopy(slot, 0, whole, 0, slot.length);
      ManifestFiles.install(disk, path, whole);
      nextAt = CursorSlotCodec.SIZE;
    } else {
      usable = false;
      try (DiskFile out = disk.openForWrite(path)) {
        out.write(nextAt, slot, 0, slot.length);
        out.force();
      }
      nextAt = CursorSlotCodec.SIZE - nextAt;
    }
    usable = true;
    sequence++;
  }
}
