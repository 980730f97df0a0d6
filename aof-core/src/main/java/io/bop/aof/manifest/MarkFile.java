package io.bop.aof.manifest;

import io.bop.aof.UnsupportedFormatException;
import io.bop.aof.format.MalformedException;
import io.bop.aof.format.ManifestMark;
import io.bop.aof.format.ManifestMarkCodec;
import io.bop.aof.io.Disk;
import io.bop.aof.io.DiskFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers beside the chunks how far something had come. Confined to the log's thread.
 *
 * <p>{@link #DURABLE}: how much of them is durable, so that an open can tell a torn tail, which was
 * never promised, from damage to what was. {@link #SHIPPED}: the newest chunk that is in Tier 2
 * with all before it, so that an open knows what is archived and sends nothing twice.
 */
final class MarkFile implements AutoCloseable {

  /*
   * Written after the fact and never forced: what it says was true before, so it may be old, and
   * an old one only proves less. A store goes on without it when it cannot be written.
   */
  private static final Logger log = LoggerFactory.getLogger(MarkFile.class);
  static final String DURABLE = "durable.mark";
  static final String SHIPPED = "shipped.mark";

  private final Disk disk;
  private final Path path;
  private @Nullable DiskFile file;
  private int nextAt;
  private boolean failed;

  MarkFile(Disk disk, Path directory, String name) {
    this.disk = disk;
    this.path = directory.resolve(name);
  }

  /**
   * The one that says most; null when there is none that is intact and of that store.
   *
   * @throws UnsupportedFormatException when a newer version wrote it
   */
  static @Nullable ManifestMark read(Disk disk, Path path, UUID storeId) throws IOException {
    if (!disk.exists(path)) {
      return null;
    }
    try (DiskFile in = disk.openForRead(path)) {
      byte[] bytes = content(in);
      ManifestMark first = decode(bytes, 0, path, storeId);
      ManifestMark second = decode(bytes, ManifestMarkCodec.SECOND_AT, path, storeId);
      return second == null || (first != null && first.isBeyond(second)) ? first : second;
    }
  }

  private static byte[] content(DiskFile in) throws IOException {
    byte[] bytes = new byte[ManifestMarkCodec.FILE_SIZE];
    in.read(0, bytes, 0, bytes.length);
    return bytes;
  }

  private static @Nullable ManifestMark decode(byte[] bytes, int at, Path path, UUID storeId) {
    try {
      ManifestMark mark = ManifestMarkCodec.decode(bytes, at, ManifestFiles.nameOf(path));
      return mark.storeId().equals(storeId) ? mark : null;
    } catch (MalformedException e) {
      return null;
    }
  }

  /** Writes the mark in the place of the older one. */
  void write(ManifestMark mark) {
    if (failed) {
      return;
    }
    try {
      DiskFile out = opened(mark.storeId());
      byte[] bytes = ManifestMarkCodec.encode(mark);
      out.write(nextAt, bytes, 0, bytes.length);
      nextAt = ManifestMarkCodec.SECOND_AT - nextAt;
    } catch (IOException e) {
      log.warn("mark beside the manifest cannot be written: file={}", path, e);
      failed = true;
      close();
    }
  }

  private DiskFile opened(UUID storeId) throws IOException {
    DiskFile open = file;
    if (open == null) {
      open = disk.exists(path) ? disk.openForWrite(path) : disk.create(path);
      file = open;
      byte[] bytes = content(open);
      if (open.size() != bytes.length) {
        open.truncate(0);
        open.write(0, new byte[bytes.length], 0, bytes.length);
      }
      ManifestMark first = decode(bytes, 0, path, storeId);
      ManifestMark second = decode(bytes, ManifestMarkCodec.SECOND_AT, path, storeId);
      boolean firstIsNewer = first != null && (second == null || first.isBeyond(second));
      nextAt = firstIsNewer ? ManifestMarkCodec.SECOND_AT : 0;
    }
    return open;
  }

  /** Closes the file; a complaint about that changes nothing. */
  @Override
  public void close() {
    DiskFile open = file;
    file = null;
    if (open != null) {
      try {
        open.close();
      } catch (IOException e) {
        log.debug("mark did not close cleanly: file={}", path, e);
      }
    }
  }
}
