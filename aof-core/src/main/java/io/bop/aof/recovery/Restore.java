package io.bop.aof.recovery;

import io.bop.aof.follower.BucketManifest;
import io.bop.aof.follower.BucketManifest.Snapshot;
import io.bop.aof.format.ObjectKeys;
import io.bop.aof.io.Disk;
import io.bop.aof.io.DiskFile;
import io.bop.aof.io.Host;
import io.bop.aof.manifest.ManifestDamagedException;
import io.bop.aof.manifest.ManifestFiles;
import io.bop.aof.manifest.ManifestReplay;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the manifest of a store back from Tier 2 into an empty root. The root holds no store until
 * its identity is written, at the very end; what a stop in between leaves is told by a marker and
 * begun anew.
 */
public final class Restore {

  private static final Logger log = LoggerFactory.getLogger(Restore.class);
  private static final String MARKER = "restore.marker";
  private static final long TELL_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final Host host;
  private final Disk disk;
  private final Path root;
  private final BucketManifest source;

  private Restore(Host host, Path root, BucketManifest source) {
    this.host = host;
    this.disk = host.disk();
    this.root = root;
    this.source = source;
  }

  /** Whether a restore of this root was begun and did not come to its end. */
  public static boolean isUnfinished(Disk disk, Path root) {
    return disk.exists(root.resolve(MARKER));
  }

  /**
   * Fetches snapshot and chunks into {@code manifest/}.
   *
   * @throws ManifestDamagedException when a chunk is missing or damaged there; the next attempt
   *     begins anew
   */
  public static void fetch(Host host, Path root, BucketManifest source) throws IOException {
    new Restore(host, root, source).run();
  }

  /** The store has its identity: the restore is over. */
  public static void end(Disk disk, Path root) throws IOException {
    disk.deleteIfExists(root.resolve(MARKER));
    disk.syncDirectory(root);
  }

  private void run() throws IOException {
    long started = host.time().nanoTime();
    begin();
    Path folder = root.resolve("manifest");
    long newest = source.newestChunk();
    log.info("restore from tier 2: root={} store={} chunks={}", root, source.storeId(), newest + 1);
    Snapshot snapshot = source.newestSnapshot(newest);
    long next = 0;
    if (snapshot != null) {
      long index = snapshot.image().chunkIndex();
      String name = ObjectKeys.snapshotName(index, snapshot.image().chunkEpoch());
      ManifestFiles.install(disk, folder.resolve(name), snapshot.bytes());
      ManifestFiles.install(disk, folder.resolve(ObjectKeys.chunkName(index)), snapshot.chunk());
      next = index + 1;
    }
    long told = started;
    do {
      for (byte[] chunk = chunk(next); chunk != null; chunk = chunk(next)) {
        ManifestReplay.requireWhole(chunk, ObjectKeys.manifestChunk(next));
        ManifestFiles.install(disk, folder.resolve(ObjectKeys.chunkName(next)), chunk);
        next++;
        long now = host.time().nanoTime();
        if (now - told >= TELL_NANOS) {
          told = now;
          log.info("restore goes on: chunk={} of={}", next, newest + 1);
        }
      }
    } while (!source.isEnd(next - 1));
    log.info(
        "manifest restored: root={} chunks={} snapshot={} tookMillis={}",
        root,
        next,
        snapshot == null ? "none" : snapshot.image().chunkIndex(),
        TimeUnit.NANOSECONDS.toMillis(host.time().nanoTime() - started));
  }

  /* The chain may grow meanwhile, so it is followed to its end. */
  private byte @Nullable [] chunk(long index) throws IOException {
    return source.chunk(index).orElse(null);
  }

  private void begin() throws IOException {
    Path marker = root.resolve(MARKER);
    Path folder = root.resolve("manifest");
    if (disk.exists(marker)) {
      log.warn("an earlier restore did not come to its end and is begun anew: root={}", root);
      for (Path left : disk.list(folder)) {
        disk.deleteIfExists(left);
      }
    } else {
      byte[] text = source.storeId().toString().getBytes(StandardCharsets.UTF_8);
      try (DiskFile out = disk.create(marker)) {
        out.write(0, text, 0, text.length);
        out.force();
      }
      disk.syncDirectory(root);
    }
    disk.createDirectories(folder);
  }
}
