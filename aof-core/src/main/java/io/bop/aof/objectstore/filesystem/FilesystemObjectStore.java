package io.bop.aof.objectstore.filesystem;

import io.bop.aof.io.Disk;
import io.bop.aof.io.Disk.DiskLock;
import io.bop.aof.io.DiskFile;
import io.bop.aof.io.Entropy;
import io.bop.aof.io.Host;
import io.bop.aof.objectstore.ObjectBody;
import io.bop.aof.objectstore.ObjectKeys;
import io.bop.aof.objectstore.ObjectMetadata;
import io.bop.aof.objectstore.ObjectPage;
import io.bop.aof.objectstore.ObjectStore;
import io.bop.aof.objectstore.ObjectStoreException;
import io.bop.aof.objectstore.ObjectStoreException.Reason;
import io.bop.aof.objectstore.ObjectSummary;
import io.bop.aof.objectstore.PutResult;
import io.bop.aof.objectstore.filesystem.Sidecars.Sidecar;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An object store in a directory: each object is a plain file whose path is its key. Thread-safe,
 * and safe with other processes on the same directory, as far as the file system's hard links are.
 *
 * <p>An object is copied to a temporary file, checked against its checksum, forced, and then given
 * its name by a hard link, which fails if the name is taken. A file system without hard links is
 * refused by the constructor. Metadata lies beside the objects in {@code .meta}; a file that was
 * copied in by hand has no metadata there and shows a computed {@code aof-crc32c}. Metadata belongs
 * to key and content: a second put of the same bytes keeps that of the first.
 */
public final class FilesystemObjectStore implements ObjectStore {

  private static final Logger log = LoggerFactory.getLogger(FilesystemObjectStore.class);
  private static final int MAX_PAGE = 1_000;

  private final Disk disk;
  private final Entropy entropy;
  private final StorePaths paths;
  private final Sidecars sidecars;
  private final @Nullable DiskLock sweepLock;
  private volatile boolean closed;

  /** What a listing works with. */
  record Parts(Disk disk, StorePaths paths, Sidecars sidecars) {}

  /**
   * Opens the directory, creating it when it does not exist.
   *
   * @throws ObjectStoreException when it cannot be written, or its file system has no hard links
   */
  public FilesystemObjectStore(Host host, Path root) throws ObjectStoreException {
    this.disk = host.disk();
    this.entropy = host.entropy();
    this.paths = new StorePaths(root);
    this.sidecars = new Sidecars(disk, paths);
    this.sweepLock = call("open", root.toString(), this::prepare).orElse(null);
  }

  @Override
  public PutResult putIfAbsent(String key, ObjectBody body, Map<String, String> metadata)
      throws ObjectStoreException {
    Path target = paths.object(key);
    ObjectMetadata.check(metadata);
    return call("put", key, () -> put(key, target, body, metadata));
  }

  @Override
  public byte[] get(String key) throws ObjectStoreException {
    Path path = paths.object(key);
    return call(
        "get",
        key,
        () -> {
          try (DiskFile file = openObject(key, path)) {
            long size = file.size();
            if (size > Integer.MAX_VALUE - 8) {
              throw DiskFailures.corrupt(key, "error=too large to read at once size=" + size);
            }
            byte[] bytes = new byte[(int) size];
            readFully(key, file, 0, bytes);
            return bytes;
          }
        });
  }

  @Override
  public void getRange(String key, long position, ByteBuffer dst) throws ObjectStoreException {
    Path path = paths.object(key);
    if (position < 0) {
      throw new IllegalArgumentException("negative position: position=" + position);
    }
    call(
        "getRange",
        key,
        () -> {
          try (DiskFile file = openObject(key, path)) {
            if (position + dst.remaining() > file.size()) {
              throw DiskFailures.corrupt(
                  key,
                  "error=object ends early position="
                      + position
                      + " wanted="
                      + dst.remaining()
                      + " size="
                      + file.size());
            }
            fill(key, file, position, dst);
          }
          return true;
        });
  }

  @Override
  public Optional<ObjectSummary> head(String key) throws ObjectStoreException {
    Path path = paths.object(key);
    return call(
        "head",
        key,
        () -> {
          OptionalLong size = KeyWalk.sizeOfObject(disk, path);
          if (size.isEmpty()) {
            requireRoot();
            return Optional.empty();
          }
          return Optional.of(summarize(key, path, size.getAsLong()));
        });
  }

  @Override
  public ObjectPage list(String prefix, @Nullable String after, int limit)
      throws ObjectStoreException {
    ObjectKeys.checkPrefix(prefix);
    if (limit < 1 || limit > MAX_PAGE) {
      throw new IllegalArgumentException("limit must be 1 to 1000: limit=" + limit);
    }
    return call(
        "list",
        prefix,
        () -> {
          requireRoot();
          return new KeyWalk(new Parts(disk, paths, sidecars), prefix, after, limit).run();
        });
  }

  @Override
  public void delete(String key) throws ObjectStoreException {
    Path path = paths.object(key);
    call(
        "delete",
        key,
        () -> {
          requireRoot();
          if (KeyWalk.sizeOfObject(disk, path).isPresent()) {
            disk.deleteIfExists(path);
          }
          // Also when it was gone: the delete that removed it may have died before this line.
          Path folder = StorePaths.parentOf(path);
          if (disk.exists(folder)) {
            disk.syncDirectory(folder);
          }
          for (Sidecar sidecar : sidecars.find(key)) {
            sidecars.delete(sidecar);
          }
          return true;
        });
  }

  @Override
  public String describe() {
    return "filesystem:" + paths.root();
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    closeQuietly(sweepLock);
  }

  private PutResult put(String key, Path target, ObjectBody body, Map<String, String> metadata)
      throws IOException {
    requireRoot();
    Path folder = StorePaths.parentOf(target);
    if (disk.exists(target)) {
      return alreadyExists(key, target, body);
    }
    Path temporary = paths.newTemporary(entropy);
    try {
      FileCopy.toNewFile(disk, key, body, temporary);
      disk.createDirectories(folder);
      boolean newSidecar = sidecars.write(key, body, metadata, paths.newTemporary(entropy));
      if (!disk.linkIfAbsent(temporary, target)) {
        if (newSidecar) {
          dropSidecarOfLoser(key, target, body);
        }
        return alreadyExists(key, target, body);
      }
      disk.syncDirectory(folder);
      return new PutResult.Created(StorePaths.etag(body.crc32c(), body.size()));
    } finally {
      deleteQuietly(temporary);
    }
  }

  /*
   * Who is told "exists" may rely on it, but whoever made the name may have failed to force the
   * folder, or died before. A force that failed once proves nothing when it is repeated, so an
   * object with the bytes of this one gets its name anew.
   */
  private PutResult alreadyExists(String key, Path target, ObjectBody body) throws IOException {
    OptionalLong size = KeyWalk.sizeOfObject(disk, target);
    if (size.isEmpty() && disk.exists(target)) {
      throw DiskFailures.corrupt(key, "error=key is a folder of other keys");
    }
    if (size.isPresent() && isSame(target, size.getAsLong(), body)) {
      renew(key, target, body);
    }
    disk.syncDirectory(StorePaths.parentOf(target));
    return new PutResult.AlreadyExists();
  }

  private boolean isSame(Path target, long size, ObjectBody body) throws IOException {
    return size == body.size() && crc32cOf(target) == body.crc32c();
  }

  private void renew(String key, Path target, ObjectBody body) throws IOException {
    Path temporary = paths.newTemporary(entropy);
    try {
      ObjectBody known = new ObjectBody.OfFile(target, body.size(), body.crc32c());
      FileCopy.toNewFile(disk, key, known, temporary);
      disk.rename(temporary, target);
    } finally {
      deleteQuietly(temporary);
    }
  }

  private void dropSidecarOfLoser(String key, Path target, ObjectBody body) throws IOException {
    OptionalLong size = KeyWalk.sizeOfObject(disk, target);
    if (size.isEmpty()) {
      return;
    }
    if (!isSame(target, size.getAsLong(), body)) {
      Path sidecar = paths.sidecar(key, body.crc32c(), body.size());
      sidecars.delete(new Sidecar(sidecar, body.crc32c(), body.size()));
    }
  }

  private ObjectSummary summarize(String key, Path path, long size) throws IOException {
    List<Sidecar> candidates = sidecars.find(key).stream().filter(s -> s.size() == size).toList();
    if (candidates.size() == 1) {
      Sidecar only = candidates.get(0);
      return new ObjectSummary(key, size, only.etag(), sidecars.read(key, only));
    }
    // Copied in by hand, or a putter that lost the race died before it cleaned up: ask the bytes.
    int crc32c = crc32cOf(path);
    String etag = StorePaths.etag(crc32c, size);
    for (Sidecar candidate : candidates) {
      if (candidate.crc32c() == crc32c) {
        return new ObjectSummary(key, size, etag, sidecars.read(key, candidate));
      }
    }
    String text = ObjectMetadata.crc32cText(crc32c);
    return new ObjectSummary(key, size, etag, Map.of(ObjectMetadata.CRC32C, text));
  }

  private int crc32cOf(Path path) throws IOException {
    try (DiskFile file = disk.openForRead(path)) {
      return FileCopy.crc32c(file);
    }
  }

  private DiskFile openObject(String key, Path path) throws IOException {
    if (KeyWalk.sizeOfObject(disk, path).isEmpty()) {
      requireRoot();
      throw DiskFailures.missing(key);
    }
    return disk.openForRead(path);
  }

  /** Moves the position of {@code dst} piece by piece, so that it tells how far this came. */
  private static void fill(String key, DiskFile file, long position, ByteBuffer dst)
      throws IOException {
    long at = position;
    while (dst.hasRemaining()) {
      byte[] piece = new byte[Math.min(FileCopy.PIECE, dst.remaining())];
      readFully(key, file, at, piece);
      dst.put(piece);
      at += piece.length;
    }
  }

  private static void readFully(String key, DiskFile file, long position, byte[] dst)
      throws IOException {
    int read = FileCopy.read(file, position, dst);
    if (read < dst.length) {
      throw DiskFailures.corrupt(
          key, "error=object ends early position=" + position + " read=" + read);
    }
  }

  /** Opens the folders; returns the lock if this is the only process here. */
  private Optional<DiskLock> prepare() throws IOException {
    disk.createDirectories(paths.temporaryFolder());
    disk.createDirectories(paths.sidecarRoot());
    Optional<DiskLock> lock = disk.tryLock(paths.lock());
    try {
      if (lock.isPresent()) {
        sweep();
      }
      new HardLinkProbe(disk, paths).run(paths.newTemporary(entropy), paths.newTemporary(entropy));
      return lock;
    } catch (IOException | RuntimeException e) {
      closeQuietly(lock.orElse(null));
      throw e;
    }
  }

  private void sweep() throws IOException {
    for (Path path : disk.list(paths.temporaryFolder())) {
      if (StorePaths.isTemporary(path)) {
        disk.deleteIfExists(path);
      }
    }
  }

  /** A directory that was unmounted must not look like an empty store. */
  private void requireRoot() throws ObjectStoreException {
    if (!disk.exists(paths.temporaryFolder())) {
      throw new ObjectStoreException(
          Reason.UNAVAILABLE, "object store directory is gone: path=" + paths.root(), null);
    }
  }

  private interface DiskCall<T> {
    T run() throws IOException;
  }

  private <T> T call(String operation, String key, DiskCall<T> call) throws ObjectStoreException {
    if (closed) {
      throw new ObjectStoreException(
          Reason.CANCELLED, "object store is closed: path=" + paths.root(), null);
    }
    try {
      return call.run();
    } catch (IOException e) {
      throw DiskFailures.of(operation, key, e);
    } catch (UncheckedIOException e) {
      @Nullable IOException cause = e.getCause();
      throw DiskFailures.of(operation, key, cause == null ? new IOException(e) : cause);
    }
  }

  private void deleteQuietly(Path temporary) {
    try {
      disk.deleteIfExists(temporary);
    } catch (IOException e) {
      log.debug("temporary file stays until the next open: file={}", temporary, e);
    }
  }

  private static void closeQuietly(@Nullable DiskLock lock) {
    if (lock == null) {
      return;
    }
    try {
      lock.close();
    } catch (IOException e) {
      log.debug("lock could not be closed", e);
    }
  }
}
