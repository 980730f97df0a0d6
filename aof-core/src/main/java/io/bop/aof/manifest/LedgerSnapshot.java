package io.bop.aof.manifest;

import io.bop.aof.UnsupportedFormatException;
import io.bop.aof.format.LedgerImage;
import io.bop.aof.format.LedgerSnapshotCodec;
import io.bop.aof.format.MalformedException;
import io.bop.aof.format.ObjectKeys;
import io.bop.aof.io.Disk;
import io.bop.aof.manifest.Ledger.ChunkMark;
import io.bop.aof.manifest.ManifestFiles.SnapshotFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.UUID;
import java.util.function.LongPredicate;

/** Snapshots of a ledger on disk: written, read, pruned. */
public final class LedgerSnapshot {

  /** How many are kept. */
  public static final int KEPT = 2;

  private LedgerSnapshot() {}

  /** Whether the ledger stands exactly at the end of a sealed chunk, as a snapshot must. */
  public static boolean canTake(Ledger ledger) {
    ChunkMark mark = ledger.sealedChunk();
    return mark != null && mark.records() == ledger.records();
  }

  /**
   * The state to be written, copied; call it right after {@link ManifestLog#rotate}, on the log's
   * thread. Writing it may then happen on any thread.
   *
   * @param extras bytes of others to be kept with it, by number
   * @throws IllegalStateException when {@link #canTake} is false
   */
  public static LedgerImage take(Ledger ledger, SortedMap<Integer, byte[]> extras) {
    ChunkMark mark = ledger.sealedChunk();
    if (mark == null || mark.records() != ledger.records()) {
      throw new IllegalStateException(
          "ledger is not at the end of a chunk: records=" + ledger.records());
    }
    return ledger.image(mark, extras);
  }

  /**
   * Writes the state after the newest sealed chunk, without extras, and removes all snapshots but
   * the newest two.
   *
   * @param chunkIndex the chunk that {@link ManifestLog#rotate} has just sealed
   * @return the file
   */
  public static Path write(Disk disk, Path directory, Ledger ledger, long chunkIndex)
      throws IOException {
    LedgerImage image = take(ledger, Collections.emptySortedMap());
    if (image.chunkIndex() != chunkIndex) {
      throw new IllegalStateException(
          "another chunk was sealed last: expected=" + chunkIndex + " last=" + image.chunkIndex());
    }
    return write(disk, directory, image);
  }

  /**
   * Writes an image durably, and removes all snapshots but the newest two.
   *
   * @return the file
   */
  public static Path write(Disk disk, Path directory, LedgerImage image) throws IOException {
    byte[] bytes = LedgerSnapshotCodec.encode(image);
    String name = ObjectKeys.snapshotName(image.chunkIndex(), image.chunkEpoch());
    Path path = directory.resolve(name);
    ManifestFiles.install(disk, path, bytes, bytes.length);
    List<SnapshotFile> all = ManifestFiles.list(disk, directory).snapshots();
    if (all.size() > KEPT) {
      for (SnapshotFile old : all.subList(KEPT, all.size())) {
        disk.deleteIfExists(old.path());
      }
      disk.syncDirectory(directory);
    }
    return path;
  }

  /**
   * Reads one.
   *
   * @throws MalformedException when it is damaged, of another store, or not what its name says
   * @throws UnsupportedFormatException when a newer version wrote it
   */
  static LedgerImage read(Disk disk, SnapshotFile file, UUID storeId) throws IOException {
    String name = ManifestFiles.nameOf(file.path());
    LedgerImage image = LedgerSnapshotCodec.decode(ManifestFiles.read(disk, file.path()), name);
    if (!image.storeId().equals(storeId)) {
      throw new MalformedException(0, "snapshot of another store: found=" + image.storeId());
    }
    if (image.chunkIndex() != file.chunkIndex() || image.chunkEpoch() != file.epoch()) {
      throw new MalformedException(0, "snapshot differs from its name");
    }
    return image;
  }

  /**
   * Local chunks that nobody needs any more: those up to the older of two valid snapshots that the
   * predicate lets go, oldest first, without a gap.
   *
   * @param letGo whether the chunk of that index is in the bucket; always true with type none
   */
  public static List<Long> deletableChunks(
      Disk disk, Path directory, UUID storeId, LongPredicate letGo) throws IOException {
    ManifestFiles files = ManifestFiles.list(disk, directory);
    List<Long> deletable = new ArrayList<>();
    if (files.snapshots().size() < KEPT) {
      return deletable;
    }
    SnapshotFile older = files.snapshots().get(KEPT - 1);
    try {
      read(disk, files.snapshots().get(0), storeId);
      read(disk, older, storeId);
    } catch (MalformedException e) {
      return deletable;
    }
    for (long index : files.chunks().headMap(older.chunkIndex() + 1).keySet()) {
      if (!letGo.test(index)) {
        break;
      }
      deletable.add(index);
    }
    return deletable;
  }

  /** Deletes local chunks in the given order, durably. */
  public static void deleteChunks(Disk disk, Path directory, List<Long> indexes)
      throws IOException {
    for (long index : indexes) {
      disk.deleteIfExists(directory.resolve(ObjectKeys.chunkName(index)));
    }
    if (!indexes.isEmpty()) {
      disk.syncDirectory(directory);
    }
  }
}
