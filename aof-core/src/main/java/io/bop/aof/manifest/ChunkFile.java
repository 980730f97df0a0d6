package io.bop.aof.manifest;

import io.bop.aof.format.ManifestChunkHeader;
import io.bop.aof.format.ManifestChunkHeaderCodec;
import io.bop.aof.format.ManifestRecord;
import io.bop.aof.format.ManifestRecord.ChunkSealed;
import io.bop.aof.format.ManifestRecord.Tier2DeleteQueued;
import io.bop.aof.format.ManifestRecord.UploadDone;
import io.bop.aof.format.ManifestRecordCodec;
import io.bop.aof.format.ObjectKeys;
import io.bop.aof.io.Disk;
import io.bop.aof.io.DiskFile;
import io.bop.aof.io.NoSpaceException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One chunk that is being written: all its bytes in memory, and the file that follows them.
 * Confined to the log's thread.
 */
final class ChunkFile {

  /*
   * The file comes into being under a temporary name, header forced, so that a file with a chunk's
   * name always has a whole header. After a failed force the kernel has marked the pages clean and
   * would say yes to the next one, so that file is never forced again: all bytes go to a new file
   * that takes its name.
   */

  private static final Logger log = LoggerFactory.getLogger(ChunkFile.class);
  private static final int FIRST_CAPACITY = 8 * 1024;

  private final Disk disk;
  private final Path path;
  private final ManifestChunkHeader header;
  private final CRC32C crc = new CRC32C();
  private byte[] bytes = new byte[FIRST_CAPACITY];
  private int size;
  private int written;
  private int forced;
  private long records;
  private boolean news;
  private int sealCrc;
  private @Nullable DiskFile file;

  ChunkFile(Disk disk, Path directory, ManifestChunkHeader header) {
    this.disk = disk;
    this.path = directory.resolve(ObjectKeys.chunkName(header.chunkIndex()));
    this.header = header;
    put(ManifestChunkHeaderCodec.encode(header));
  }

  ManifestChunkHeader header() {
    return header;
  }

  Path path() {
    return path;
  }

  int size() {
    return size;
  }

  long records() {
    return records;
  }

  boolean hasNewsForTier2() {
    return news;
  }

  void append(ManifestRecord record) {
    put(ManifestRecordCodec.encode(record));
    records++;
    news |= record instanceof UploadDone || record instanceof Tier2DeleteQueued;
  }

  ChunkSealed seal(long timestampMicros) {
    sealCrc = (int) crc.getValue();
    ChunkSealed seal = new ChunkSealed(timestampMicros, size, sealCrc);
    append(seal);
    return seal;
  }

  SealedChunk sealed() {
    return new SealedChunk(
        header.chunkIndex(),
        header.epoch(),
        header.baseOrdinal(),
        records,
        size,
        sealCrc,
        (int) crc.getValue(),
        path,
        news);
  }

  /** Creates the file if it is not there yet. */
  void create() throws IOException {
    if (file == null) {
      install();
    }
  }

  /**
   * Gives the operating system what it does not have yet.
   *
   * @throws NoSpaceException as {@link #force}
   * @throws ManifestFailedException as {@link #force}
   */
  void write() throws IOException {
    try {
      writeRest();
    } catch (NoSpaceException e) {
      throw e;
    } catch (IOException e) {
      replace(e);
    }
  }

  private void writeRest() throws IOException {
    create();
    DiskFile target = file;
    if (target != null && written < size) {
      target.write(written, bytes, written, size - written);
      written = size;
    }
  }

  /**
   * Makes all records durable; a chunk without one needs no file.
   *
   * @return whether there was anything to do
   * @throws NoSpaceException when the disk is full; trying again later is fine
   * @throws ManifestFailedException when not even a new file could be made durable
   */
  boolean force() throws IOException {
    if (forced == size || records == 0) {
      return false;
    }
    write();
    DiskFile current = file;
    if (current != null && forced < size) {
      try {
        current.force();
        forced = size;
      } catch (IOException e) {
        replace(e);
      }
    }
    return true;
  }

  /** Bytes that are durable. */
  int forced() {
    return forced;
  }

  /* A disk that is full is no reason to give up: without a file, the next call makes a new one. */
  private void replace(IOException cause) throws NoSpaceException {
    log.warn("manifest chunk could not be forced, writing a new file: file={}", path, cause);
    close();
    try {
      install();
    } catch (NoSpaceException e) {
      e.addSuppressed(cause);
      throw e;
    } catch (IOException e) {
      e.addSuppressed(cause);
      throw new ManifestFailedException(path.toString(), e);
    }
  }

  private void install() throws IOException {
    ManifestFiles.install(disk, path, bytes, size);
    file = disk.openForWrite(path);
    written = size;
    forced = size;
  }

  /** Closes the file; a complaint about that changes nothing that was forced. */
  void close() {
    DiskFile open = file;
    file = null;
    if (open != null) {
      try {
        open.close();
      } catch (IOException e) {
        log.warn("manifest chunk did not close cleanly: file={}", path, e);
      }
    }
  }

  private void put(byte[] more) {
    int needed = Math.addExact(size, more.length);
    if (needed > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(needed, bytes.length * 2));
    }
    System.arraycopy(more, 0, bytes, size, more.length);
    crc.update(more, 0, more.length);
    size = needed;
  }
}
