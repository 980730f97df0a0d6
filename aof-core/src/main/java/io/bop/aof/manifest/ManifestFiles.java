package io.bop.aof.manifest;

import io.bop.aof.format.MalformedException;
import io.bop.aof.format.ObjectKeys;
import io.bop.aof.format.ObjectKeys.SnapshotName;
import io.bop.aof.io.Disk;
import io.bop.aof.io.DiskFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The files of a manifest directory.
 *
 * @param chunks by index
 * @param snapshots newest first
 * @param temporary left behind by a stop in the middle of a write
 */
public record ManifestFiles(
    SortedMap<Long, Path> chunks, List<SnapshotFile> snapshots, List<Path> temporary) {

  /** Behind the name of a file that is not complete yet. */
  static final String TEMPORARY = ".tmp";

  private static final String SNAPSHOT_SUFFIX = ".snap";

  /* A chunk is sealed at 16 MiB at most, and its last record has at most 16 MiB. */
  private static final int MAX_CHUNK = 64 << 20;

  /* Eight million segments. */
  private static final int MAX_SNAPSHOT = 1 << 30;

  /** One snapshot. */
  public record SnapshotFile(Path path, long chunkIndex, long epoch) {}

  /** Lists the directory; an absent one has no files. Reads no file. */
  public static ManifestFiles list(Disk disk, Path directory) throws IOException {
    SortedMap<Long, Path> chunks = new TreeMap<>();
    List<SnapshotFile> snapshots = new ArrayList<>();
    List<Path> temporary = new ArrayList<>();
    for (Path path : disk.list(directory)) {
      String name = nameOf(path);
      OptionalLong index = ObjectKeys.parseChunkName(name);
      Optional<SnapshotName> snapshot = ObjectKeys.parseSnapshotName(name);
      if (index.isPresent()) {
        chunks.put(index.getAsLong(), path);
      } else if (snapshot.isPresent()) {
        SnapshotName found = snapshot.get();
        snapshots.add(new SnapshotFile(path, found.chunkIndex(), found.epoch()));
      } else if (name.endsWith(TEMPORARY)) {
        temporary.add(path);
      }
    }
    snapshots.sort(
        Comparator.comparingLong(SnapshotFile::chunkIndex)
            .thenComparingLong(SnapshotFile::epoch)
            .reversed());
    return new ManifestFiles(chunks, snapshots, temporary);
  }

  static String nameOf(Path path) {
    Path name = path.getFileName();
    return name == null ? path.toString() : name.toString();
  }

  /**
   * The whole content.
   *
   * @throws MalformedException when it is larger than any file of its kind
   */
  static byte[] read(Disk disk, Path path) throws IOException {
    try (DiskFile file = disk.openForRead(path)) {
      int limit = path.toString().endsWith(SNAPSHOT_SUFFIX) ? MAX_SNAPSHOT : MAX_CHUNK;
      if (file.size() > limit) {
        throw new MalformedException(
            limit, "file is too large: size=" + file.size() + " limit=" + limit);
      }
      byte[] bytes = new byte[(int) file.size()];
      file.readFully(0, bytes, 0, bytes.length);
      return bytes;
    }
  }

  /**
   * Makes {@code path} hold exactly these bytes, durably, or leaves what was there: a temporary
   * file is written, forced and renamed, and the directory forced.
   */
  public static void install(Disk disk, Path path, byte[] bytes) throws IOException {
    install(disk, path, bytes, bytes.length);
  }

  static void install(Disk disk, Path path, byte[] bytes, int length) throws IOException {
    Path directory = path.getParent();
    if (directory == null) {
      throw new IOException("file has no directory: file=" + path);
    }
    Path temporary = path.resolveSibling(nameOf(path) + TEMPORARY);
    disk.deleteIfExists(temporary);
    try {
      try (DiskFile file = disk.create(temporary)) {
        file.write(0, bytes, 0, length);
        file.force();
      }
      disk.rename(temporary, path);
    } catch (IOException e) {
      discard(disk, temporary, e);
      throw e;
    }
    disk.syncDirectory(directory);
  }

  private static void discard(Disk disk, Path temporary, IOException cause) {
    try {
      disk.deleteIfExists(temporary);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }
}
