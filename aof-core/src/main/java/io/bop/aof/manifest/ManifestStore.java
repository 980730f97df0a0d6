package io.bop.aof.manifest;

import io.bop.aof.UnsupportedFormatException;
import io.bop.aof.format.ManifestChunkHeader;
import io.bop.aof.format.ManifestRecord.ChunkSealed;
import io.bop.aof.format.ManifestRecordCodec;
import io.bop.aof.format.ManifestRecordLayout;
import io.bop.aof.io.Disk;
import io.bop.aof.io.Host;
import io.bop.aof.io.NoSpaceException;
import io.bop.aof.manifest.ManifestReplay.Tail;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens a manifest directory for writing. */
public final class ManifestStore {

  private static final Logger log = LoggerFactory.getLogger(ManifestStore.class);

  /** The epochs of a takeover and of the opens that follow it begin with a multiple of this. */
  private static final long EPOCHS_OF_A_TAKEOVER = 1_000_000;

  private ManifestStore() {}

  /**
   * How to open.
   *
   * @param storeId what every file must say
   * @param chunkSize bytes at which a chunk should be sealed
   * @param takeover whether another machine wrote what is there
   */
  public record Options(UUID storeId, int chunkSize, boolean takeover) {}

  /**
   * Replays what is there, seals the newest chunk if it is not, and begins the next one. The
   * writer's epoch is one above the highest in the manifest, or above any that the machine whose
   * manifest it was can have reached.
   *
   * @throws ManifestDamagedException when it is damaged elsewhere than at its tail; nothing was
   *     written
   * @throws InvariantException when the replayed state is not sound; nothing was written
   * @throws UnsupportedFormatException when a newer version wrote a file; nothing was written
   */
  public static ReplayResult open(Host host, Path directory, Options options) throws IOException {
    Disk disk = host.disk();
    ManifestReplay replay = ManifestReplay.read(disk, directory, options.storeId());
    replay.warnings().forEach(log::warn);
    Ledger ledger = replay.ledger();
    LedgerInvariants.checkAll(ledger);

    disk.createDirectories(directory);
    for (Path leftOver : replay.files().temporary()) {
      disk.deleteIfExists(leftOver);
    }
    Installer installer = new Installer(disk, new SpareChunk(disk, directory, options.chunkSize()));
    List<SealedChunk> sealed = new ArrayList<>(replay.sealedChunks());
    Tail tail = replay.tail();
    if (tail != null && tail.header() != null) {
      sealed.add(seal(host, installer, ledger, tail));
    }
    byte[] unsure = replay.newestSealed();
    if (unsure != null) {
      /* Its seal may have been written and never forced: the next chunk must not exist before. */
      Path newest = sealed.get(sealed.size() - 1).path();
      installer.install(newest, unsure);
    }
    long highest = ledger.epoch();
    long epoch = options.takeover() ? firstOfTakeover(highest) : highest + 1;
    ManifestLog manifest =
        new ManifestLog(
            host, directory, ledger, options.chunkSize(), epoch, replay.nextChunkIndex());
    return new ReplayResult(
        ledger,
        manifest,
        replay.isEmpty(),
        replay.tornBytes(),
        replay.replayedRecords(),
        sealed,
        replay.shipped(),
        replay.extras(),
        replay.warnings());
  }

  /*
   * The former writer may have been reopened since its last chunk reached Tier 2, so its epoch can
   * be higher than the highest in the chain: cursors and object keys of those epochs are about, and
   * must not be taken for this writer's.
   */
  private static long firstOfTakeover(long highest) {
    return (highest / EPOCHS_OF_A_TAKEOVER + 1) * EPOCHS_OF_A_TAKEOVER;
  }

  /*
   * Always into a new file: a force of the old one may have failed before the stop, and its pages,
   * clean and never written, would be read back as if all were well.
   */
  private static SealedChunk seal(Host host, Installer installer, Ledger ledger, Tail tail)
      throws IOException {
    ManifestChunkHeader header = Objects.requireNonNull(tail.header(), "header");
    byte[] valid = tail.valid();
    CRC32C crc = new CRC32C();
    crc.update(valid, 0, valid.length);
    int sealCrc = (int) crc.getValue();
    ChunkSealed seal = new ChunkSealed(host.time().wallMicros(), valid.length, sealCrc);
    byte[] encoded = ManifestRecordCodec.encode(seal);
    byte[] whole = Arrays.copyOf(valid, valid.length + ManifestRecordLayout.CHUNK_SEALED_SIZE);
    System.arraycopy(encoded, 0, whole, valid.length, encoded.length);
    installer.install(tail.path(), whole);
    ledger.apply(seal);
    crc.update(encoded, 0, encoded.length);
    return new SealedChunk(
        header.chunkIndex(),
        header.epoch(),
        header.baseOrdinal(),
        ledger.records() - header.baseOrdinal(),
        whole.length,
        sealCrc,
        (int) crc.getValue(),
        tail.path(),
        tail.news());
  }

  /* A disk that is full gets room by the spare chunk. */
  private record Installer(Disk disk, SpareChunk spare) {
    void install(Path path, byte[] bytes) throws IOException {
      try {
        ManifestFiles.install(disk, path, bytes, bytes.length);
      } catch (NoSpaceException e) {
        // The last of it too: whoever cannot be opened makes no room.
        if (!spare.release() && !spare.releaseLast()) {
          throw e;
        }
        ManifestFiles.install(disk, path, bytes, bytes.length);
      }
    }
  }
}
